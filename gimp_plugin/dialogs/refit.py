"""The dialog of Refit Layer: what is changed is seen on the canvas at once."""

from gi.repository import Gimp, GimpUi, GLib, Gtk

import canvas
from dialogs.fitting import Fitting
from dialogs.widgets import AutomaticNumber, Rows, help_link, label_of
from edits.refit import Job, options_of
from errors import Cancelled, Problem, WorkerLost
from text.i18n import _
from text.reports import told
from worker.client import Failure
from worker.messages import Options, PatchFiles

__all__ = ["ask"]

SETTLE = 150
"""Milliseconds without a change after which the layer is fitted anew."""
WIDEST, FIRST = 256, 8
"""The largest width of an edge, and the one to begin with who chooses one, in pixels."""


def ask(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, job: Job) -> PatchFiles:
    """Let the user find the fit that looks best.

    Returns
    -------
    PatchFiles
        What is to take the layer's place.

    Raises
    ------
    Problem, Cancelled
        If there is none; the image is as it was then.
    """
    dialog = RefitDialog(procedure, config, job)
    try:
        if not dialog.window.run():
            raise Cancelled
        return dialog.patch()
    finally:
        dialog.close()


class RefitDialog:
    """A window with the choices and the report; the fit itself is shown on the canvas."""

    def __init__(self, procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, job: Job) -> None:
        self._procedure = procedure
        self._config = config
        self._job = job
        self._trial = canvas.Trial(job.subject.layer)
        self._settling = 0
        self._asked = False
        self._closed = False
        self._fitted: tuple[Options, PatchFiles] | None = None
        self.window = GimpUi.ProcedureDialog.new(procedure, config, _("Refit Layer"))
        self.window.set_ok_label(_("Re_fit"))
        self._preview = Gtk.CheckButton.new_with_mnemonic(_("_Preview"))
        self._preview.set_active(True)
        self._preview.connect("toggled", lambda _button: self._show())
        self._report = Gtk.Label(xalign=0.0, yalign=0.0, wrap=True, selectable=True)
        self._report.set_max_width_chars(44)
        self._report.set_size_request(-1, 80)
        self._build()
        config.connect("notify", lambda *_: self._refit_soon())
        self._refit()

    def patch(self) -> PatchFiles:
        """Give the patch of what is chosen now, which may be newer than what is shown.

        Raises
        ------
        Problem
            If there is none.
        """
        options = options_of(self._config)
        if self._fitted is not None and self._fitted[0] == options:
            return self._fitted[1]
        return self._job.refit(options)

    def close(self) -> None:
        """Remove the window and what was shown."""
        self._closed = True
        if self._settling:
            GLib.source_remove(self._settling)
        self._trial.end()
        self.window.destroy()

    def _build(self) -> None:
        rows = Rows()
        image, layer = self._job.subject.image, self._job.subject.layer
        if layer is not None and layer not in image.get_selected_layers():
            text = _("The newest result: {name}").format(name=layer.get_name())
            rows.add_wide(Gtk.Label(label=text, xalign=0.0, wrap=True, max_width_chars=44))
        edge = AutomaticNumber(self._config, "edge", WIDEST, FIRST)
        edge.add_to(
            rows,
            label_of(self._procedure, "edge"),
            _("Width in pixels over which old and new blend"),
        )
        switches = [
            "register",
            "tone",
            "texture",
            *(["keep-mask"] if canvas.mask_changed(layer) else []),
        ]
        for argument in switches:
            text = label_of(self._procedure, argument)
            rows.add_wide(GimpUi.prop_check_button_new(self._config, argument, text))
        rows.add_wide(self._report)
        rows.add_wide(self._preview)
        rows.add_wide(help_link("refit"))
        rows.grid.set_border_width(12)
        fitting = Fitting(rows.grid)
        fitting.show_all()
        self.window.get_content_area().pack_start(fitting, True, True, 0)

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
        options = options_of(self._config)
        self._fitted, self._asked = None, True  # its files are about to be written over

        def arrived(patch: "PatchFiles | None", error: Failure) -> None:
            self._asked = False
            if not self._closed:
                self._arrived(options, patch, error)

        self._job.request(options, arrived)

    def _arrived(self, options: Options, patch: "PatchFiles | None", error: Failure) -> None:
        if isinstance(error, Problem):
            self._show_problem(error)
        elif options != options_of(self._config):
            self._refit()  # only the latest is worth showing
        elif patch is not None:
            self._fitted = (options, patch)
            self._show()

    def _show(self) -> None:
        """Show the latest fit, or the layer as it is where no preview is wanted."""
        if not self._preview.get_active():
            self._trial.end()
        if self._fitted is None:
            return
        _options, patch = self._fitted
        self._report.set_text(told(patch.report, patch.box.size))
        try:
            if self._preview.get_active():
                self._trial.show(patch, self._job.keeps_mask(self._config))
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
