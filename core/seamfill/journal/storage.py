"""The journal's files: for the user's eyes only, on disk for good, and held by one process.

All that writes goes through a handful of functions of `os`, so that tests can let each of them
fail or kill the process at it. Nothing is written through a symbolic link.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import sys
import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "Growing",
    "Lock",
    "is_folder",
    "make_folder",
    "read_small",
    "sync_folder",
    "write_whole",
]

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would change line ends without it
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def make_folder(path: Path) -> None:
    """Make a folder with what is missing above it; what is made has mode 0700 under any umask.

    Parameters
    ----------
    path : Path

    Raises
    ------
    OSError
        If the disk refuses, or something else is in the way.
    """
    missing = [folder for folder in (path, *path.parents) if not os.path.lexists(folder)]
    for folder in reversed(missing):
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder, 0o700)  # noqa: PTH102 (see the module)
            folder.chmod(0o700)
    if not path.is_dir():
        raise NotADirectoryError(20, "Not a directory", str(path))


def is_folder(path: Path) -> bool:
    """Whether a path is a folder itself, not a link to one.

    Parameters
    ----------
    path : Path

    Returns
    -------
    bool
    """
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def write_whole(path: Path, *parts: bytes, durable: bool = True) -> None:
    """Put a file of mode 0600 in its place: whole, or as it was before.

    Parameters
    ----------
    path : Path
        In a folder that is there.
    *parts : bytes
        One after the other.
    durable : bool
        Whether not even a power cut may lose it once this returns.

    Raises
    ------
    OSError
        If the disk is full or refuses.
    """
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = _opened(fresh, os.O_EXCL)
        try:
            for part in parts:
                _write(descriptor, part)
            if durable:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(fresh, path)  # noqa: PTH105
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(fresh)  # noqa: PTH108
        raise
    if durable:
        sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Put the names in a folder on disk for good.

    Parameters
    ----------
    path : Path
    """
    if os.name == "nt":
        return  # Windows cannot open a folder, and keeps its names without
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_small(path: Path, limit: int = 4_000_000) -> bytes:
    """Read a file that is small unless somebody tampered with it.

    Parameters
    ----------
    path : Path
    limit : int
        In bytes.

    Returns
    -------
    bytes

    Raises
    ------
    OSError
        If it is not there, is no plain file, or is larger than the limit.
    """
    descriptor = os.open(path, os.O_RDONLY | _BINARY | _NO_LINK | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > limit:
            raise OSError(f"{path} is not a small file")
        return file.read(limit)


class Growing:
    """A file that grows while something arrives; what was written is there if the process dies.

    Parameters
    ----------
    path : Path
        Must not be there yet.

    Raises
    ------
    OSError
        If the disk is full or refuses; so do the methods.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor = _opened(path, os.O_EXCL)
        self._closed = weakref.finalize(self, os.close, self._descriptor)

    def write(self, data: bytes) -> None:
        """Add to its end.

        Parameters
        ----------
        data : bytes
        """
        _write(self._descriptor, data)

    def close(self, *, durable: bool = True) -> None:
        """Put it on disk for good.

        Parameters
        ----------
        durable : bool
            Whether to wait until the disk has it.
        """
        try:
            if durable:
                os.fsync(self._descriptor)
        finally:
            self._closed()


class Lock:
    """A file that one process at a time holds, and that the system lets go of when it dies.

    Parameters
    ----------
    path : Path
        Made beside and renamed into place where `content` is given, so that nobody else can hold
        it first; otherwise it has to be there.
    content : bytes, optional
    make : bool
        Whether to make an empty one where there is none.

    Raises
    ------
    BlockingIOError
        If somebody holds it.
    OSError
        If it cannot be made or opened.
    """

    def __init__(self, path: Path, content: bytes | None = None, *, make: bool = False) -> None:
        fresh = path if content is None else path.with_name(f".{path.name}")
        if content is None and not make:
            descriptor = os.open(fresh, os.O_RDWR | _BINARY | _NO_LINK)
        else:
            descriptor = _opened(fresh, 0 if content is None else os.O_EXCL)
        self._let_go = weakref.finalize(self, os.close, descriptor)
        try:
            _hold(descriptor)
        except OSError:
            # Some network disks know no locks; then nobody can tell, and all is left alone.
            if content is None:
                self._let_go()
                raise
        if content is not None:
            try:
                _write(descriptor, content)
                os.replace(fresh, path)  # noqa: PTH105
            except OSError:
                self._let_go()
                raise

    def release(self) -> None:
        """Let others have it."""
        self._let_go()


def _opened(path: Path, flags: int) -> int:
    flags |= os.O_RDWR | os.O_CREAT | _BINARY | _NO_LINK
    descriptor = os.open(path, flags, 0o600)
    if sys.platform != "win32":
        os.fchmod(descriptor, 0o600)  # a strange umask takes even that away
    return descriptor


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


if sys.platform == "win32":

    def _hold(descriptor: int) -> None:
        import msvcrt

        os.lseek(descriptor, 1 << 30, os.SEEK_SET)  # what is locked cannot be read there
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError(*error.args) from None
        os.lseek(descriptor, 0, os.SEEK_SET)

else:

    def _hold(descriptor: int) -> None:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
