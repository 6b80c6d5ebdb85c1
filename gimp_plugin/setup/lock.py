"""Let one process at a time into a place."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["locked"]

_TICK = 0.2
"""Seconds between two tries."""


@contextlib.contextmanager
def locked(path: Path, waiting: Callable[[], None] | None = None) -> Iterator[int]:
    """Let no other process into the same place as long as the context lasts.

    Parameters
    ----------
    path : Path
        A file to be made for that, and removed again; its folder must exist.
    waiting : callable, optional
        Called again and again while another one is inside; if it raises, the wait ends. When
        omitted, the wait is said in a line.

    Yields
    ------
    int
        The file's number. A child process that inherits it keeps the lock until it ends.
    """
    file = _acquired(path, waiting)
    try:
        yield file.fileno()
    finally:
        if sys.platform != "win32":
            path.unlink(missing_ok=True)
        file.close()
        if sys.platform == "win32":
            with contextlib.suppress(OSError):  # where another process has it open already
                path.unlink()


def _acquired(path: Path, waiting: Callable[[], None] | None) -> IO[bytes]:
    """Lock the file that has this name: whoever held it before took the file away with it."""
    while True:
        file = path.open("ab")
        try:
            while not _try(file.fileno()):
                if waiting is None:
                    print(
                        f"Another process is at work in {path.parent}; waiting for it.", flush=True
                    )
                    _wait(file.fileno())
                    break
                waiting()
                time.sleep(_TICK)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(path.stat(), os.fstat(file.fileno())):
                    return file
        except BaseException:
            file.close()
            raise
        file.close()


if sys.platform == "win32":
    import msvcrt

    def _try(number: int) -> bool:
        with contextlib.suppress(OSError):
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
            return True
        return False

    def _wait(number: int) -> None:
        while not _try(number):
            time.sleep(_TICK)  # Windows has no lock that is waited for longer than 10 s
else:
    import fcntl

    def _try(number: int) -> bool:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def _wait(number: int) -> None:
        fcntl.flock(number, fcntl.LOCK_EX)
