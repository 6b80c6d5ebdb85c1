"""What the command says: results on stdout, progress and errors on stderr."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from seamfill.events import PartialImage, stage_of

if TYPE_CHECKING:
    from seamfill.errors import SeamfillError
    from seamfill.events import Event

__all__ = ["Progress", "error_object", "print_json", "say", "show_error"]


def say(text: str, *, error: bool = False, end: str = "\n") -> None:
    """Print text; whoever read it may be gone, which costs no answer and no output file.

    Parameters
    ----------
    text : str
        Characters that the stream cannot show are written as escapes.
    error : bool
        Whether it goes to stderr.
    end : str
    """
    stream = sys.stderr if error else sys.stdout
    if stream is None:
        return
    encoding = stream.encoding or "utf-8"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), end=end, file=stream)
        stream.flush()
    except (OSError, ValueError):
        # Python complains at its end about what it cannot write, and changes the exit code.
        with contextlib.suppress(OSError, ValueError):
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, stream.fileno())
            os.close(silence)


def print_json(value: Any) -> None:
    """Print one object on stdout, in ASCII where that is all that it can take.

    Parameters
    ----------
    value : any
        As JSON takes it.
    """
    text = json.dumps(value, ensure_ascii=False)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:  # or a lone surrogate
        text = json.dumps(value)
    say(text)


def error_object(error: SeamfillError) -> dict[str, Any]:
    """Tell an error as the contract of ``--json`` has it.

    Parameters
    ----------
    error : SeamfillError

    Returns
    -------
    dict
    """
    told = {"code": error.code, "message": error.message, "hint": error.hint}
    if error.request_id:
        told["request_id"] = error.request_id
    return {"error": told}


def show_error(error: SeamfillError, *, as_json: bool) -> None:
    """Tell an error: an object on stdout, or sentences on stderr.

    Parameters
    ----------
    error : SeamfillError
    as_json : bool
    """
    if as_json:
        print_json(error_object(error))
        return
    say(f"seamfill: {error.message}", error=True)
    if error.hint:
        say(f"          {error.hint}", error=True)
    if error.request_id:
        say(f"          Request id: {error.request_id}", error=True)


class Progress:
    """Shows events on stderr: one line that is rewritten on a terminal, else a line each."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._terminal = sys.stderr is not None and sys.stderr.isatty()

    def __call__(self, event: Event) -> None:
        """Show an event."""
        if isinstance(event, PartialImage):
            return
        text = stage_of(event).text
        if self._terminal:
            elapsed = time.monotonic() - self._started
            say(f"\r\x1b[K{text} … {elapsed:.0f} s", error=True, end="")
        else:
            say(text, error=True)

    def end(self) -> None:
        """Clear the line."""
        if self._terminal:
            say("\r\x1b[K", error=True, end="")
