"""The panel of an edit: it stays beside the picture, follows it, and shows what came of it."""

from typing import TYPE_CHECKING

from gi.repository import Gdk, Gimp, GimpUi, GLib, Gtk

import canvas
from dialogs import placing
from dialogs.agreeing import agree
from dialogs.first_run import FirstRun
from dialogs.fitting import Fitting, Folded
from dialogs.form import Form
from dialogs.generating import Generating
from dialogs.intents import layer_name
from dialogs.kind import Kind
from dialogs.left import Left, left
from dialogs.left import remember as remember_window
from dialogs.message_bar import MessageBar
from dialogs.planning import Planning
from dialogs.preview import Preview
from dialogs.settings import open_settings
from dialogs.widgets import later, show_help
from edits import last, references
from edits.edit import Begun
from edits.options import options_of
from errors import Cancelled, Problem, WorkerLost
from text.i18n import _
from text.unforeseen import unforeseen
from user.preferences import preferences
from user.prompts import remember
from worker.client import Failure, Worker
from worker.messages import (
    DESCRIBE,
    Description,
    EditAnswer,
    Nothing,
    Options,
    Partial,
    Progress,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from dialogs.results import Results

__all__ = ["Panel", "show"]

SAID = 4000
"""Milliseconds for which GIMP's status bar tells of an edit that ended in the background."""
WIDTH = 360
"""In GTK's pixels, of a panel that was never shown."""


def show(
    procedure: Gimp.Procedure,
    config: Gimp.ProcedureConfig,
    worker: Worker,
    kind: Kind,
    drawables: "list[Gimp.Drawable]",
    shows: "list[Callable[[], None]]",
) -> "list[Gimp.Layer]":
    """Show a panel until the user closes it, or the image.

    Parameters
    ----------
    procedure, config, worker, kind
        See `Panel`.
    drawables : list of Gimp.Drawable
        What is active in the image.
    shows : list of callable
        Takes what shows the panel once more.

    Returns
    -------
    list of Gimp.Layer
        What the last edit made of it and is still there; empty for nothing.
    """
    panel = Panel(procedure, config, worker, kind, drawables)
    shows.append(panel.present)
    try:
        panel.run()
    finally:
        panel.close()
    return panel.layers if kind.image.is_valid() else []


class Panel:
    """A window for one image: what is asked for, what would be sent, and what came of it.

    Parameters
    ----------
    procedure, config : Gimp.Procedure, Gimp.ProcedureConfig
        The command, and its arguments, which the widgets are bound to.
    worker : Worker
        A running worker.
    kind : Kind
        What tells one command's panel from another's.
    drawables : list of Gimp.Drawable
        What is active in the image.
    """

    def __init__(
        self,
        procedure: Gimp.Procedure,
        config: Gimp.ProcedureConfig,
        worker: Worker,
        kind: Kind,
        drawables: "list[Gimp.Drawable]",
    ) -> None:
        self._procedure, self._config = procedure, config
        self._worker, self._kind = worker, kind
        self._drawables = drawables
        self._made: list[Gimp.Layer] = []
        self._loop = GLib.MainLoop()
        self._hidden = self._eager = False
        self._said = ""
        self.window = GimpUi.Dialog(
            title=f"{kind.title} – {kind.image.get_name()}", role=f"seamfill-{kind.chapter}"
        )
        first = kind.first_rows() if kind.first_rows else None
        self._form = Form(procedure, config, kind.image, kind.intents, first)
        self._generating = Generating(self.window, worker, self._hide)
        self._preview = Preview()
        self._bar = MessageBar(self._bring)
        self._first = FirstRun(self._open_settings)
        self._results: Results | None = None
        self._place = Gtk.Box()  # of the results
        self._build()
        self._connect()
        self._planning = Planning(
            worker, kind.image, self._subject, self._form, self._preview, self._options, self
        )
        worker.request(DESCRIBE, Nothing(), self._described)
        self._planning.now()

    @property
    def layers(self) -> "list[Gimp.Layer]":
        """What the last edit made and is still there."""
        return [layer for layer in self._made if layer.is_valid()]

    def run(self) -> None:
        """Wait until the user closes the panel."""
        placing.beside(self.window, self._kind.image)
        self.present()
        GLib.idle_add(self._add_results)  # which nobody waits for who wants to write a prompt
        self._loop.run()

    def present(self) -> None:
        """Let the panel be seen, whatever lies over it or has hidden it."""
        self._hidden = False
        self.window.present()

    def close(self) -> None:
        """Remove the window, and remember how it was left."""
        self._planning.end()
        if self._results is not None:
            self._results.end()
        width, height = self.window.get_size()
        unfolded = tuple(name for name, part in self._parts.items() if part.get_expanded())
        remember_window(self._kind.chapter, Left(width, height, unfolded))
        self.window.destroy()

    def generate(self) -> None:
        """Begin the edit; what goes wrong is shown in the panel."""
        self._eager = not self._planning.known  # whoever was faster than the first plan
        if not self._allowed:
            return
        self._bar.hide()
        options = self._options()
        try:
            subject = self._subject()
            planner = self._planning.planner
            if preferences().cost_limit:
                agree(self.window, planner.plan(subject, options).cost_usd)
            self._generating.start(subject, options, planner, self._notify, self._answered)
        except Problem as problem:
            self.show_problem(problem)
        except Cancelled:
            return  # of which nothing is to be said to whoever wanted it
        except Exception as error:  # or nobody would hear of it
            self.show_problem(unforeseen(error))
        self._said = self._form.said
        remember(self._said)
        references.remember(self._kind.image, self._config)
        last.remember(self._procedure, self._config)
        self.allow()

    def use_prompt(self, prompt: str) -> None:
        """Take a result's prompt for the next edit."""
        self._config.set_property("prompt", prompt)
        self._form.prompt.grab_focus()

    def similar(self, layer: Gimp.Layer) -> None:
        """Make the edit that a result came of once more; the new results come beside it."""
        from edits.again import begin_again

        self._bar.hide()
        try:
            begun, params = begin_again(self._worker, layer)
            agree(self.window, begun.plan.cost_usd)
            self._generating.follow(begun, params, self._notify, self._answered)
            self.allow()
        except Problem as problem:
            self.show_problem(problem)
        except Cancelled:
            return  # of which nothing is to be said to whoever wanted it

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong; the user can change something and try again."""
        if self._hidden:
            Gimp.message(str(problem))
        self._bar.show(problem)
        self._fitting.to_top()
        if isinstance(problem, WorkerLost):
            self._worker.restart()
        if isinstance(problem, WorkerLost) or problem.code == "plan_changed":
            self._planning.planner.forget()

    def _answered(self, begun: Begun, answer: "EditAnswer | None", error: Failure) -> None:
        """Put an answer into the image and say how good it is, or what went wrong."""
        try:
            if answer is not None:
                layers = begun.finish(self._worker, answer, self._name(begun))
                self._show_results(layers, begun.remarks(answer))
            elif isinstance(error, Problem):
                self.show_problem(error)
        except Problem as problem:
            self.show_problem(problem)
        except Exception as error:  # or nobody would hear of it
            self.show_problem(unforeseen(error))
        Gimp.displays_flush()
        if self._generating.under_way or not self._is_over():
            self._planning.look_again()
        else:
            GLib.timeout_add(SAID if self.layers else 0, self._loop.quit)

    def _is_over(self) -> bool:
        """Whether nobody looks at the panel any more; GIMP's status bar says what came of it."""
        if not self._kind.image.is_valid():
            return True
        if self._hidden and self.layers:
            name = self.layers[0].get_name()
            Gimp.progress_init(_("Seamfill: “{name}” is in the image.").format(name=name))
        return self._hidden

    def _name(self, begun: Begun) -> str:
        """Name the layers of an edit that nothing was said for; others go by their prompt."""
        said = begun.options.get("prompt")
        unsaid = [each for each in self._kind.intents if said in (None, each.unsaid)]
        return layer_name(unsaid[0]) if unsaid else ""

    def _show_results(self, layers: "list[Gimp.Layer]", remarks: "list[str]") -> None:
        if self._hidden:  # short words on one line are shown in GIMP's status bar
            name = canvas.name_of(layers[0])
            arrived = _("“{name}” is in the image now.").format(name=name)
            Gimp.message(" ".join([arrived, *remarks]))
        elif remarks:
            self._bar.note("\n".join(remarks))
        self._made = layers
        self._kind.image.set_selected_layers(layers[:1])
        if self._results is not None:
            awaited = self.window.is_active() and self._form.said == self._said
            self._results.bring(with_keyboard=awaited)

    def _add_results(self) -> bool:
        from dialogs.results import Results

        self._results = Results(self._kind.image, self._worker, self)
        self._place.pack_start(self._results.widget, True, True, 0)
        self._results.look()
        return GLib.SOURCE_REMOVE  # type: ignore[no-any-return]

    def _subject(self) -> canvas.Subject:
        """Find out what is to be edited now.

        A result is active once it is there, so that it can be worked on. What the user had active
        before is still what "active layer" means.
        """
        if self._kind.image.is_valid():  # or GIMP would complain to the user
            active = self._kind.image.get_selected_drawables()
            if not (self._made and all(each in self._made for each in active)):
                self._drawables = active
        subject = self._kind.subject([each for each in self._drawables if each.is_valid()])
        return canvas.inverse(subject) if self._form.intent.inverse else subject

    def _options(self) -> Options:
        """Tell what is chosen; unfinished pictures among it, which only a panel can show."""
        options, previews = options_of(self._config), self._config.get_property("previews")
        if self._form.reads_prompt:
            options["prompt"] = self._form.said or self._form.intent.unsaid
        return {**options, "stream": True, "partial_images": previews} if previews else options

    def _build(self) -> None:
        kept = left(self._kind.chapter, Left(WIDTH, 0, ("sent",)))
        self._parts = {
            "sent": Folded(self._preview.widget, label=_("What _Is Sent")),
            "model": Folded(self._form.choices, label=_("Mo_del and Quality")),
            "references": self._form.references,
            "more": self._form.more,
        }
        inner = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6, border_width=12)
        inner.pack_start(self._bar.widget, False, False, 0)
        inner.pack_start(self._first.widget, False, False, 0)
        inner.pack_start(self._form.widget, True, True, 0)
        inner.pack_start(self._place, False, False, 0)
        for name, part in self._parts.items():
            part.set_expanded(name in kept.open)
            inner.pack_start(part, False, False, 0)
        self._fitting = Fitting(inner)
        self._generating.widget.set_property("margin", 12)
        outer = self.window.get_content_area()
        outer.pack_start(self._fitting, True, True, 0)
        outer.pack_start(self._generating.widget, False, False, 0)
        self.window.add_button(_("_Help"), Gtk.ResponseType.HELP)
        self.window.add_button(_("_Close"), Gtk.ResponseType.CLOSE)
        self._generate = self.window.add_button(_("_Generate"), Gtk.ResponseType.OK)
        self._generate.get_style_context().add_class("suggested-action")
        self.window.set_default_response(Gtk.ResponseType.OK)
        self.window.set_default_size(kept.width, kept.height or -1)
        self._fitting.show_all()
        self._form.prompt.grab_focus()

    def _connect(self) -> None:
        self.window.connect("response", self._responded)
        self.window.connect("key-press-event", self._pressed)
        # Meanwhile something may have been painted, which nothing else would tell.
        self.window.connect("focus-in-event", lambda *_: self._planning.look_again())
        self._config.connect("notify", lambda *_: self._planning.soon())
        for chosen in ("endpoint", "model"):  # what was said before was about another one
            self._config.connect(f"notify::{chosen}", lambda *_: self._bar.hide())

    def _described(self, described: "Description | None", error: Failure) -> None:
        if described is not None:
            self._form.describe(described)
            self._first.offer(described)
            self._planning.soon()
        elif isinstance(error, Problem):
            self.show_problem(error)

    def allow(self) -> None:
        """Let Generate be pressed where something would come of it."""
        self.window.set_response_sensitive(Gtk.ResponseType.OK, self._allowed)
        if self._eager:
            later(self.generate)()
        self._form.tell_cost(self._planning.cost if self._planning.possible else None)

    @property
    def _allowed(self) -> bool:
        return self._planning.possible and not self._generating.unsent

    def gone(self) -> None:
        """The image was closed: so is the panel, once nothing is under way."""
        self.window.hide()
        self._hidden = True
        if not self._generating.under_way:
            self._loop.quit()

    def _notify(self, told: "Progress | Partial") -> None:
        if isinstance(told, Partial):
            self._preview.show_partial(told.path)
        else:
            self.allow()

    def _bring(self, what: str) -> None:
        """Do what a button beside a message says."""
        if what == "settings":
            self._open_settings()
        else:
            self.generate()

    def _open_settings(self) -> None:
        open_settings(self._worker)
        self._worker.request(DESCRIBE, Nothing(), self._described)

    def _pressed(self, _window: Gtk.Dialog, event: Gdk.EventKey) -> bool:
        """Let Ctrl and Enter generate, whatever has the keyboard."""
        enter = event.keyval in (Gdk.KEY_Return, Gdk.KEY_KP_Enter)
        if not (enter and event.state & Gdk.ModifierType.CONTROL_MASK):
            return False
        self.generate()
        return True

    def _hide(self) -> None:
        """Go on without the window: the answer is inserted when it comes."""
        self._hidden = True
        self.window.hide()

    def _responded(self, window: Gtk.Dialog, response: int) -> None:
        if response == Gtk.ResponseType.OK:
            later(self.generate)()
        elif response == Gtk.ResponseType.HELP:
            show_help(self._kind.chapter, window)
        elif not self._generating.cancel():  # which is about a running edit first
            self._loop.quit()
