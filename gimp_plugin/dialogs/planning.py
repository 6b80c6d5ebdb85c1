"""The plan of what is chosen, asked for anew whenever something changes, and shown."""

from typing import TYPE_CHECKING, Protocol

from gi.repository import Gimp, GLib

import canvas
from edits.plans import Planner
from errors import Problem, WorkerLost
from text.i18n import _
from worker.messages import Box

if TYPE_CHECKING:
    from collections.abc import Callable

    from dialogs.form import Form
    from dialogs.preview import Preview
    from worker.client import Failure, Worker
    from worker.messages import Options, PlanAnswer

__all__ = ["Planning"]

SETTLE = 150
"""Milliseconds without a change after which a new plan is asked for."""
COARSE, FULL = 64, 255
"""Pixels along the longest side in which a selection is looked for gaps, and what has none."""
WATCH = 400
"""Milliseconds between two looks at the image."""


class Watcher(Protocol):
    """Whoever is to hear of what changes."""

    def allow(self) -> None:
        """Called when it has become known whether the edit can be made."""

    def gone(self) -> None:
        """Called when the image is no more."""


class Planning:
    """Keeps the preview and the price at what is chosen and selected now.

    Parameters
    ----------
    worker : Worker
    image : Gimp.Image
    subject : callable
        Finds out what is edited; raises `Problem` where nothing can be.
    form : Form
    preview : Preview
    options : callable
        Tells the options that are chosen.
    panel : Watcher
        Hears of it.
    """

    def __init__(
        self,
        worker: "Worker",
        image: Gimp.Image,
        subject: "Callable[[], canvas.Subject]",
        form: "Form",
        preview: "Preview",
        options: "Callable[[], Options]",
        panel: Watcher,
    ) -> None:
        self.planner = Planner(worker)
        self.cost: float | None = None
        """Of the edit in US dollars; None where that is not known."""
        self.possible = False
        """Whether the edit can be made as things are."""
        self.known = False
        """Whether that is known at all, which takes a moment at first."""
        self._image, self._subject = image, subject
        self._form, self._preview = form, preview
        self._options, self._panel = options, panel
        self._settling = 0
        self._seen = canvas.situation(image)
        self._watching = GLib.timeout_add(WATCH, self._watch)

    def look_again(self) -> None:
        """Take it that what the image shows may have changed."""
        self.planner.look_again()
        self.soon()

    def soon(self) -> None:
        """Plan as soon as nothing has changed for a moment."""
        if self._settling:
            GLib.source_remove(self._settling)
        self._settling = GLib.timeout_add(SETTLE, self._settled)

    def end(self) -> None:
        """Ask no more."""
        for source in (self._settling, self._watching):
            if source:
                GLib.source_remove(source)
        self._settling = self._watching = 0

    def now(self) -> None:
        """Plan what is chosen now."""
        options = self._options()
        try:
            subject = self._subject()

            def arrived(plan: "PlanAnswer | None", error: "Failure") -> None:
                self._arrived(subject, plan, error)

            self.planner.request(subject, options, arrived)
        except Problem as problem:
            self._show_none(problem)

    def _settled(self) -> bool:
        self._settling = 0
        self.now()
        return GLib.SOURCE_REMOVE  # type: ignore[no-any-return]

    def _watch(self) -> bool:
        seen = canvas.situation(self._image)
        if seen is None:
            self._watching = 0
            self._panel.gone()
            return GLib.SOURCE_REMOVE  # type: ignore[no-any-return]
        if seen != self._seen:
            self._seen = seen
            self.look_again()
        return GLib.SOURCE_CONTINUE  # type: ignore[no-any-return]

    def _arrived(
        self, subject: canvas.Subject, plan: "PlanAnswer | None", error: "Failure"
    ) -> None:
        if not self._watching:
            return
        if isinstance(error, Problem):
            self._show_none(error)
        elif plan is None:
            return
        elif not self._form.reads_prompt and _is_all(subject):
            all_of_it = _(
                "Everything is selected, and this model only continues what surrounds it."
            )
            nothing = _("Nothing is selected, and this model only continues what surrounds a part.")
            said = nothing if subject.selection is None else all_of_it
            self._show_none(Problem(said, _("Select the part that is to change.")))
        else:
            self.cost, self.possible, self.known = plan.cost_usd, True, True
            self._preview.show_plan(subject, plan)
            self._panel.allow()

    def _show_none(self, problem: Problem) -> None:
        """Say why nothing could be sent as things are, before anybody tries."""
        self._preview.show_problem(str(problem))
        # A worker that is gone is started anew by the next attempt.
        self.possible, self.known = isinstance(problem, WorkerLost), True
        self._panel.allow()


def _is_all(subject: "canvas.Subject") -> bool:
    """Whether nothing of the source is left that could be continued."""
    whole = Box(0, 0, *subject.size)
    if subject.selection is None or subject.frame is not None:
        return subject.selection is None
    if subject.selection != whole:
        return False
    _picture, selected = canvas.read_small(subject, whole, COARSE)
    return selected is None or min(selected) == FULL
