"""The edits of a panel that are under way, side by side."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from gi.repository import Gtk

from dialogs.progress_bar import Running
from edits import spending
from edits.edit import Begun, begin
from worker.messages import EDIT, EditAnswer, EditParams, Options, Partial, Progress

if TYPE_CHECKING:
    import canvas
    from edits.plans import Planner
    from worker.client import Failure, Worker

__all__ = ["Generating"]


class Generating:
    """Starts edits and shows how far each of them is.

    Parameters
    ----------
    window : Gtk.Window
        Which questions belong to.
    worker : Worker
    left : callable
        Called when the user leaves an edit to go on without the window.
    """

    def __init__(self, window: Gtk.Window, worker: "Worker", left: Callable[[], None]) -> None:
        self._window, self._worker, self._left = window, worker, left
        self._running: list[Running] = []
        self.widget = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self.widget.show()

    @property
    def under_way(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._running)

    @property
    def unsent(self) -> bool:
        """Whether an edit has not been sent yet: one press too many would begin it twice."""
        return any(running.unsent for running in self._running)

    def start(
        self,
        subject: "canvas.Subject",
        options: Options,
        planner: "Planner",
        told: Callable[["Progress | Partial"], None],
        done: "Callable[[Begun, EditAnswer | None, Failure], None]",
    ) -> None:
        """Begin an edit; `told` takes what happens, `done` the answer or what went wrong.

        Raises
        ------
        Problem
            If it cannot be sent as it is.
        """
        self.follow(*begin(self._worker, subject, options, planner), told, done)

    def follow(
        self,
        begun: Begun,
        params: EditParams,
        told: Callable[["Progress | Partial"], None],
        done: "Callable[[Begun, EditAnswer | None, Failure], None]",
    ) -> None:
        """Send an edit that was begun; see `start`."""

        def notify(happening: "Progress | Partial") -> None:
            if isinstance(happening, Progress):
                running.progress(happening)
            told(happening)

        def arrived(answer: "EditAnswer | None", error: "Failure") -> None:
            self._running.remove(running)
            running.end()
            done(begun, answer, error)

        request = self._worker.request(EDIT, params, arrived, notify)
        cost, usually = begun.plan.cost_usd, spending.usually(begun.options)
        running = Running(self._window, self._worker, request, self._left, usually, cost)
        self._running.append(running)
        self.widget.pack_start(running.widget, False, False, 0)

    def cancel(self) -> bool:
        """Stop what is under way, with a question where it may have been paid for.

        Returns
        -------
        bool
            Whether anything is.
        """
        for running in [*self._running]:
            running.cancel()
        return self.under_way
