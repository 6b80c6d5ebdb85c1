"""The log of a set-up: kept where it failed, and named in the error."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["LOG", "logged", "note_down"]

LOG = "install.log"

_open: list[IO[str]] = []


def note_down(text: str) -> None:
    """Write a line with its time, where a log is kept at the moment."""
    for file in _open:
        with suppress(OSError, ValueError):  # a full disk is no reason to fail for the log's sake
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}\n")
            file.flush()


@contextmanager
def logged(data: Path) -> Iterator[None]:
    """Keep a log in the data folder as long as the context lasts; longer only where it fails."""
    path = data / LOG
    with suppress(OSError):
        path.unlink()
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:  # no log is no reason to fail
        yield
        return
    file = os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace")
    _open.append(file)
    try:
        yield
    except BaseException as error:
        note_down(f"{type(error).__name__}: {error}")
        raise
    finally:
        _open.remove(file)
        with suppress(OSError):
            file.close()
    with suppress(OSError):
        path.unlink()
