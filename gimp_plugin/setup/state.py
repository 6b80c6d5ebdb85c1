"""Which environment a plug-in's worker runs in, and whether it fits."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .children import checked, clean_environment
from .environments import environment_python, environments, installed_version
from .errors import SetupError, Unsuitable
from .marks import marked_version
from .notes import read_notes
from .places import data_directory

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SETTINGS", "State", "find", "fitting", "noted_python", "works"]

SETTINGS = "seamfill.json"
"""The file beside a plug-in in which an installation from outside notes its environment."""


class State(NamedTuple):
    """What a plug-in finds.

    Parameters
    ----------
    python : Path or None
        The interpreter to start the worker with; None if there is none.
    version : str
        Of the Seamfill in that environment; empty if there is none.
    wanted : str
        The plug-in's own version; empty for a copy that does not know it.
    """

    python: Path | None
    version: str
    wanted: str

    @property
    def fits(self) -> bool:
        """Whether plug-in and environment are of one version."""
        return self.python is not None and self.wanted in ("", self.version)


def find(plugin: Path) -> State:
    """Find the environment for a plug-in.

    Those in Seamfill's own folder come first, since each package of GIMP has one of its own, and
    of them the one that is noted as in use; then the one that is noted beside the plug-in.

    Parameters
    ----------
    plugin : Path
        The plug-in's folder.
    """
    wanted = marked_version(plugin) or ""
    first = State(None, "", wanted)
    for python in _pythons(plugin):
        version = _version(python, plugin)
        state = State(python, version, wanted) if version else first
        if state.fits:
            return state
        first = first if first.python else state
    return first


def fitting(plugin: Path) -> list[Path]:
    """The interpreters that a plug-in would take: the one it does, and the one noted beside it."""
    taken, noted = find(plugin), noted_python(plugin)
    pythons = [taken.python] if taken.python else []
    if noted and _version(noted, plugin) == taken.version:
        pythons.append(noted)
    return pythons


def works(python: Path) -> bool:
    """Whether an environment can start Seamfill, by trying it."""
    command = [str(python), "-I", "-m", "seamfill", "--version"]
    try:
        checked(command, clean_environment())
    except SetupError:
        return False
    return True


def noted_python(plugin: Path) -> Path | None:
    """The interpreter that is noted beside a plug-in."""
    python = _noted(plugin).get("python")
    usable = isinstance(python, str) and len(Path(python).parents) >= 3
    return Path(str(python)) if usable else None


def _noted(plugin: Path) -> dict[str, object]:
    with suppress(OSError, ValueError):
        noted = json.loads((plugin / SETTINGS).read_text("utf-8"))
        return noted if isinstance(noted, dict) else {}
    return {}


def _version(python: Path, plugin: Path) -> str:
    """The version of the Seamfill that a Python has; empty for none.

    Where it does not lie where environments have it, what was noted with that Python counts.
    """
    if not python.exists():
        return ""
    noted = _noted(plugin)
    found = installed_version(python.parent.parent)
    return found or (str(noted.get("version", "")) if noted.get("python") == str(python) else "")


def _pythons(plugin: Path) -> Iterator[Path]:
    with suppress(Unsuitable, KeyError):
        data = data_directory()
        notes = read_notes(data)
        if notes and notes.environment:
            yield environment_python(data / notes.environment)
        for environment in environments(data):
            yield environment_python(environment)
    if python := noted_python(plugin):
        yield python
