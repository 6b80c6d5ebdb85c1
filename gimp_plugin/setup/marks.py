"""Which folders Seamfill made, and which files in them.

Each folder that the installer makes carries a mark inside. Nothing without one is ever deleted, but
for what the first version made, which is known by its content.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from .files import unfinished, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "MARK",
    "foreign_files",
    "is_empty",
    "mark",
    "marked_files",
    "marked_version",
    "remove_files",
    "remove_whole",
]

MARK = "made-by-seamfill.json"
_MAKER = "Seamfill"


def mark(folder: Path, version: str, files: Iterable[str] = ()) -> None:
    """Mark a folder as made by Seamfill.

    Parameters
    ----------
    folder : Path
    version : str
        Of the Seamfill that makes it.
    files : iterable of str
        What was put into it, where not all in it is Seamfill's.
    """
    noted = {"made_by": _MAKER, "version": version, "files": sorted(files)}
    write_whole(folder / MARK, json.dumps(noted, indent=1) + "\n")


def marked_files(folder: Path) -> frozenset[str] | None:
    """Read a folder's mark.

    Returns
    -------
    frozenset of str or None
        The files that it lists; None if the folder is not Seamfill's. A link is nobody's folder.
    """
    if folder.is_symlink():
        return None
    files = _read(folder).get("files")
    if not isinstance(files, list):
        return None
    return frozenset(name for name in files if isinstance(name, str)) | {MARK}


def marked_version(folder: Path) -> str | None:
    """Read of which version what lies in a folder is; None if its mark does not say."""
    version = _read(folder).get("version")
    return version if isinstance(version, str) and version else None


def _read(folder: Path) -> dict[str, object]:
    try:
        noted = json.loads((folder / MARK).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    ours = isinstance(noted, dict) and noted.get("made_by") == _MAKER
    return noted if ours else {}


def is_empty(folder: Path) -> bool:
    """Whether it is a folder, no link to one, with nothing in it but a mark in the making."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    return all(each == unfinished(folder / MARK) for each in folder.iterdir())


def foreign_files(folder: Path, files: frozenset[str]) -> list[str]:
    """Find what somebody else put into a folder: links are not followed."""
    return [name for name in _files(folder) if name not in files and not _is_cache(name)]


def remove_files(folder: Path, files: frozenset[str]) -> None:
    """Remove files of a folder, what Python keeps of them, and all folders that are empty then."""
    for name in _files(folder):
        if name != MARK and (name in files or _is_cache(name)):
            (folder / name).unlink()
    for top, _, _ in os.walk(folder, topdown=False):
        if Path(top) != folder:
            with contextlib.suppress(OSError):  # not empty
                Path(top).rmdir()
    (folder / MARK).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()


def remove_whole(folder: Path) -> None:
    """Remove a folder that is Seamfill's, with all that is in it.

    Its mark goes last, so that what is left of it is known whatever interrupts this.
    """
    if marked_files(folder) is None and not is_empty(folder):
        with contextlib.suppress(OSError):  # on a full disk it goes without
            mark(folder, "")
    for each in folder.iterdir():
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        elif each.name != MARK:
            each.unlink()
    (folder / MARK).unlink(missing_ok=True)
    folder.rmdir()


def _files(folder: Path) -> list[str]:
    """All that is no folder, a link to one included, as paths relative to the folder."""
    found = []
    for top, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(top) / name).is_symlink()]
        found += [(Path(top) / name).relative_to(folder).as_posix() for name in names + links]
    return found


def _is_cache(name: str) -> bool:
    parts = Path(name).parts
    return "__pycache__" in parts and parts[-1].endswith(".pyc")
