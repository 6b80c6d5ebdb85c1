"""Uninstall: what Seamfill made and marked is removed, and nothing else."""

from __future__ import annotations

import contextlib
import os
from functools import partial
from typing import TYPE_CHECKING

from gimp_plugin.setup.environments import (
    ENVIRONMENT,
    environment_python,
    environments,
    first_versions,
    is_link_within,
)
from gimp_plugin.setup.files import fresh_link
from gimp_plugin.setup.lock import locked
from gimp_plugin.setup.log import LOG
from gimp_plugin.setup.making import CACHE
from gimp_plugin.setup.marks import is_empty, marked_files, remove_whole
from gimp_plugin.setup.notes import LOCK, NOTES, Notes, is_own, knows_first_version, read_notes
from gimp_plugin.setup.places import command_link, data_directory
from installer.places import gimp_profiles
from installer.plugin import made_files, plugin_folder, remove_leftovers, remove_plugin
from installer.purging import purge, purge_keyring
from installer.steps import Steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["uninstall"]


def uninstall(agree: Callable[[str], bool], *, everything: bool, dry_run: bool) -> int | None:
    """Remove what was installed; journal, keys and settings stay unless all is to go.

    Parameters
    ----------
    agree : callable
        Takes a question for the user.
    everything : bool
        Also journal, keys in Seamfill's file, and catalogue.
    dry_run : bool
        Only say what would be done.

    Returns
    -------
    int or None
        The exit code; None if the user did not agree.
    """
    data = data_directory()
    too = ", and all answers and keys that it keeps," if everything else ""
    if not agree(f"Remove Seamfill{too} from {data} and from GIMP?"):
        return None
    steps = Steps(dry_run)
    if data.is_dir() and is_own(data) and not dry_run:
        with locked(data / LOCK):
            _remove(data, steps, everything=everything)
    else:
        _remove(data, steps, everything=False)
    if data.is_dir() and not dry_run:
        with contextlib.suppress(OSError):  # not empty, or the place of a disk
            data.rmdir()
    if data.is_dir() and is_own(data) and any(data.iterdir()):
        print(f"Left in {data}: {', '.join(sorted(each.name for each in data.iterdir()))}.")
        print("Your journal of answers, keys and settings stay, and what Seamfill did not make.")
    return 0


def _remove(data: Path, steps: Steps, *, everything: bool) -> None:
    notes = read_notes(data) or Notes()
    if everything and notes.environment:
        purge_keyring(environment_python(data / notes.environment), steps)
    profiles = [*gimp_profiles(), *(each.parents[1] for each in notes.plugins)]
    for profile in dict.fromkeys(profiles):
        if profile.is_dir() and not steps.dry_run:
            remove_leftovers(profile)
        _remove_plugin(plugin_folder(profile), steps)
    if everything:
        purge(data, dict.fromkeys(profiles), steps)
    for link in filter(None, (command_link(), data / ENVIRONMENT)):
        for each in (link, fresh_link(link)):
            if is_link_within(each, data):
                steps.do(f"remove {each}", each.unlink)
    first = first_versions(data) if knows_first_version(data) else []
    for environment in environments(data) + first:
        steps.do(f"remove {environment}", partial(remove_whole, environment))
    cache = data / CACHE
    if marked_files(cache) is not None or is_empty(cache):
        steps.do(f"remove {cache}", partial(remove_whole, cache))
    if (data / LOG).is_file() and is_own(data):
        steps.do(f"remove {data / LOG}", (data / LOG).unlink)
    if (data / NOTES).is_file() and is_own(data):
        steps.do(f"remove {data / NOTES}", (data / NOTES).unlink)


def _remove_plugin(folder: Path, steps: Steps) -> None:
    if made_files(folder) is not None:
        steps.do(f"remove {folder}", partial(remove_plugin, folder))
        if os.path.lexists(folder) and not steps.dry_run:
            print(f"Left in {folder}: what Seamfill did not put there.")
    elif os.path.lexists(folder):
        print(f"{folder} was not made by Seamfill: it is left as it is.")
