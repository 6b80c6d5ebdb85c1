"""Let one process at a time into a place."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["locked"]


@contextlib.contextmanager
def locked(path: Path) -> Iterator[int]:
    """Let no other process into the same place as long as the context lasts.

    Says so where it has to wait for another one.

    Parameters
    ----------
    path : Path
        A file to be made for that, and removed again; its folder must exist.

    Yields
    ------
    int
        The file's number. A child process that inherits it keeps the lock until it ends.
    """
    file = _acquired(path)
    try:
        yield file.fileno()
    finally:
        if sys.platform != "win32":
            path.unlink(missing_ok=True)
        file.close()
        if sys.platform == "win32":
            with contextlib.suppress(OSError):  # where another process has it open already
                path.unlink()


def _acquired(path: Path) -> IO[bytes]:
    """Lock the file that has this name: whoever held it before took the file away with it."""
    while True:
        file = path.open("ab")
        try:
            if not _try(file.fileno()):
                print(f"Another process is at work in {path.parent}; waiting for it.", flush=True)
                _wait(file.fileno())
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
            time.sleep(0.2)  # Windows has no lock that is waited for longer than 10 s
else:
    import fcntl

    def _try(number: int) -> bool:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def _wait(number: int) -> None:
        fcntl.flock(number, fcntl.LOCK_EX)
