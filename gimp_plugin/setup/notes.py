"""Seamfill's own data folder, and the note in it of what was made elsewhere."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

from .environments import environments, is_link_within
from .errors import Unsuitable
from .files import write_whole

__all__ = [
    "LOCK",
    "NOTES",
    "Notes",
    "is_own",
    "knows_first_version",
    "read_notes",
    "require_own",
    "write_notes",
]

NOTES = "installed.json"
LOCK = "install.lock"

_PLUGIN_FOLDER = ("plug-ins", "seamfill")

_OWN = ("journal", "keys", "catalog", "install")
"""How the names begin of all that Seamfill keeps beside its environment."""

_DESKTOPS_OWN = (".DS_Store", "desktop.ini", ".directory")
"""What file managers put into any folder that is looked at."""


class Notes(NamedTuple):
    """What an installation made.

    Parameters
    ----------
    plugins : tuple of Path
        The plug-in's folders.
    environment : str
        Name of the environment in use; empty in the first version, which had one alone.
    """

    plugins: tuple[Path, ...] = ()
    environment: str = ""


def read_notes(data: Path) -> Notes | None:
    """Read the note in a data folder.

    Returns
    -------
    Notes or None
        None if there is none that the installer wrote.
    """
    try:
        noted = json.loads((data / NOTES).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    plugins = noted.get("plugins") if isinstance(noted, dict) else None
    if not isinstance(plugins, list) or not all(isinstance(each, str) for each in plugins):
        return None
    folders = (Path(each) for each in plugins)
    return Notes(
        tuple(each for each in folders if each.parts[-2:] == _PLUGIN_FOLDER),
        str(noted.get("environment", "")),
    )


def write_notes(data: Path, notes: Notes, version: str) -> None:
    """Write the note, in the place of an older one."""
    noted = {
        "made_by": "Seamfill",
        "version": version,
        "environment": notes.environment,
        "plugins": sorted(map(str, notes.plugins)),
    }
    write_whole(data / NOTES, json.dumps(noted, indent=1) + "\n")


def is_own(data: Path) -> bool:
    """Whether a folder that is there is Seamfill's: noted as such, or nothing else is in it."""
    return read_notes(data) is not None or not _foreign(data)


def require_own(data: Path) -> None:
    """Make sure that a data folder is Seamfill's or can become it.

    Raises
    ------
    Unsuitable
        If something else is in it.
    """
    if data.exists() and not data.is_dir():
        raise Unsuitable(f"{data} is no folder. Set SEAMFILL_HOME to a new or an empty one.")
    if data.is_dir() and not is_own(data):
        names = ", ".join(_foreign(data)[:3])
        raise Unsuitable(
            f"{data} holds what Seamfill did not make ({names}), and nothing of that is touched.\n"
            "Give Seamfill a folder of its own: set SEAMFILL_HOME to a new or an empty one."
        )


def knows_first_version(data: Path) -> bool:
    """Whether an environment without a mark can be the first version's here."""
    return read_notes(data) is not None or not os.environ.get("SEAMFILL_HOME")


def _foreign(data: Path) -> list[str]:
    """What else is in a folder that the user named; the usual one is Seamfill's by its name."""
    if not os.environ.get("SEAMFILL_HOME"):
        return []
    ours = environments(data)
    return sorted(
        each.name
        for each in data.iterdir()
        if not (each in ours or is_link_within(each, data))
        and not (each.name.lstrip(".").startswith(_OWN) or each.name in _DESKTOPS_OWN)
    )
