"""The plug-in's folder inside a GIMP profile."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["copy_plugin", "plugin_folder"]


def plugin_folder(profile: Path) -> Path:
    """Where the plug-in lies in a profile; GIMP wants folder and file to have one name."""
    return profile / "plug-ins" / "seamfill"


def copy_plugin(plugin: Path, profile: Path, python: Path) -> None:
    """Copy the plug-in into a profile, in the place of an older one.

    Parameters
    ----------
    plugin : Path
        The folder ``gimp_plugin``.
    profile : Path
        A GIMP profile such as ``~/.config/GIMP/3.0``; made if missing.
    python : Path
        The interpreter of Seamfill's environment, noted beside the plug-in.
    """
    target = plugin_folder(profile)
    # Made outside plug-ins, so that a GIMP that starts meanwhile never sees half of it.
    fresh = profile / ".seamfill-new"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(plugin, fresh, ignore=shutil.ignore_patterns("__pycache__"))
    (fresh / "seamfill.json").write_text(json.dumps({"python": str(python)}) + "\n", "utf-8")
    (fresh / "seamfill.py").chmod(0o755)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
