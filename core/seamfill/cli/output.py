"""What the command says: results on stdout, progress and errors on stderr."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

from seamfill.events import PartialImage, stage_of

if TYPE_CHECKING:
    from seamfill.errors import SeamfillError
    from seamfill.events import Event

__all__ = ["Progress", "error_object", "print_json", "show_error"]


def print_json(value: Any) -> None:
    """Print one object on stdout."""
    print(json.dumps(value, ensure_ascii=False))


def error_object(error: SeamfillError) -> dict[str, Any]:
    """Tell an error as the contract of ``--json`` has it."""
    told = {"code": error.code, "message": error.message, "hint": error.hint}
    if error.request_id:
        told["request_id"] = error.request_id
    return {"error": told}


def show_error(error: SeamfillError, *, as_json: bool) -> None:
    """Tell an error: an object on stdout, or sentences on stderr."""
    if as_json:
        print_json(error_object(error))
        return
    print(f"seamfill: {error.message}", file=sys.stderr)
    if error.hint:
        print(f"          {error.hint}", file=sys.stderr)
    if error.request_id:
        print(f"          Request id: {error.request_id}", file=sys.stderr)


class Progress:
    """Shows events on stderr: one line that is rewritten on a terminal, else a line each."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._terminal = sys.stderr.isatty()

    def __call__(self, event: Event) -> None:
        """Show an event."""
        if isinstance(event, PartialImage):
            return
        text = stage_of(event).text
        if self._terminal:
            elapsed = time.monotonic() - self._started
            print(f"\r\x1b[K{text} … {elapsed:.0f} s", end="", file=sys.stderr, flush=True)
        else:
            print(text, file=sys.stderr, flush=True)

    def end(self) -> None:
        """Clear the line."""
        if self._terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
