"""The dialog of Generative Fill: filling in, waiting, and what went wrong."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from gi.repository import Gimp, GimpUi, GLib, Gtk

import canvas
import fill
import memory
import review
from arguments import options_of
from errors import Cancelled, Problem, WorkerLost
from form import Form
from i18n import _
from preview import Preview
from widgets import help_link, named
from worker import Worker

__all__ = ["Kind", "ask_and_fill"]

SETTLE = 150
"""Milliseconds without a change after which a new plan is asked for."""


class Kind(NamedTuple):
    """What tells one command's dialog from another's.

    Parameters
    ----------
    title : str
        Of the window.
    chapter : str
        Of the help page.
    target : callable
        Finds out what is to be edited; raises `Problem` where it cannot be.
    first_rows : callable, optional
        Makes a widget of the command's own for the arguments it is given.
    """

    title: str
    chapter: str
    target: Callable[[], canvas.Target]
    first_rows: "Callable[[Gimp.ProcedureConfig], Gtk.Widget] | None" = None


def ask_and_fill(
    procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, worker: Worker, kind: Kind
) -> "list[Gimp.Layer]":
    """Show the dialog until an edit has succeeded or the user has given up.

    Returns
    -------
    list of Gimp.Layer
        The new layers.

    Raises
    ------
    Cancelled
        If the user closed the dialog.
    """
    config.set_property("prompt", memory.last_prompt())
    dialog = FillDialog(procedure, config, worker, kind)
    try:
        while dialog.window.run():
            layers = review.chosen(dialog.attempt())
            if layers:
                return layers
        raise Cancelled
    finally:
        dialog.close()


class FillDialog:
    """A window with a preview to the left, the form to the right and the progress beneath."""

    def __init__(
        self,
        procedure: Gimp.Procedure,
        config: Gimp.ProcedureConfig,
        worker: Worker,
        kind: Kind,
    ) -> None:
        self._closed = False
        self._config = config
        self._kind = kind
        self._worker = worker
        self._edit: int | None = None
        self._settling = 0
        self._began = 0.0
        self.window = GimpUi.ProcedureDialog.new(procedure, config, kind.title)
        self.window.set_ok_label(_("_Generate"))
        self._form = Form(config, kind.first_rows(config) if kind.first_rows else None)
        self._form.on_activate(lambda: self.window.response(Gtk.ResponseType.OK))
        self._preview = Preview()
        self._build()
        self.window.connect("response", self._responded)
        config.connect("notify", lambda *_: self._plan_soon())
        worker.request("describe", {}, self._described)
        self._plan()

    def attempt(self) -> "list[Gimp.Layer]":
        """Carry out the edit; what goes wrong is shown in the window.

        Returns
        -------
        list of Gimp.Layer
            The new layers; empty if there are none and the user may change something.

        Raises
        ------
        Cancelled
            If the user closed the window meanwhile.
        """
        try:
            return self.fill()
        except Cancelled:
            if self._closed:
                raise
        except Problem as problem:
            self.show_problem(problem)
        return []

    def fill(self) -> "list[Gimp.Layer]":
        """Carry out the edit while the window shows how far it is.

        Raises
        ------
        Problem, Cancelled
            If there are no new layers.
        """
        options = options_of(self._config)
        target = self._kind.target()
        self._agree(fill.plan_params(self._worker, target, options))
        memory.remember(options.get("prompt", ""))
        self._show_running(True)
        ticking = GLib.timeout_add(500, self._tick)
        try:
            return fill.edit(self._worker, target, options, self._notify, self._began_edit)
        finally:
            GLib.source_remove(ticking)
            self._edit = None
            self._show_running(False)

    def _agree(self, params: "dict[str, Any]") -> None:
        """Ask first where an edit costs more than the user lets pass.

        Raises
        ------
        Cancelled
            If the user does not want it.
        """
        limit = memory.preferences()["cost-limit"]
        cost = self._worker.call("plan", params)["cost_usd"] if limit else None
        if not cost or cost <= limit:
            return
        question = Gtk.MessageDialog(
            transient_for=self.window,
            modal=True,
            message_type=Gtk.MessageType.QUESTION,
            buttons=Gtk.ButtonsType.OK_CANCEL,
            text=_("This edit costs about ${cost}.").format(cost=f"{cost:.2f}"),
            secondary_text=_("Your limit is ${limit}; Settings changes it.").format(
                limit=f"{limit:.2f}"
            ),
        )
        agreed = question.run() == Gtk.ResponseType.OK
        question.destroy()
        if not agreed:
            raise Cancelled

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong; the user can change something and try again."""
        self._message.set_markup(
            f"<b>{GLib.markup_escape_text(problem.message)}</b>\n"
            f"{GLib.markup_escape_text(problem.hint)}"
        )
        self._bar.show()
        if isinstance(problem, WorkerLost):
            self._worker.restart()

    def close(self) -> None:
        """Remove the window."""
        if self._settling:
            GLib.source_remove(self._settling)
        self.window.destroy()

    def _build(self) -> None:
        columns = Gtk.Box(orientation=Gtk.Orientation.HORIZONTAL, spacing=18)
        columns.pack_start(self._preview.widget, False, False, 0)
        columns.pack_start(self._form.widget, True, True, 0)
        self._bar = Gtk.InfoBar(message_type=Gtk.MessageType.WARNING, no_show_all=True)
        self._message = Gtk.Label(xalign=0.0, wrap=True, max_width_chars=70, selectable=True)
        self._bar.get_content_area().add(self._message)
        self._message.show()
        self._progress = named(Gtk.ProgressBar(show_text=True), _("Progress"))
        self._progress.set_no_show_all(True)
        outer = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=12, border_width=12)
        for widget in (self._bar, columns, self._progress, help_link(self._kind.chapter)):
            outer.pack_start(widget, False, False, 0)
        outer.show_all()
        self.window.get_content_area().pack_start(outer, True, True, 0)
        self._form.prompt.grab_focus()

    def _described(self, described: Any, error: "Problem | Cancelled | None") -> None:
        if error is None:
            self._form.describe(described)
        elif isinstance(error, Problem):
            self.show_problem(error)

    def _plan_soon(self) -> None:
        if self._settling:
            GLib.source_remove(self._settling)
        self._settling = GLib.timeout_add(SETTLE, self._plan)

    def _plan(self) -> bool:
        self._settling = 0
        try:
            target = self._kind.target()
        except Problem as problem:
            self._preview.show_problem(str(problem))
            return GLib.SOURCE_REMOVE  # type: ignore[no-any-return]
        # What is sent does not depend on the words, so the plan does not wait for them.
        options = {"prompt": "…", **options_of(self._config)}
        params = fill.plan_params(self._worker, target, options)

        def arrived(plan: Any, error: "Problem | Cancelled | None") -> None:
            self._plan_arrived(target, plan, error)

        self._worker.request("plan", params, arrived)
        return GLib.SOURCE_REMOVE  # type: ignore[no-any-return]

    def _plan_arrived(
        self, target: canvas.Target, plan: Any, error: "Problem | Cancelled | None"
    ) -> None:
        if self._edit is not None:
            return
        if error is None:
            self._preview.show_plan(target, plan)
        elif isinstance(error, Problem):
            self._preview.show_problem(str(error))

    def _began_edit(self, request: int) -> None:
        self._edit = request

    def _notify(self, method: str, params: "dict[str, Any]") -> None:
        if method == "partial":
            self._preview.show_partial(params["path"])
            return
        self._stage = params.get("text", "")
        if params.get("fraction") is None:
            self._progress.pulse()
        else:
            self._progress.set_fraction(params["fraction"])
        self._show_stage()

    def _tick(self) -> bool:
        if self._progress.get_fraction() == 0:
            self._progress.pulse()
        self._show_stage()
        return GLib.SOURCE_CONTINUE  # type: ignore[no-any-return]

    def _show_stage(self) -> None:
        seconds = int(time.monotonic() - self._began)
        self._progress.set_text(
            _("{what} – {seconds} s").format(what=self._stage, seconds=seconds)
            if seconds
            else self._stage
        )

    def _show_running(self, running: bool) -> None:
        self._began = time.monotonic()
        self._stage = _("Preparing…")
        self._progress.set_fraction(0)
        self._progress.set_text(self._stage)
        self._progress.set_visible(running)
        self._form.widget.set_sensitive(not running)
        self.window.set_response_sensitive(Gtk.ResponseType.OK, not running)
        if running:
            self._bar.hide()
        else:
            self._plan_soon()

    def _responded(self, _window: Gtk.Dialog, response: int) -> None:
        """Cancel ends a running edit; otherwise the window's own loop takes the response."""
        if self._edit is None or response not in (
            Gtk.ResponseType.CANCEL,
            Gtk.ResponseType.DELETE_EVENT,
        ):
            return
        self._closed = response == Gtk.ResponseType.DELETE_EVENT
        self._progress.set_text(_("Cancelling…"))
        self._worker.cancel(self._edit)
