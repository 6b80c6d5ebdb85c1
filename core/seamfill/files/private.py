"""Files that only the user can read, written whole, by one process at a time."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["alone", "make_folder", "write_private"]


def make_folder(path: Path) -> None:
    """Make a folder with what is missing above it; what is made has mode 0700 under any umask.

    Parameters
    ----------
    path : Path
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            folder.chmod(0o700)


def write_private(path: Path, data: bytes) -> None:
    """Put a file of mode 0600 on disk: beside its place first, so that it is whole or the old one.

    Parameters
    ----------
    path : Path
    data : bytes

    Raises
    ------
    OSError
        If the disk is full or refuses; what was there before still is.
    """
    make_folder(path.parent)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    binary = getattr(os, "O_BINARY", 0)  # Windows would change line ends without it
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | binary, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if sys.platform != "win32":
                os.fchmod(descriptor, 0o600)  # a strange umask takes even that away
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold others off, in this process and in any other, who want the same file alone.

    Parameters
    ----------
    path : Path
        An empty file that is made for this and stays; the system lets go of it when a process ends.
    """
    make_folder(path.parent)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


if sys.platform == "win32":

    def _lock(descriptor: int) -> None:
        import msvcrt

        while True:
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
                return
            except OSError:
                time.sleep(0.05)

else:

    def _lock(descriptor: int) -> None:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)
