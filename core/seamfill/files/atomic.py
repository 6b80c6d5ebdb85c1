"""A file is replaced by another that is whole, or stays as it is."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from pathlib import Path

from seamfill.errors import BadInput

__all__ = ["Beside", "check_place", "check_room"]


class Beside:
    """A new file beside the one that it is to replace; a context manager.

    Parameters
    ----------
    path : Path
        What is to be made or replaced. A symbolic link stays, and what it leads to is replaced.

    Attributes
    ----------
    path : Path
        The new file, while the block lasts.

    Raises
    ------
    OSError
        From entering, `write` and `replace`.
    """

    def __init__(self, path: Path) -> None:
        self._target = Path(os.path.realpath(path))
        self.path = self._target.with_name(f".seamfill-{secrets.token_hex(6)}.part")

    def __enter__(self) -> Beside:
        # Under the umask, as any program's files; a file that is replaced hands on its own mode.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        os.close(os.open(self.path, flags, 0o666))
        return self

    def __exit__(self, *_details: object) -> None:
        self.path.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        """Write all of the new file, and see that it is on the disk.

        Parameters
        ----------
        data : bytes
        """
        with self.path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def replace(self) -> None:
        """Put the new file in the old one's place, at once."""
        with contextlib.suppress(FileNotFoundError):
            self._take_after(self._target.stat())
        self.path.replace(self._target)
        _sync_folder(self._target.parent)

    def _take_after(self, old: os.stat_result) -> None:
        """Hand on mode and owner, as far as this user may."""
        if hasattr(os, "chown") and self.path.stat().st_uid != old.st_uid:
            with contextlib.suppress(OSError):
                os.chown(self.path, old.st_uid, old.st_gid)
        with contextlib.suppress(OSError):
            self.path.chmod(stat.S_IMODE(old.st_mode))


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # Windows opens no folders; some file systems sync none
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def check_place(path: Path) -> None:
    """See that a file can be made or replaced.

    Parameters
    ----------
    path : Path

    Raises
    ------
    BadInput
        If its folder is missing or cannot be written, or something else is in its place.
    """
    try:
        target = Path(os.path.realpath(path, strict=False))
        mode = target.stat().st_mode if target.exists() else None
        if target.is_symlink():
            raise BadInput(f"{path} is a symbolic link that leads in a circle.", "Name a file.")
    except (OSError, ValueError) as error:
        raise _no_place(path, error) from None
    if mode is not None and stat.S_ISDIR(mode):
        raise BadInput(f"{path} is a folder.", "Name a file in it.")
    if mode is not None and not stat.S_ISREG(mode):
        raise BadInput(f"{path} is no ordinary file.", "Name another one.")
    if mode is not None and not os.access(target, os.W_OK):
        raise BadInput(f"{path} is write-protected.", "Name another file, or allow writing.")
    if not target.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent}.", "Make it first, or name another one.")
    try:
        with Beside(path):
            pass
    except OSError as error:
        raise _no_place(path, error) from None


def _no_place(path: Path, error: Exception) -> BadInput:
    reason = getattr(error, "strerror", None) or "that is no name for a file"
    return BadInput(f"{path} cannot be written: {reason}.", "Name another place.")


def check_room(path: Path, size: int) -> None:
    """See that so many bytes have room in a file's folder.

    Parameters
    ----------
    path : Path
    size : int
        In bytes.

    Raises
    ------
    BadInput
        If they have not.
    """
    try:
        free = shutil.disk_usage(Path(os.path.realpath(path)).parent).free
    except OSError:  # nobody knows
        return
    if free < size:
        raise BadInput(
            f"The disk of {path} has {free / 1e6:.0f} MB left; the result may need "
            f"{size / 1e6:.0f} MB.",
            "Make room, or write to another disk.",
            advice="disk",
        )
