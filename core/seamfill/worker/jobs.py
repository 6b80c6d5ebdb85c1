"""Requests that are being dealt with, and the threads that do so."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Any

from seamfill.errors import Cancelled
from seamfill.events import Event, PartialImage, Waiting, raise_if_cancelled, stage_of
from seamfill.worker.messages import Partial, Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from seamfill.worker.messages import EditAnswer
    from seamfill.worker.methods import Method, Methods
    from seamfill.worker.params import Params

__all__ = ["Edit", "Job", "Lane"]


class Lane:
    """Does one thing after the other, in a thread of its own.

    Parameters
    ----------
    name : str
        Of the thread.
    """

    def __init__(self, name: str) -> None:
        self._waiting: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def put(self, work: Callable[[], None]) -> None:
        """Have something done after all that was put here before."""
        self._waiting.put(work)

    def finish(self, seconds: float) -> None:
        """Wait until all is done, so long at most."""
        self._waiting.put(None)
        self._thread.join(seconds)

    def _work(self) -> None:
        while (work := self._waiting.get()) is not None:
            work()


class Job:
    """A request that only answers: whoever is gone does not want it any more.

    Parameters
    ----------
    request_id : str, number or None
    params : Params
    method : callable
    """

    def __init__(self, request_id: Any, params: Params, method: Method) -> None:
        self.request_id = request_id
        self.params = params
        self.cancel = threading.Event()
        self.done = threading.Event()
        self._method = method
        self._unanswered = threading.Lock()

    def work(self) -> Any:
        """Do it; one of the answers in `messages`.

        Raises
        ------
        SeamfillError
        """
        raise_if_cancelled(self.cancel)
        return self._method(self.params, self.cancel)

    def claim(self) -> bool:
        """Whether nobody has answered it yet; who asks this has to."""
        return self._unanswered.acquire(blocking=False)

    def stop(self) -> bool:
        """Let it end; whether that can be answered before it has."""
        self.cancel.set()
        return True

    def leave(self) -> None:
        """Nobody waits for the result, but it is wanted."""

    def abandon(self) -> None:
        """Nobody wants the result any more."""
        self.cancel.set()

    def wait(self) -> None:
        """Return once the process may end."""


class Edit(Job):
    """One edit.

    Parameters
    ----------
    methods : Methods
    notify : callable
        Takes each message that tells how far it is.
    request_id, params
        See `Job`.
    """

    def __init__(
        self,
        methods: Methods,
        notify: Callable[[Progress | Partial], None],
        request_id: Any,
        params: Params,
    ) -> None:
        super().__init__(request_id, params, self._edit)
        self._methods = methods
        self._notify = notify
        self._waiting = False
        self._left = False
        self._abandoned = False

    def stop(self) -> bool:
        """Let it end; only its end says what came of it."""
        self.cancel.set()
        return False

    def leave(self) -> None:
        """Nobody waits for the result, but it is wanted: see all answers into the journal."""
        self._left = True

    def abandon(self) -> None:
        """Nobody wants the result any more: only see a paid answer into the journal."""
        if self._left:
            return
        self._abandoned = True
        if not self._waiting:
            self.cancel.set()

    def wait(self) -> None:
        """Return once what may have been paid is in the journal."""
        self.done.wait()

    def _edit(self, params: Params, cancel: threading.Event) -> EditAnswer:
        return self._methods.edit(params, self._tell, cancel)

    def _tell(self, event: Event) -> None:
        if isinstance(event, PartialImage):
            if not (self._left or self._abandoned):  # else the directory may be gone
                self._show(event)
            return
        self._waiting = isinstance(event, Waiting)
        if self._abandoned and not self._waiting:
            raise Cancelled("Whoever asked for the edit is gone.")
        stage = stage_of(event)
        told = Progress(self.request_id, stage.name, stage.fraction, stage.number, stage.total)
        self._notify(told)

    def _show(self, event: PartialImage) -> None:
        from seamfill.worker.pixels import new_file

        path = new_file(self.params.path("directory"), "partial")
        path.write_bytes(event.data)
        self._notify(Partial(self.request_id, event.index, str(path)))
