"""The plug-in's folder inside a GIMP profile."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from pathlib import Path

from installer.files import copy_files, put, put_aside
from installer.marks import foreign_files, is_empty, mark, marked_files, remove_files, remove_whole

__all__ = [
    "copy_plugin",
    "made_files",
    "plugin_folder",
    "plugin_python",
    "remove_leftovers",
    "remove_plugin",
]

_SETTINGS = "seamfill.json"
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
    + ["help/index.html", _SETTINGS]
)
"""What the first version put into its folder, which bore no mark."""


def plugin_folder(profile: Path) -> Path:
    """Where the plug-in lies in a profile; GIMP wants folder and file to have one name."""
    return profile / "plug-ins" / "seamfill"


def plugin_python(folder: Path) -> Path | None:
    """The interpreter that a plug-in starts its worker with, if the folder is Seamfill's."""
    return _noted_python(folder) if made_files(folder) is not None else None


def made_files(folder: Path) -> frozenset[str] | None:
    """List what Seamfill put into a folder.

    Returns
    -------
    frozenset of str or None
        None if the folder is not Seamfill's, a link to one included.
    """
    files = marked_files(folder)
    return _FIRST_FILES if files is None and _is_first_version(folder) else files


def copy_plugin(plugin: Path, profile: Path, python: Path, version: str) -> None:
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
    """
    target = plugin_folder(profile)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = profile / f"{_FRESH}{os.getpid()}"
    fresh.mkdir()
    try:
        mark(fresh, version)
        files = copy_files(plugin, fresh)
        (fresh / _SETTINGS).write_text(json.dumps({"python": str(python)}) + "\n", "utf-8")
        (fresh / "seamfill.py").chmod(0o755)
        mark(fresh, version, [*files, _SETTINGS])
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
    python = None if folder.is_symlink() else _noted_python(folder)
    return (
        python is not None
        and python.parents[1].name == "environment"
        and all((folder / name).is_file() for name in ("seamfill.py", "launch.py", "worker.py"))
    )


def _noted_python(folder: Path) -> Path | None:
    try:
        noted = json.loads((folder / _SETTINGS).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    python = noted.get("python") if isinstance(noted, dict) else None
    if not isinstance(python, str) or len(Path(python).parents) < 3:
        return None
    return Path(python)
