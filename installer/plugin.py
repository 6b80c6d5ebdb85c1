"""The plug-in's folder inside a GIMP profile."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from gimp_plugin.setup.files import copy_files, put, put_aside
from gimp_plugin.setup.marks import (
    foreign_files,
    is_empty,
    mark,
    marked_files,
    remove_files,
    remove_whole,
)
from gimp_plugin.setup.state import SETTINGS, noted_python

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "copy_plugin",
    "made_files",
    "plugin_folder",
    "remove_leftovers",
    "remove_plugin",
    "write_plugin",
]

_FRESH = ".seamfill-"
"""How the names of folders begin that are being made; outside plug-ins, so that a GIMP that starts
meanwhile never sees half of one."""

_FIRST_MODULES = """
arguments choices commands conversion dialog errors expand fill form headlines history i18n launch
memory moreoptions preview recover recoverdialog referencelist references refit refitdialog remove
reports review running seamfill settings settingsdialog tally widgets windows worker
canvas/__init__ canvas/inserting canvas/reading canvas/target canvas/trial canvas/variations
"""
_FIRST_LANGUAGES = ("de", "es", "fr", "ja", "zh_CN")
_FIRST_FILES = frozenset(
    [f"{name}.py" for name in _FIRST_MODULES.split()]
    + [
        f"locale/{name}/LC_MESSAGES/seamfill.{kind}"
        for name in _FIRST_LANGUAGES
        for kind in ("po", "mo")
    ]
    + ["help/index.html", SETTINGS]
)
"""What the first version put into its folder, which bore no mark."""


def plugin_folder(profile: Path) -> Path:
    """Where the plug-in lies in a profile; GIMP wants folder and file to have one name."""
    return profile / "plug-ins" / "seamfill"


def made_files(folder: Path) -> frozenset[str] | None:
    """List what Seamfill put into a folder.

    Returns
    -------
    frozenset of str or None
        None if the folder is not Seamfill's, a link to one included.
    """
    files = marked_files(folder)
    if files is None:
        return _FIRST_FILES if _is_first_version(folder) else None
    # Where a newer archive was unzipped over it, there are files of older versions in its rooms.
    rooms = {name.partition("/")[0] for name in files if "/" in name}
    older = (each for room in rooms for each in (folder / room).rglob("*") if each.is_file())
    return files | {each.relative_to(folder).as_posix() for each in older}


def write_plugin(
    folder: Path,
    plugin: Path,
    version: str,
    wheel: Path | None,
    python: Path | None = None,
    extra: Mapping[str, str] | None = None,
) -> None:
    """Put the plug-in into an empty folder, as its archive has it.

    Parameters
    ----------
    folder : Path
    plugin : Path
        The folder ``gimp_plugin``.
    version : str
        Noted in the folder's mark.
    wheel : Path or None
        The core, from which the plug-in can set itself up.
    python : Path, optional
        The interpreter of an environment that is there already.
    extra : mapping, optional
        Texts of further files by their names.
    """
    mark(folder, version)
    files = copy_files(plugin, folder)
    if wheel:
        (folder / "core").mkdir()
        shutil.copyfile(wheel, folder / "core" / wheel.name)
        files.append(f"core/{wheel.name}")
    if python:
        noted = {"python": str(python), "version": version}
        (folder / SETTINGS).write_text(json.dumps(noted) + "\n", "utf-8")
        files.append(SETTINGS)
    for name, text in (extra or {}).items():
        (folder / name).write_text(text, "utf-8")
        files.append(name)
    (folder / "seamfill.py").chmod(0o755)
    mark(folder, version, files)


def copy_plugin(
    plugin: Path, profile: Path, python: Path, version: str, wheel: Path | None = None
) -> None:
    """Copy the plug-in into a profile, in the place of an older one.

    What somebody else put into the older one's folder is kept.

    Parameters
    ----------
    plugin : Path
        The folder ``gimp_plugin``.
    profile : Path
        A GIMP profile such as ``~/.config/GIMP/3.0``; made if missing.
    python : Path
        The interpreter of Seamfill's environment, noted beside the plug-in.
    version : str
        Noted in the folder's mark.
    wheel : Path, optional
        The core, from which the plug-in can make an environment anew.
    """
    target = plugin_folder(profile)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = profile / f"{_FRESH}{os.getpid()}"
    fresh.mkdir()
    try:
        write_plugin(fresh, plugin, version, wheel, python)
        _keep_foreign(target, fresh)
        put(fresh, target)
    finally:
        if fresh.exists():
            with contextlib.suppress(OSError):  # the next installation clears away what is left
                remove_whole(fresh)


def remove_plugin(folder: Path) -> None:
    """Remove what Seamfill put into a folder of its own, and the folder if it is empty then."""
    remove_files(folder, made_files(folder) or frozenset())


def remove_leftovers(profile: Path) -> None:
    """Clear away what an installation that was killed left in a profile.

    Where it was killed between the two steps of a replacement, the old plug-in comes back.
    """
    target = plugin_folder(profile)
    for old in profile.glob(put_aside(Path(f"{_FRESH}*")).name):
        if made_files(old) is not None and not os.path.lexists(target):
            old.rename(target)
    for left in profile.glob(f"{_FRESH}*"):
        if made_files(left) is not None or is_empty(left):
            remove_whole(left)


def _keep_foreign(old: Path, fresh: Path) -> None:
    files = made_files(old)
    for name in foreign_files(old, files) if files is not None else ():
        if not os.path.lexists(fresh / name):
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(old / name, fresh / name, follow_symlinks=False)


def _is_first_version(folder: Path) -> bool:
    python = None if folder.is_symlink() else noted_python(folder)
    return (
        python is not None
        and python.parents[1].name == "environment"
        and all((folder / name).is_file() for name in ("seamfill.py", "launch.py", "worker.py"))
    )
