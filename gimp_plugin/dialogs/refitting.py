"""How a layer is fitted: switches and a slider, whose effect is seen on the canvas at once."""

from gi.repository import Gimp, GimpUi, GLib, Gtk

import canvas
from dialogs.widgets import AutomaticNumber, Rows, label_of
from edits.refit import Job, keeps_mask, options_of
from errors import Problem, WorkerLost
from text.i18n import _
from text.reports import told
from worker.client import Failure
from worker.messages import Options, PatchFiles

__all__ = ["Refitting"]

SETTLE = 150
"""Milliseconds without a change after which the layer is fitted anew."""
WIDEST, FIRST = 256, 8
"""The largest width of an edge, and the one to begin with who chooses one, in pixels."""
SWITCHES = ("register", "tone", "texture")


class Refitting:
    """The choices and the report for one layer; `widget` shows them.

    Parameters
    ----------
    procedure, config : Gimp.Procedure, Gimp.ProcedureConfig
        Refit Layer, and its arguments, which begin as the layer is.
    job : Job
    """

    def __init__(self, procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, job: Job) -> None:
        self._procedure, self._config, self._job = procedure, config, job
        self._trial = canvas.Trial(job.layer)
        self._settling = 0
        self._asked = False
        self._closed = False
        self._fitted: tuple[Options, bool, PatchFiles] | None = None
        self._preview = Gtk.CheckButton.new_with_mnemonic(_("_Preview"))
        self._preview.set_active(True)
        self._preview.connect("toggled", lambda _button: self._show())
        self._report = Gtk.Label(xalign=0.0, yalign=0.0, wrap=True, selectable=True)
        self._report.set_max_width_chars(34)
        self._report.set_size_request(-1, 80)
        self.widget = self._rows()
        self._changes = config.connect("notify", lambda *_: self._refit_soon())
        self._refit()

    def patch(self) -> PatchFiles:
        """Give the patch of what is chosen now, which may be newer than what is shown.

        Raises
        ------
        Problem
            If there is none.
        """
        options, keep = self._chosen()
        if self._fitted is not None and self._fitted[:2] == (options, keep):
            return self._fitted[2]
        return self._job.refit(options, keep)

    def close(self) -> None:
        """Take what was shown off the canvas, and do nothing any more."""
        self._closed = True
        self._config.disconnect(self._changes)
        if self._settling:
            GLib.source_remove(self._settling)
        self._trial.end()

    def _chosen(self) -> "tuple[Options, bool]":
        return options_of(self._config), keeps_mask(self._config)

    def _rows(self) -> Gtk.Widget:
        rows, layer = Rows(), self._job.layer
        edge = AutomaticNumber(self._config, "edge", WIDEST, FIRST)
        edge.add_to(
            rows,
            label_of(self._procedure, "edge"),
            _("Width in pixels over which old and new blend"),
        )
        for argument in (*SWITCHES, *(["keep-mask"] if canvas.mask_changed(layer) else [])):
            text = label_of(self._procedure, argument)
            rows.add_wide(_check(self._config, argument, text))
        rows.add_wide(self._report)
        rows.add_wide(self._preview)
        return rows.grid

    def _refit_soon(self) -> None:
        if self._settling:
            GLib.source_remove(self._settling)
        self._settling = GLib.timeout_add(SETTLE, self._settled)

    def _settled(self) -> bool:
        self._settling = 0
        self._refit()
        return GLib.SOURCE_REMOVE  # type: ignore[no-any-return]

    def _refit(self) -> None:
        """Ask for the fit that is chosen now, unless another one is awaited still."""
        if self._asked:
            return
        options, keep = self._chosen()
        self._fitted, self._asked = None, True  # its files are about to be written over

        def arrived(patch: "PatchFiles | None", error: Failure) -> None:
            self._asked = False
            if not self._closed:
                self._arrived(options, keep, patch, error)

        self._job.request(options, keep, arrived)

    def _arrived(
        self, options: Options, keep: bool, patch: "PatchFiles | None", error: Failure
    ) -> None:
        if isinstance(error, Problem):
            self._show_problem(error)
        elif (options, keep) != self._chosen():
            self._refit()  # only the latest is worth showing
        elif patch is not None:
            self._fitted = (options, keep, patch)
            self._show()

    def _show(self) -> None:
        """Show the latest fit, or the layer as it is where no preview is wanted."""
        if not self._preview.get_active():
            self._trial.end()
        if self._fitted is None:
            return
        patch = self._fitted[2]
        self._report.set_text(told(patch.report, patch.box.size))
        try:
            if self._preview.get_active():
                self._trial.show(patch)
        except Problem as problem:
            self._trial.end()
            self._show_problem(problem)

    def _show_problem(self, problem: Problem) -> None:
        self._report.set_markup(
            f"<b>{GLib.markup_escape_text(problem.message)}</b>\n"
            f"{GLib.markup_escape_text(problem.hint)}"
        )
        if isinstance(problem, WorkerLost):
            self._job.worker.restart()


def _check(config: Gimp.ProcedureConfig, argument: str, text: str) -> Gtk.Widget:
    """Make a switch whose words wrap where the window is narrow."""
    button = GimpUi.prop_check_button_new(config, argument, text)
    label = button.get_child()
    if isinstance(label, Gtk.Label):
        label.set_line_wrap(True)
        label.set_max_width_chars(30)
        label.set_xalign(0.0)
    return button
