"""Old entries of a journal are deleted; never an answer that nobody has used."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from typing import TYPE_CHECKING

from seamfill.journal.records import LOCK, all_records, is_entry_name, is_own
from seamfill.journal.storage import Lock, is_folder, write_whole

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["prune", "prune_sometimes", "size_of"]

_MAX_AGE = 30 * 24 * 3600.0  # seconds
_MAX_BYTES = 2_000_000_000
_PRUNE_EVERY = 600.0  # seconds
_DELETED = ".deleted-"


def prune_sometimes(directory: Path) -> None:
    """Prune, unless that was done a few minutes ago by this or another process.

    Parameters
    ----------
    directory : Path
        The journal's.
    """
    marker = directory / ".pruned"
    with contextlib.suppress(OSError):
        with contextlib.suppress(FileNotFoundError):
            if 0 <= time.time() - marker.stat().st_mtime < _PRUNE_EVERY:
                return
        write_whole(marker, durable=False)
        prune(directory)


def prune(directory: Path, max_age: float = _MAX_AGE, max_bytes: int = _MAX_BYTES) -> None:
    """Delete old entries; never one whose answers were not used, or that is being made.

    Parameters
    ----------
    directory : Path
        The journal's.
    max_age : float
        Seconds.
    max_bytes : int
        Of all entries together; the oldest go first.
    """
    entries = [(record, size_of(record.path)) for record in all_records(directory)]
    total = sum(size for _, size in entries)
    for record, size in entries:
        age = time.time() - record.begun.timestamp()
        if record.state == "answered":
            continue
        if record.state == "sent":
            # What may have been billed is remembered, lest it be paid again unknowingly.
            doomed = age > max(max_age, _MAX_AGE)
        else:
            doomed = age > max_age or total > max_bytes
        if doomed and _delete(record.path):
            total -= size
    _sweep(directory)


def _delete(path: Path) -> bool:
    """Delete an entry that the journal made and that nobody works at."""
    if not is_own(path):
        return False
    with contextlib.suppress(OSError):
        lock = Lock(path / LOCK)
        try:
            doomed = path.with_name(_DELETED + path.name)
            os.replace(path, doomed)  # noqa: PTH105 (at once, so that no half of it is left)
        finally:
            lock.release()
        shutil.rmtree(doomed, ignore_errors=True)
        return True
    return False


def _sweep(directory: Path) -> None:
    """Delete what a process that died was deleting."""
    for path in directory.glob(f"{_DELETED}*"):
        if is_entry_name(path.name.removeprefix(_DELETED)) and is_folder(path):
            shutil.rmtree(path, ignore_errors=True)


def size_of(path: Path) -> int:
    """Bytes of the files in an entry's folder.

    Parameters
    ----------
    path : Path
    """
    total = 0
    with contextlib.suppress(OSError):
        for file in path.iterdir():
            with contextlib.suppress(OSError):
                total += file.lstat().st_size
    return total
