"""Uninstall: what Seamfill made and marked is removed, and nothing else."""

from __future__ import annotations

import contextlib
import os
from functools import partial
from typing import TYPE_CHECKING

from installer.environment import ENVIRONMENT, environments, first_versions, is_link_within
from installer.files import fresh_link
from installer.lock import locked
from installer.marks import remove_whole
from installer.notes import LOCK, NOTES, Notes, is_own, knows_first_version, read_notes
from installer.places import command_link, data_directory, gimp_profiles
from installer.plugin import made_files, plugin_folder, remove_leftovers, remove_plugin
from installer.steps import Steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["uninstall"]


def uninstall(agree: Callable[[str], bool], *, dry_run: bool) -> int | None:
    """Remove what was installed; journal, keys and settings stay.

    Parameters
    ----------
    agree : callable
        Takes a question for the user.
    dry_run : bool
        Only say what would be done.

    Returns
    -------
    int or None
        The exit code; None if the user did not agree.
    """
    data = data_directory()
    if not agree(f"Remove Seamfill from {data} and from GIMP?"):
        return None
    steps = Steps(dry_run)
    if data.is_dir() and is_own(data) and not dry_run:
        with locked(data / LOCK):
            _remove(data, steps)
    else:
        _remove(data, steps)
    if data.is_dir() and not dry_run:
        with contextlib.suppress(OSError):  # not empty, or the place of a disk
            data.rmdir()
    if data.is_dir() and is_own(data) and any(data.iterdir()):
        print(f"Left in {data}: {', '.join(sorted(each.name for each in data.iterdir()))}.")
        print("Your journal of answers, keys and settings stay, and what Seamfill did not make.")
    return 0


def _remove(data: Path, steps: Steps) -> None:
    notes = read_notes(data) or Notes()
    profiles = [*gimp_profiles(), *(each.parents[1] for each in notes.plugins)]
    for profile in dict.fromkeys(profiles):
        if profile.is_dir() and not steps.dry_run:
            remove_leftovers(profile)
        _remove_plugin(plugin_folder(profile), steps)
    for link in filter(None, (command_link(), data / ENVIRONMENT)):
        for each in (link, fresh_link(link)):
            if is_link_within(each, data):
                steps.do(f"remove {each}", each.unlink)
    first = first_versions(data) if knows_first_version(data) else []
    for environment in environments(data) + first:
        steps.do(f"remove {environment}", partial(remove_whole, environment))
    if (data / NOTES).is_file() and is_own(data):
        steps.do(f"remove {data / NOTES}", (data / NOTES).unlink)


def _remove_plugin(folder: Path, steps: Steps) -> None:
    if made_files(folder) is not None:
        steps.do(f"remove {folder}", partial(remove_plugin, folder))
        if os.path.lexists(folder) and not steps.dry_run:
            print(f"Left in {folder}: what Seamfill did not put there.")
    elif os.path.lexists(folder):
        print(f"{folder} was not made by Seamfill: it is left as it is.")
