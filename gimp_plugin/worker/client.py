"""The worker process: Seamfill's core in an environment of its own, asked by JSON-RPC lines.

It holds its standard input open; when this process ends, in whatever way, the worker reads the
end of that input and ends too.
"""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol, TypeVar

from gi.repository import GLib

from errors import Cancelled, Problem, WorkerLost
from text.advice import hint
from text.headlines import headline
from text.i18n import _
from worker.messages import ErrorAnswer, Method, Partial, Progress
from worker.parse import NotAsExpected, parse
from worker.process import taken

__all__ = ["Failure", "Notify", "Worker"]

Failure = Problem | Cancelled | None
Notify = Callable[[Progress | Partial], None]
NOTIFICATIONS = {"progress": Progress, "partial": Partial}


class Fields(Protocol):
    """Parameters that know their names, as those of every NamedTuple do."""

    def _asdict(self) -> "dict[str, Any]": ...


Asked = TypeVar("Asked", bound=Fields)
Told = TypeVar("Told")


class Worker:
    """A running worker, and a private folder for the pixels passed to it.

    `end` ends it.
    """

    def __init__(self) -> None:
        self._last = 0
        self._waiting: dict[int, tuple[Callable[[Any, Failure], None], Notify | None]] = {}
        with _explained():
            self.folder, process = taken()
        self._attend(process)

    def end(self) -> None:
        """Let the worker end, and remove the private folder."""
        self._waiting.clear()
        with suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]
        shutil.rmtree(self.folder, ignore_errors=True)

    def restart(self) -> None:
        """Start another process, with another private folder, after `WorkerLost`.

        Raises
        ------
        WorkerLost
            If it cannot be started.
        """
        lost = self.folder
        with _explained():
            self.folder, process = taken()
        self._attend(process)
        shutil.rmtree(lost, ignore_errors=True)

    def _attend(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        threading.Thread(target=self._listen, args=(process,), daemon=True).start()

    def request(
        self,
        method: "Method[Asked, Told]",
        params: Asked,
        done: "Callable[[Told | None, Failure], None] | None" = None,
        notify: "Notify | None" = None,
    ) -> int:
        """Ask for something; `done` is called from the main loop with the result or the error.

        Parameters
        ----------
        method, params : Method, NamedTuple
            See `messages`.
        done : callable, optional
            Takes the answer and the error, one of which is None.
        notify : callable, optional
            Takes each notification about this request.

        Returns
        -------
        int
            The request's id, for `cancel`.
        """

        def answered(result: object, error: Failure) -> None:
            told = None
            if error is None:
                try:
                    told = parse(method.answer, result)
                except NotAsExpected as missing:
                    error = _misunderstood(missing)
            if done is not None:
                done(told, error)

        self._last += 1
        self._waiting[self._last] = (answered, notify)
        self._send({"id": self._last, "method": method.name, "params": params._asdict()})
        return self._last

    def call(
        self,
        method: "Method[Asked, Told]",
        params: Asked,
        notify: "Notify | None" = None,
        began: "Callable[[int], None] | None" = None,
    ) -> Told:
        """Ask for something and run the main loop until the answer is here.

        Parameters
        ----------
        method, params, notify
            See `request`.
        began : callable, optional
            Takes the request's id.

        Raises
        ------
        Problem
            If the worker reports an error, or ends.
        Cancelled
            If the request was cancelled.
        """
        loop = GLib.MainLoop()
        outcome: list[tuple[Told | None, Failure]] = []

        def done(answer: "Told | None", error: Failure) -> None:
            outcome.append((answer, error))
            loop.quit()

        request = self.request(method, params, done, notify)
        if began:
            began(request)
        if not outcome:
            loop.run()
        [(answer, error)] = outcome
        if answer is None:
            raise error or Cancelled
        return answer

    def cancel(self, request: int) -> None:
        """Ask the worker to end an edit, which then fails with `Cancelled`."""
        self._send({"id": None, "method": "cancel", "params": {"id": request}})

    def leave(self, request: int) -> None:
        """Let the worker see an edit's answers into the journal even beyond this process."""
        self._send({"id": None, "method": "leave", "params": {"id": request}})

    def _send(self, message: "dict[str, object]") -> None:
        line = json.dumps({"jsonrpc": "2.0", **message}) + "\n"
        try:
            self._process.stdin.write(line.encode())  # type: ignore[union-attr]
            self._process.stdin.flush()  # type: ignore[union-attr]
        except OSError:
            GLib.idle_add(self._lost, self._process)

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """Read the worker's lines in a thread, and hand each to the main loop."""
        for line in process.stdout:  # type: ignore[union-attr]
            GLib.idle_add(self._received, line, priority=GLib.PRIORITY_DEFAULT)
        GLib.idle_add(self._lost, process, priority=GLib.PRIORITY_DEFAULT)

    def _received(self, line: bytes) -> bool:
        message = json.loads(line)
        if "method" in message:
            kind: type[Progress | Partial] = NOTIFICATIONS[message["method"]]
            told = parse(kind, message["params"])
            _done, notify = self._waiting.get(told.id, (None, None))
            if notify:
                notify(told)
        elif message.get("id") in self._waiting:
            done, _notify = self._waiting.pop(message["id"])
            done(message.get("result"), _error(message.get("error")))
        return GLib.SOURCE_REMOVE  # type: ignore[no-any-return]

    def _lost(self, process: subprocess.Popen[bytes]) -> bool:
        """Tell everybody who waits that no answer will come."""
        if process is not self._process:
            return GLib.SOURCE_REMOVE  # type: ignore[no-any-return]
        if self._waiting:
            self._show_log()
        while self._waiting:
            _id, (done, _notify) = self._waiting.popitem()
            done(
                None,
                WorkerLost(
                    _("Seamfill's worker process ended unexpectedly."),
                    _("Try again. An answer that had arrived is kept in the journal; ")
                    + _("Filters ▸ Seamfill ▸ Settings… can check the installation."),
                    "worker_lost",
                ),
            )
        return GLib.SOURCE_REMOVE  # type: ignore[no-any-return]

    def _show_log(self) -> None:
        """What the worker complained about belongs into GIMP's own error output."""
        with suppress(OSError):
            log = (self.folder / "worker.log").read_text(encoding="utf-8", errors="replace")
            sys.stderr.write(log[-4000:])


TELLING = ("bad_input", "model_unavailable", "request_rejected")
"""Codes of which only the core's own words say what it is about."""


@contextmanager
def _explained() -> "Iterator[None]":
    try:
        yield
    except (OSError, ValueError, KeyError) as error:
        raise WorkerLost(
            _("Seamfill's own environment is missing or broken."),
            _("Run Seamfill's install.py again."),
        ) from error


def _misunderstood(missing: NotAsExpected) -> Problem:
    return Problem(
        _("Seamfill's worker answered without “{name}”.").format(name=missing),
        _("Run Seamfill's install.py again."),
        "misunderstood",
    )


def _error(error: object) -> Failure:
    if error is None:
        return None
    told = parse(ErrorAnswer, error)
    if told.data is None:
        return Problem(told.message, hint("error"), "error")
    code = told.data.code
    if code == "cancelled":
        return Cancelled()
    request = told.data.request_id and _("Request id: {id}").format(id=told.data.request_id)
    details = "\n".join(filter(None, (told.message, told.data.hint, request, code)))
    advice = told.data.advice or code
    said = headline(code)
    if not said or code in TELLING:
        said = f"{said} {told.message}".strip()
    return Problem(said, hint(advice), code, advice, details)
