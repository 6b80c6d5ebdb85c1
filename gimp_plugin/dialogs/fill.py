"""The dialog of Generative Fill: filling in, waiting, and what went wrong."""

from gi.repository import Gdk, Gimp, GimpUi, GLib, Gtk

import canvas
from dialogs import variations
from dialogs.fitting import Fitting
from dialogs.form import Form
from dialogs.kind import Kind
from dialogs.preview import Preview
from dialogs.progress_bar import Running
from dialogs.widgets import help_link, named
from edits import edit, references, spending
from edits.options import options_of
from edits.plans import Planner
from edits.words import money
from errors import Cancelled, Problem, WorkerLost
from text.i18n import _
from user.preferences import preferences
from user.prompts import remember
from worker.client import Failure, Worker
from worker.messages import DESCRIBE, Description, Nothing, Options, Partial, PlanAnswer, Progress

__all__ = ["ask_and_fill"]

SETTLE = 150
"""Milliseconds without a change after which a new plan is asked for."""


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
    dialog = FillDialog(procedure, config, worker, kind)
    try:
        while dialog.window.run():
            layers = variations.chosen(dialog.attempt())
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
        self._config = config
        self._kind = kind
        self._worker = worker
        self._planner = Planner(worker)
        self._cost: float | None = None
        self._left = False
        self._possible = True
        self._settling = 0
        title = f"{kind.title} – {kind.image.get_name()}"
        self.window = GimpUi.ProcedureDialog.new(procedure, config, title)
        self.window.set_ok_label(_("_Generate"))
        first = kind.first_rows() if kind.first_rows else None
        self._form = Form(procedure, config, kind.image, first)
        self._running = Running(self.window, worker, self._leave)
        self._preview = Preview()
        self._build()
        self.window.connect("response", self._responded)
        self.window.connect("delete-event", lambda *_: self._running.cancel())
        self.window.connect("key-press-event", self._pressed)
        # Meanwhile something else may have been selected.
        self.window.connect("focus-in-event", lambda *_: self._look_again())
        config.connect("notify", lambda *_: self._plan_soon())
        for chosen in ("endpoint", "model"):  # what was said before was about another one
            config.connect(f"notify::{chosen}", lambda *_: self._bar.hide())
        worker.request(DESCRIBE, Nothing(), self._described)
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
            If the user has left the edit to go on without the window.
        """
        try:
            return self.fill()
        except Cancelled:
            if self._left:
                Gimp.message(
                    _(
                        "The edit goes on. Its answer will be in Filters ▸ Seamfill ▸ Recover "
                        "Results."
                    )
                )
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
        options = self._options()
        subject = self._kind.subject()
        self._agree(subject, options)
        remember(str(options.get("prompt", "")))
        references.remember(self._kind.image, self._config)
        self._show_running(True)
        self._running.begin(spending.usually(options), self._cost)
        try:
            return edit.edit(
                self._worker,
                subject,
                options,
                self._notify,
                planner=self._planner,
                began=self._running.began,
            )
        finally:
            self._running.end()
            self._show_running(False)

    def _options(self) -> Options:
        """Tell what is chosen; unfinished pictures among it, which only a dialog can show."""
        options, previews = options_of(self._config), self._config.get_property("previews")
        return {**options, "stream": True, "partial_images": previews} if previews else options

    def _agree(self, subject: canvas.Subject, options: Options) -> None:
        """Ask first where an edit costs more than the user lets pass.

        Raises
        ------
        Cancelled
            If the user does not want it.
        """
        limit = preferences().cost_limit
        if limit:
            self._cost = self._planner.plan(subject, options).cost_usd
        if not limit or not self._cost or self._cost <= limit:
            return
        question = Gtk.MessageDialog(
            transient_for=self.window,
            modal=True,
            message_type=Gtk.MessageType.QUESTION,
            buttons=Gtk.ButtonsType.OK_CANCEL,
            text=_("This edit costs about {money}.").format(money=money(self._cost)),
            secondary_text=_("Your limit is {money}; Settings changes it.").format(
                money=money(limit)
            ),
        )
        named(question, _("Cost of This Edit"))
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
        self._fitting.to_top()
        if isinstance(problem, WorkerLost):
            self._worker.restart()
        if isinstance(problem, WorkerLost) or problem.code == "plan_changed":
            self._planner.forget()

    def close(self) -> None:
        """Remove the window."""
        if self._settling:
            GLib.source_remove(self._settling)
        self.window.destroy()

    def _build(self) -> None:
        columns = Gtk.Box(orientation=Gtk.Orientation.HORIZONTAL, spacing=18)
        left = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        left.pack_start(self._preview.widget, False, False, 0)
        left.pack_start(self._form.references, False, False, 0)
        columns.pack_start(left, False, False, 0)
        columns.pack_start(self._form.widget, True, True, 0)
        self._bar = Gtk.InfoBar(message_type=Gtk.MessageType.WARNING, no_show_all=True)
        self._message = Gtk.Label(xalign=0.0, wrap=True, max_width_chars=70, selectable=True)
        self._bar.get_content_area().add(self._message)
        self._message.show()
        inner = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=12, border_width=12)
        for widget in (self._bar, columns, help_link(self._kind.chapter)):
            inner.pack_start(widget, False, False, 0)
        self._fitting = Fitting(inner)
        self._running.bar.set_property("margin", 12)
        outer = self.window.get_content_area()
        outer.pack_start(self._fitting, True, True, 0)
        outer.pack_start(self._running.bar, False, False, 0)
        self._fitting.show_all()
        self._form.prompt.grab_focus()

    def _described(self, described: "Description | None", error: Failure) -> None:
        if described is not None:
            self._form.describe(described)
            self._plan_soon()
        elif isinstance(error, Problem):
            self.show_problem(error)

    def _look_again(self) -> bool:
        self._planner.look_again()
        return self._plan_soon()

    def _plan_soon(self) -> bool:
        if self._settling:
            GLib.source_remove(self._settling)
        self._settling = GLib.timeout_add(SETTLE, self._plan)
        return False

    def _plan(self) -> bool:
        self._settling = 0
        options = self._options()
        if self._form.reads_prompt:
            # What is sent does not depend on the words, so the plan does not wait for them.
            options = {"prompt": "…", **options}
        try:
            subject = self._kind.subject()

            def arrived(plan: "PlanAnswer | None", error: Failure) -> None:
                self._plan_arrived(subject, plan, error)

            self._planner.request(subject, options, arrived)
        except Problem as problem:
            self._show_no_plan(problem)
        return GLib.SOURCE_REMOVE  # type: ignore[no-any-return]

    def _plan_arrived(
        self, subject: canvas.Subject, plan: "PlanAnswer | None", error: Failure
    ) -> None:
        if not self._form.widget.get_sensitive():  # an edit runs, and its partial images show
            return
        if isinstance(error, Problem):
            self._show_no_plan(error)
        elif plan is None:
            return
        elif subject.selection is None and not self._form.reads_prompt:
            self._show_no_plan(
                Problem(
                    _("Nothing is selected, and this model only continues what surrounds a part."),
                    _("Select the part that is to change."),
                )
            )
        else:
            self._cost = plan.cost_usd
            self._preview.show_plan(subject, plan)
            self._let_generate(True)

    def _show_no_plan(self, problem: Problem) -> None:
        """Say why nothing could be sent as things are, before anybody tries."""
        self._preview.show_problem(str(problem))
        # A worker that is gone is started anew by the next attempt.
        self._let_generate(isinstance(problem, WorkerLost))

    def _let_generate(self, whether: bool) -> None:
        self._possible = whether
        self.window.set_response_sensitive(Gtk.ResponseType.OK, whether)

    def _notify(self, told: "Progress | Partial") -> None:
        if isinstance(told, Partial):
            self._preview.show_partial(told.path)
        else:
            self._running.progress(told)

    def _show_running(self, running: bool) -> None:
        for part in (self._form.widget, self._form.references):
            part.set_sensitive(not running)
        self._let_generate(not running)
        if running:
            self._bar.hide()
        else:
            self._plan_soon()

    def _pressed(self, _window: Gtk.Dialog, event: Gdk.EventKey) -> bool:
        """Let Ctrl and Enter generate, whatever has the keyboard."""
        enter = event.keyval in (Gdk.KEY_Return, Gdk.KEY_KP_Enter)
        if not (enter and event.state & Gdk.ModifierType.CONTROL_MASK):
            return False
        if self._possible:
            self.window.response(Gtk.ResponseType.OK)
        return True

    def _leave(self) -> None:
        """Take note that the edit is to go on although the window closes."""
        self._left = True

    def _responded(self, _window: Gtk.Dialog, response: int) -> None:
        """Cancel is about a running edit first; otherwise the window's loop takes the response."""
        if response == Gtk.ResponseType.CANCEL:
            self._running.cancel()
