"""Files and folders that are whole or not there, whatever interrupts the making of them."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["copy_files", "fresh_link", "link", "put", "put_aside", "unfinished", "write_whole"]

_HERE = -100
"""``AT_FDCWD``: paths are relative to the working directory."""

_EXCHANGE = 2
"""``RENAME_EXCHANGE`` of Linux; ``RENAME_SWAP`` of macOS has the same number."""


def copy_files(source: Path, target: Path) -> list[str]:
    """Copy what is in a folder into another one, without the modes of the source.

    Parameters
    ----------
    source : Path
        May be readable only.
    target : Path
        Is there already.

    Returns
    -------
    list of str
        The files, as paths relative to the folder with ``/`` between their parts.
    """
    files = []
    for path in sorted(source.rglob("*")):
        relative = path.relative_to(source)
        if any(part == "__pycache__" or part.startswith(".") for part in relative.parts):
            continue
        if path.is_dir():
            (target / relative).mkdir(exist_ok=True)
        else:
            shutil.copyfile(path, target / relative)
            files.append(relative.as_posix())
    return files


def write_whole(path: Path, text: str) -> None:
    """Write a file beside and rename it, so that it is never there in part."""
    fresh = unfinished(path)
    fresh.unlink(missing_ok=True)
    with fresh.open("x", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def unfinished(path: Path) -> Path:
    """Where a file is written before it takes its place."""
    return path.with_name(f".{path.name}.new")


def link(path: Path, target: Path) -> None:
    """Let a symbolic link point to a target, in one step where it pointed elsewhere before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = fresh_link(path)
    if fresh.is_symlink():
        fresh.unlink()
    fresh.symlink_to(target)
    fresh.replace(path)


def fresh_link(path: Path) -> Path:
    """Where a link is made before it takes its place."""
    return path.with_name(f".{path.name}-new")


def put(fresh: Path, target: Path) -> None:
    """Put a folder in the place of another one, in one step where the system can.

    Parameters
    ----------
    fresh : Path
        On the same disk; holds afterwards what was at the target, or is gone if nothing was.
    target : Path
    """
    if not os.path.lexists(target):
        fresh.rename(target)
    elif not _exchanged(fresh, target):
        aside = put_aside(fresh)
        target.rename(aside)
        try:
            fresh.rename(target)
        except OSError:
            aside.rename(target)
            raise
        aside.rename(fresh)


def put_aside(fresh: Path) -> Path:
    """Where an old folder lies while a new one takes its place in two steps."""
    return fresh.with_name(f"{fresh.name}.old")


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders in one step, which not every system and disk can."""
    if sys.platform == "win32":
        return False
    paths = os.fsencode(one), os.fsencode(other)
    # A Python without ctypes, or a C library without that function.
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import ctypes

        library = ctypes.CDLL(None)
        if sys.platform == "darwin":
            return bool(library.renamex_np(*paths, _EXCHANGE) == 0)
        return bool(library.renameat2(_HERE, paths[0], _HERE, paths[1], _EXCHANGE) == 0)
    return False
