"""The process that runs the core for the plug-in: JSON-RPC 2.0 lines on stdin and stdout.

The messages are written down in ``docs/worker.md``. The thread that reads standard input does
nothing else, so that a cancel and the end of input are seen whatever is under way. When input
ends, whoever started the worker is gone. A request that may already be paid for is then still
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

from seamfill.errors import SeamfillError
from seamfill.geometry import Box, Size
from seamfill.worker.jobs import Edit, Job, Lane
from seamfill.worker.messages import Nothing, Partial, Progress
from seamfill.worker.methods import CHANGES, Methods
from seamfill.worker.params import InvalidParams, Params

if TYPE_CHECKING:
    from collections.abc import Callable

    from seamfill.worker.params import JSON

__all__ = ["Worker", "serve", "serve_stdio"]

_PARSE_ERROR = -32700  # these five codes are JSON-RPC 2.0's own
_INVALID_REQUEST = -32600
_METHOD_NOT_FOUND = -32601
_INVALID_PARAMS = -32602
_INTERNAL_ERROR = -32603
_SEAMFILL_ERROR = -32000  # the first of those left to applications

_LONGEST_LINE = 1 << 20  # bytes; a prompt of 32,000 signs, each escaped, has 400,000
_DEEPEST = 16  # objects and lists in each other; a request has four
_LAST_CHANGES = 30.0  # seconds: a keyring may ask somebody who is not there any more


def serve_stdio() -> int:
    """Serve requests until standard input ends; ends the process.

    Returns
    -------
    int
        The exit code, 0.
    """
    threading.Thread(target=_warm_up, daemon=True).start()
    worker = Worker(sys.stdout)
    try:
        serve(worker, sys.stdin.buffer)
    finally:
        _remove_folder()
    # Threads that still compute, for nobody, must not meet an interpreter that is taken down.
    os._exit(0)


def serve(worker: Worker, lines: IO[bytes]) -> None:
    """Hand a worker its lines, then let it end.

    Parameters
    ----------
    worker : Worker
    lines : binary stream
        UTF-8.
    """
    while line := lines.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):  # the rest of it is no line of its own
                line = lines.readline(_LONGEST_LINE)
            line = b""
        worker.receive(line)
    worker.end()


def _remove_folder() -> None:
    """Remove the private folder with pixels: whoever made it may have been ended before it could.

    Only where this process was started in the folder that it is told of.
    """
    folder = os.environ.get("SEAMFILL_WORKER_FOLDER")
    with suppress(OSError):
        if folder and Path(folder).samefile(Path.cwd()):
            os.chdir(Path(folder).parent)  # Windows removes no folder that a process is in
            shutil.rmtree(folder, ignore_errors=True)


_NEEDED = (
    "seamfill.edits.plan",
    "seamfill.edits.pipeline",
    "seamfill.worker.pixels",
    "cv2",
    "requests",
)
"""What the first edit needs, in that order."""


def _warm_up() -> None:
    """Load what the first edit needs while the plug-in still reads its pixels."""
    for module in _NEEDED:
        import_module(module)


class Worker:
    """Answers requests. Edits run in threads of their own; the rest runs in turn, in two others.

    Parameters
    ----------
    output : text stream
        Where answers and notifications are written, one object a line.
    """

    def __init__(self, output: IO[str]) -> None:
        self._output = output
        self._writing = threading.Lock()
        self._jobs: dict[Any, Job] = {}
        self._methods = Methods()
        self._changes, self._answers = Lane("seamfill-changes"), Lane("seamfill-answers")

    def receive(self, line: bytes) -> None:
        """Take one line of input."""
        try:
            message = json.loads(line.decode())
            deep = _is_deep(message)
            json.dumps(message, ensure_ascii=False, allow_nan=False).encode()  # what JSON is not
        except (ValueError, RecursionError):
            self._send_error(None, _PARSE_ERROR, "That line is not JSON.")
            return
        request_id = message.get("id") if isinstance(message, dict) else None
        if type(request_id) not in (str, int, float, type(None)):
            request_id, deep = None, True
        if deep or not isinstance(message, dict) or not isinstance(message.get("method"), str):
            self._send_error(request_id, _INVALID_REQUEST, "That is not a JSON-RPC request.")
            return
        params = {} if message.get("params") is None else message["params"]
        if not isinstance(params, dict):
            self._send_error(request_id, _INVALID_PARAMS, "The parameters must be an object.")
            return
        self._begin(request_id, message["method"], Params(params))

    def end(self) -> None:
        """Stop what has cost nothing yet, and wait for the rest to reach the journal."""
        jobs = list(self._jobs.values())
        for job in jobs:
            job.abandon()
        for job in jobs:
            job.wait()
        self._changes.finish(_LAST_CHANGES)
        self._answers.finish(0)

    def notify(self, told: Progress | Partial) -> None:
        """Send a notification."""
        method = type(told).__name__.lower()
        self._write({"jsonrpc": "2.0", "method": method, "params": _json(told)})

    def _outcome(self, request_id: Any, work: Callable[[], Any]) -> JSON:
        """Do the work of a request; the message with its result or its error."""
        try:
            return {"jsonrpc": "2.0", "id": request_id, "result": _json(work())}
        except SeamfillError as error:
            data = {
                "code": error.code,
                "hint": error.hint,
                "advice": error.advice,
                "exit_code": error.exit_code,
                "request_id": error.request_id,
            }
            code = _INVALID_PARAMS if isinstance(error, InvalidParams) else _SEAMFILL_ERROR
            return _error(request_id, code, error.message, data)
        except Exception as error:  # a defect: the plug-in must hear of it, not wait for ever
            _log_fault(error)
            message = f"Seamfill met an unexpected fault ({type(error).__name__})."
            hint = "Your image is unchanged. Run “seamfill doctor” and report what it says."
            data = {
                "code": "internal",
                "hint": hint,
                "advice": "internal",
                "exit_code": 1,
                "request_id": None,
            }
            return _error(request_id, _INTERNAL_ERROR, message, data)

    def _begin(self, request_id: Any, method: str, params: Params) -> None:
        """Start what takes time elsewhere, and do at once what steers it."""
        if method in ("cancel", "leave"):
            self._write(self._outcome(request_id, lambda: self._steer(method, params)))
            return
        answering = self._methods.answering
        if method != "edit" and method not in answering and method not in CHANGES:
            self._send_error(request_id, _METHOD_NOT_FOUND, f"There is no method “{method[:80]}”.")
            return
        if request_id in self._jobs:
            self._send_error(request_id, _INVALID_REQUEST, "That id belongs to another request.")
            return
        if method == "edit":
            edit = Edit(self._methods, self.notify, request_id, params)
            self._jobs[request_id] = edit
            threading.Thread(target=self._do, args=(edit,), daemon=True).start()
            return
        lane, work = self._answers, answering.get(method)
        if work is None:
            lane, work = self._changes, CHANGES[method]
        job = Job(request_id, params, work)
        if method not in CHANGES:
            self._jobs[request_id] = job
        lane.put(lambda: self._do(job))

    def _do(self, job: Job) -> None:
        message = self._outcome(job.request_id, job.work)
        if self._jobs.get(job.request_id) is job:
            del self._jobs[job.request_id]
        if job.claim():
            self._write(message)
        job.done.set()

    def _steer(self, method: str, params: Params) -> Nothing:
        wanted = params.value("id")
        job = None if isinstance(wanted, dict | list) else self._jobs.get(wanted)
        if job is not None and method == "leave":
            job.leave()
        elif job is not None and job.stop() and job.claim():
            self._write(self._outcome(wanted, job.work))
        return Nothing()

    def _send_error(self, request_id: Any, code: int, message: str) -> None:
        self._write(_error(request_id, code, message))

    def _write(self, message: JSON) -> None:
        with self._writing:
            try:
                self._output.write(json.dumps(message) + "\n")
                self._output.flush()
            except (OSError, ValueError):
                pass  # nobody listens any more; what matters is in the journal


def _json(told: Any) -> Any:
    """A message as JSON has it; boxes and sizes are lists, as they are tuples."""
    if isinstance(told, list):
        return [_json(each) for each in told]
    if hasattr(told, "_fields") and not isinstance(told, Box | Size):
        return {name: _json(value) for name, value in zip(told._fields, told, strict=True)}
    return told


def _error(request_id: Any, code: int, message: str, data: JSON | None = None) -> JSON:
    error: JSON = {"code": code, "message": message}
    if data is not None:
        error["data"] = data
    return {"jsonrpc": "2.0", "id": request_id, "error": error}


def _is_deep(value: Any, left: int = _DEEPEST) -> bool:
    if not isinstance(value, dict | list):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return left == 0 or any(_is_deep(item, left - 1) for item in inside)


def _log_fault(error: Exception) -> None:
    """Leave a trace for a defect's report on standard error, which GIMP passes on."""
    import traceback

    traceback.print_exception(error, file=sys.stderr)
