"""The process that runs the core for the plug-in: JSON-RPC 2.0 lines on stdin and stdout.

The messages are written down in ``docs/worker.md``. Standard input is watched all the time: when
it ends, whoever started the worker is gone. A request that may already be paid for is then still
waited for, so that its answer reaches the journal; everything else stops at once.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from seamfill.errors import BadInput, Cancelled, SeamfillError
from seamfill.events import Event, PartialImage, Waiting, stage_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from seamfill.geometry import Box
    from seamfill.picture import Patch, Pixels, Selection

__all__ = ["Worker", "serve_stdio"]

_PARSE_ERROR = -32700  # these four codes are JSON-RPC 2.0's own
_INVALID_REQUEST = -32600
_METHOD_NOT_FOUND = -32601
_INTERNAL_ERROR = -32603
_SEAMFILL_ERROR = -32000  # the first of those left to applications

U8 = "R'G'B'A u8"
FLOAT = "R'G'B'A float"

JSON = dict[str, Any]

_NAME_LENGTH = 40


def serve_stdio() -> int:
    """Serve requests until standard input ends.

    Returns
    -------
    int
        The exit code, 0.
    """
    threading.Thread(target=_warm_up, daemon=True).start()
    worker = Worker(sys.stdout)
    for line in sys.stdin:
        worker.receive(line)
    worker.end()
    return 0


def _warm_up() -> None:
    """Load what the first edit needs while the plug-in still reads its pixels."""
    import cv2
    import requests

    import seamfill.pipeline

    del cv2, requests, seamfill


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
        self._methods: dict[str, Callable[[JSON], JSON]] = {
            "describe": _describe,
            "plan": _plan,
            "cancel": self._cancel,
        }

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
        self._abandoned = False
        self._partials = 0

    def run(self) -> None:
        self._worker.reply(self._id, lambda: _edit(self._params, self._tell, self.cancel))
        self._worker.forget(self._id)

    def abandon(self) -> None:
        """Nobody wants the result any more: only see a paid answer into the journal."""
        self._abandoned = True
        if not self._waiting:
            self.cancel.set()

    def _tell(self, event: Event) -> None:
        if isinstance(event, PartialImage):
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
        stage, text, fraction = stage_of(event)
        self._worker.notify(
            "progress", {"id": self._id, "stage": stage, "text": text, "fraction": fraction}
        )


def _describe(_params: JSON) -> JSON:
    from seamfill.describe import describe

    return describe()


def _plan(params: JSON) -> JSON:
    from seamfill.geometry import Box, Size
    from seamfill.options import request_from
    from seamfill.pipeline import make_plan

    size = Size(*_whole_numbers(params, "size", 2))
    bounds = _whole_numbers(params, "selection", 4) if params.get("selection") else None
    selection = Box(*bounds) if bounds else Box(0, 0, *size)
    plan = make_plan(request_from(params.get("options") or {}), size, selection)
    return {
        "uploads": [
            {"region": list(placement.region), "size": list(placement.size)}
            for placement in plan.placements
        ],
        "read": list(plan.read),
        "cost_usd": plan.cost_usd,
        "problems": list(plan.problems),
    }


def _edit(params: JSON, listener: Callable[[Event], None], cancel: threading.Event) -> JSON:
    from seamfill.geometry import Box, Size
    from seamfill.options import request_from
    from seamfill.picture import Source
    from seamfill.pipeline import make_plan, recipe, run

    request = request_from(params.get("options") or {})
    size, read = Size(*_whole_numbers(params, "size", 2)), Box(*_whole_numbers(params, "read", 4))
    source = Source(size, read, _raw_file(params["pixels"], read, 4))
    selection = _read_selection(params.get("selection"), read)
    plan = make_plan(request, size, selection.box)
    if plan.read.union(read) != read:
        raise BadInput("The pixels given do not cover what the edit needs.", "Ask for a plan anew.")
    result = run(request, source, selection, plan, listener=listener, cancel=cancel)
    directory, output = Path(params["directory"]), params.get("output", U8)
    return {
        "patches": [
            {"name": _layer_name(request.prompt)} | _write_patch(patch, directory, number, output)
            for number, patch in enumerate(result.patches, 1)
        ],
        "recipe": recipe(request),
        "usage": result.usage,
        "request_ids": list(result.request_ids),
        "cost_usd": result.plan.cost_usd,
        "journal": str(result.entry.path),
        "problems": list(result.problems),
    }


def _read_selection(path: str | None, read: Box) -> Selection:
    from seamfill.files import box_selection, selection_from
    from seamfill.picture import Selection

    if path is None:
        whole = box_selection(read.moved(-read.x, -read.y), read.size)
        return Selection(read, whole.values)
    found = selection_from(_raw_file(path, read, 1)[..., 0])
    return Selection(found.box.moved(read.x, read.y), found.values)


def _raw_file(path: str, box: Box, channels: int) -> Pixels:
    import numpy as np

    try:
        pixels = np.fromfile(path, np.uint8)
    except OSError as error:
        raise BadInput(f"The pixels could not be read: {error.strerror}.", "Try again.") from None
    if pixels.size != box.w * box.h * channels:
        raise BadInput("The pixels given are not those of the box.", "Try again.")
    return pixels.reshape(box.h, box.w, channels)


def _write_patch(patch: Patch, directory: Path, number: int, output: str) -> JSON:
    from dataclasses import asdict

    import numpy as np

    from seamfill.picture import to_uint8

    pixels = patch.pixels
    if pixels.shape[2] == 3:
        pixels = np.dstack([pixels, np.ones(pixels.shape[:2], np.float32)])
    if output == U8:
        pixels = to_uint8(pixels)
    colours, mask = directory / f"patch-{number}", directory / f"mask-{number}"
    np.ascontiguousarray(pixels).tofile(colours)
    np.ascontiguousarray(patch.mask).tofile(mask)
    return {
        "box": list(patch.box),
        "pixels": str(colours),
        "format": output,
        "mask": str(mask),
        "report": asdict(patch.report),
    }


def _layer_name(prompt: str) -> str:
    words = " ".join(prompt.split())
    if len(words) <= _NAME_LENGTH:
        return words or "Seamfill"
    return words[:_NAME_LENGTH].rsplit(" ", 1)[0] + "…"


def _whole_numbers(params: JSON, name: str, count: int) -> list[int]:
    values = params.get(name)
    if isinstance(values, list) and len(values) == count and all(type(v) is int for v in values):
        return values
    raise BadInput(f"“{name}” must be {count} whole numbers.", "Check the request.")


def _log_fault(error: Exception) -> None:
    """Leave a trace for a defect's report on standard error, which GIMP passes on."""
    import traceback

    traceback.print_exception(error, file=sys.stderr)
