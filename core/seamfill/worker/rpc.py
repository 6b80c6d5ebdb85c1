"""The process that runs the core for the plug-in: JSON-RPC 2.0 lines on stdin and stdout.

The messages are written down in ``docs/worker.md``. Standard input is watched all the time: when
it ends, whoever started the worker is gone. A request that may already be paid for is then still
waited for, so that its answer reaches the journal; everything else stops at once.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from seamfill.errors import Cancelled, SeamfillError
from seamfill.events import Event, PartialImage, Waiting, stage_of
from seamfill.worker import methods

if TYPE_CHECKING:
    from collections.abc import Callable

    from seamfill.worker.methods import JSON

__all__ = ["Worker", "serve_stdio"]

_PARSE_ERROR = -32700  # these four codes are JSON-RPC 2.0's own
_INVALID_REQUEST = -32600
_METHOD_NOT_FOUND = -32601
_INTERNAL_ERROR = -32603
_SEAMFILL_ERROR = -32000  # the first of those left to applications


def serve_stdio() -> int:
    """Serve requests until standard input ends.

    Returns
    -------
    int
        The exit code, 0.
    """
    threading.Thread(target=_warm_up, daemon=True).start()
    worker = Worker(sys.stdout)
    try:
        for line in sys.stdin:
            worker.receive(line)
        worker.end()
    finally:
        _remove_folder()
    # Where nobody reads any more, Python would fail at its end to write what is left.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _remove_folder() -> None:
    """Remove the private folder with pixels: whoever made it may have been ended before it could.

    Only where this process was started in the folder that it is told of.
    """
    folder = os.environ.get("SEAMFILL_WORKER_FOLDER")
    with suppress(OSError):
        if folder and Path(folder).samefile(Path.cwd()):
            os.chdir(Path(folder).parent)  # Windows removes no folder that a process is in
            shutil.rmtree(folder, ignore_errors=True)


_NEEDED = ("seamfill.planning", "seamfill.pipeline", "seamfill.worker.pixels", "cv2", "requests")
"""What the first edit needs, in that order."""


def _warm_up() -> None:
    """Load what the first edit needs while the plug-in still reads its pixels."""
    for module in _NEEDED:
        import_module(module)


class Worker:
    """Answers requests; edits run in threads of their own.

    Parameters
    ----------
    output : text stream
        Where answers and notifications are written, one object a line.
    """

    def __init__(self, output: IO[str]) -> None:
        self._output = output
        self._writing = threading.Lock()
        self._edits: dict[Any, _RunningEdit] = {}
        self._methods = {**methods.METHODS, "cancel": self._cancel, "leave": self._leave}

    def receive(self, line: str) -> None:
        """Take one line of input."""
        try:
            message = json.loads(line)
        except ValueError:
            self._send_error(None, _PARSE_ERROR, "That line is not JSON.")
            return
        if not isinstance(message, dict) or not isinstance(message.get("method"), str):
            self._send_error(None, _INVALID_REQUEST, "That is not a JSON-RPC request.")
            return
        params = message.get("params") or {}
        if message["method"] == "edit":
            running = _RunningEdit(self, message.get("id"), params)
            self._edits[message.get("id")] = running
            running.start()
            return
        self._answer(message.get("id"), message["method"], params)

    def end(self) -> None:
        """Stop what has cost nothing yet, and wait for the rest to reach the journal."""
        for running in list(self._edits.values()):
            running.abandon()
        for running in list(self._edits.values()):
            running.join()

    def notify(self, method: str, params: JSON) -> None:
        """Send a notification."""
        self._write({"jsonrpc": "2.0", "method": method, "params": params})

    def reply(self, request_id: Any, work: Callable[[], JSON]) -> None:
        """Do the work of a request and send its result or its error."""
        try:
            result = work()
        except SeamfillError as error:
            data = {
                "code": error.code,
                "hint": error.hint,
                "exit_code": error.exit_code,
                "request_id": error.request_id,
            }
            self._send_error(request_id, _SEAMFILL_ERROR, error.message, data)
        except Exception as error:  # a defect: the plug-in must hear of it, not wait for ever
            message = f"Seamfill met an unexpected fault ({type(error).__name__})."
            hint = "Your image is unchanged. Run “seamfill doctor” and report what it says."
            data = {"code": "internal", "hint": hint, "exit_code": 1, "request_id": None}
            self._send_error(request_id, _INTERNAL_ERROR, message, data)
            _log_fault(error)
        else:
            self._write({"jsonrpc": "2.0", "id": request_id, "result": result})

    def forget(self, request_id: Any) -> None:
        """Drop an edit that has ended."""
        self._edits.pop(request_id, None)

    def _answer(self, request_id: Any, method: str, params: JSON) -> None:
        work = self._methods.get(method)
        if work is None:
            self._send_error(request_id, _METHOD_NOT_FOUND, f"There is no method “{method}”.")
            return
        self.reply(request_id, lambda: work(params))

    def _cancel(self, params: JSON) -> JSON:
        running = self._edits.get(params.get("id"))
        if running is not None:
            running.cancel.set()
        return {}

    def _leave(self, params: JSON) -> JSON:
        running = self._edits.get(params.get("id"))
        if running is not None:
            running.leave()
        return {}

    def _send_error(
        self, request_id: Any, code: int, message: str, data: JSON | None = None
    ) -> None:
        error: JSON = {"code": code, "message": message}
        if data is not None:
            error["data"] = data
        self._write({"jsonrpc": "2.0", "id": request_id, "error": error})

    def _write(self, message: JSON) -> None:
        with self._writing:
            try:
                self._output.write(json.dumps(message) + "\n")
                self._output.flush()
            except (BrokenPipeError, ValueError):
                pass  # nobody listens any more; what matters is in the journal


class _RunningEdit(threading.Thread):
    """One edit in a thread of its own."""

    def __init__(self, worker: Worker, request_id: Any, params: JSON) -> None:
        super().__init__(daemon=True)
        self.cancel = threading.Event()
        self._worker = worker
        self._id = request_id
        self._params = params
        self._waiting = False
        self._left = False
        self._abandoned = False
        self._partials = 0

    def run(self) -> None:
        self._worker.reply(self._id, lambda: methods.edit(self._params, self._tell, self.cancel))
        self._worker.forget(self._id)

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

    def _tell(self, event: Event) -> None:
        if isinstance(event, PartialImage):
            if self._left or self._abandoned:
                return  # the directory may be gone
            self._partials += 1
            path = Path(self._params["directory"]) / f"partial-{self._partials}"
            path.write_bytes(event.data)
            self._worker.notify(
                "partial", {"id": self._id, "index": event.index, "path": str(path)}
            )
            return
        self._waiting = isinstance(event, Waiting)
        if self._abandoned and not self._waiting:
            raise Cancelled("Whoever asked for the edit is gone.")
        told = stage_of(event)._asdict()
        self._worker.notify("progress", {"id": self._id, "stage": told.pop("name"), **told})


def _log_fault(error: Exception) -> None:
    """Leave a trace for a defect's report on standard error, which GIMP passes on."""
    import traceback

    traceback.print_exception(error, file=sys.stderr)
