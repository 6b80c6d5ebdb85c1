"""Let plug-ins and the command use an environment, and clear away what nothing uses."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from .environments import ENVIRONMENT, is_link_within, owner, remove_environments
from .files import link
from .making import CACHE
from .marks import is_empty, marked_files, remove_whole
from .notes import Notes, knows_first_version, read_notes, write_notes
from .places import command_link
from .state import fitting

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["clean", "make_folder", "note", "point"]


def make_folder(data: Path) -> None:
    """Make the folder that also holds keys and answers: nobody else reads or writes there."""
    if not data.exists():
        data.parent.mkdir(parents=True, exist_ok=True)
        data.mkdir(mode=0o700, exist_ok=True)
    elif sys.platform != "win32" and data.stat().st_mode & 0o022:
        data.chmod(0o700)


def note(data: Path, environment: str, plugins: Iterable[Path], version: str) -> None:
    """Note which environment is in use, and which plug-ins there are beside those noted."""
    notes = read_notes(data) or Notes()
    there = {each for each in notes.plugins if os.path.lexists(each)}
    write_notes(data, Notes(tuple(there | set(plugins)), environment), version)


def point(data: Path, environment: Path) -> None:
    """Let the link point to the environment in use, unless something else has its name."""
    path = data / ENVIRONMENT
    if sys.platform == "win32" or (os.path.lexists(path) and not is_link_within(path, data)):
        return
    if not path.is_symlink() or path.readlink() != environment:
        link(path, environment)


def clean(data: Path, plugins: Iterable[Path] = (), *, cache: bool = False) -> None:
    """Clear away what nothing uses, what was left by one that was killed included.

    Parameters
    ----------
    data : Path
    plugins : iterable of Path
        Folders of plug-ins beside those noted.
    cache : bool
        Also what was fetched for an environment that was not finished.
    """
    used = _used(data, plugins)
    remove_environments(data, used, first_version=knows_first_version(data))
    folder = data / CACHE
    if cache and (marked_files(folder) is not None or is_empty(folder)):
        remove_whole(folder)


def _used(data: Path, plugins: Iterable[Path]) -> set[Path]:
    """The environments that a plug-in, a link or the note leads to."""
    notes = read_notes(data) or Notes()
    paths = [python for each in {*notes.plugins, *plugins} for python in fitting(each)]
    links = [data / ENVIRONMENT, command_link()]
    paths += [each.parent / each.readlink() for each in links if each and each.is_symlink()]
    if notes.environment:
        paths.append(data / notes.environment)
    return {used for path in paths if (used := owner(path, data))}
