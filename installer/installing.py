"""Install or upgrade: whatever ends it and wherever, the old or the new Seamfill works."""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from installer.environment import (
    ENVIRONMENT,
    environment_python,
    environments,
    first_versions,
    is_link_within,
    make_environment,
    next_environment,
    owner,
    project_version,
    remove_environments,
)
from installer.files import link
from installer.lock import locked
from installer.notes import LOCK, Notes, knows_first_version, read_notes, require_own, write_notes
from installer.places import command_link, data_directory, gimp_profiles
from installer.plugin import copy_plugin, made_files, plugin_folder, plugin_python, remove_leftovers
from installer.steps import Steps, Unsuitable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["install"]


def install(project: Path, agree: Callable[[str], bool], *, dry_run: bool) -> int | None:
    """Install Seamfill, or upgrade it.

    Parameters
    ----------
    project : Path
        The folder with Seamfill.
    agree : callable
        Takes a question for the user.
    dry_run : bool
        Only say what would be done.

    Returns
    -------
    int or None
        The exit code; None if the user did not agree.

    Raises
    ------
    InstallError, OSError
        If it failed; what worked before still works.
    """
    data = data_directory()
    require_own(data)
    found = gimp_profiles()
    if not agree(f"Install Seamfill in {data} and in {len(found)} GIMP profile(s)?"):
        return None
    if dry_run:
        return _Installation(project, data, found, Steps(dry_run), 0).run()
    _make_folder(data)
    with locked(data / LOCK) as lock:
        return _Installation(project, data, found, Steps(), lock).run()


def _make_folder(data: Path) -> None:
    """Make the folder that also holds keys and answers: nobody else reads or writes there."""
    if not data.exists():
        data.parent.mkdir(parents=True, exist_ok=True)
        data.mkdir(mode=0o700, exist_ok=True)
    elif sys.platform != "win32" and data.stat().st_mode & 0o022:
        data.chmod(0o700)


@dataclass(frozen=True)
class _Installation:
    project: Path
    data: Path
    found: list[Path]
    steps: Steps
    lock: int

    def run(self) -> int:
        free, taken = self._profiles()
        for folder in taken:
            print(f"{folder} is there and was not made by Seamfill: it is left as it is.")
        if taken and not free:
            raise Unsuitable("Move that away to have the plug-in there, and run this again.")
        if not self.steps.dry_run:
            self._clean(free)
        environment = next_environment(self.data)
        try:
            self._make_environment(environment, free)
            self._use(environment, free)
        finally:
            if not self.steps.dry_run:
                with contextlib.suppress(OSError):  # the next installation clears the rest away
                    self._clean(free)
        self._point(environment)
        self._say_done(environment)
        return Unsuitable.exit_code if taken else 0

    def _profiles(self) -> tuple[list[Path], list[Path]]:
        """The profiles that get the plug-in, and the folders in others that are not Seamfill's.

        What an earlier run made is upgraded also where its profile is no longer found.
        """
        notes = read_notes(self.data) or Notes()
        earlier = [each.parents[1] for each in notes.plugins if made_files(each) is not None]
        free, taken = [], []
        for profile in dict.fromkeys([*self.found, *earlier]):
            folder = plugin_folder(profile)
            if os.path.lexists(folder) and made_files(folder) is None:
                taken.append(folder)
            else:
                free.append(profile)
        return free, taken

    def _make_environment(self, environment: Path, profiles: list[Path]) -> None:
        earlier = environments(self.data) or first_versions(self.data)
        self.steps.do(
            f"{'upgrade' if earlier else 'make'} Seamfill's environment in {environment}",
            lambda: make_environment(environment, self.project, self.lock),
        )
        # Before anything is made elsewhere; the environment is in use once all is there.
        earlier_notes = read_notes(self.data) or Notes()
        self.steps.do(
            f"note what is made in {self.data}",
            lambda: self._note(earlier_notes.environment, profiles),
        )

    def _note(self, environment: str, profiles: list[Path]) -> None:
        notes = read_notes(self.data) or Notes()
        plugins = {each for each in notes.plugins if os.path.lexists(each)}
        plugins |= {plugin_folder(profile) for profile in profiles}
        write_notes(self.data, Notes(tuple(plugins), environment), project_version(self.project))

    def _use(self, environment: Path, profiles: list[Path]) -> None:
        """Let plug-ins and command use a new environment."""
        python = environment_python(environment)
        version = project_version(self.project)
        for profile in profiles:
            self.steps.do(
                f"copy the plug-in into {plugin_folder(profile)}",
                partial(copy_plugin, self.project / "gimp_plugin", profile, python, version),
            )
        command = command_link()
        if command and (not os.path.lexists(command) or is_link_within(command, self.data)):
            self.steps.do(
                f"link the command as {command}",
                partial(link, command, python.with_name("seamfill")),
            )
        self._point(environment)
        if not self.steps.dry_run:
            self._note(environment.name, profiles)

    def _point(self, environment: Path) -> None:
        """Let the link point to the environment in use, unless something else has its name."""
        path = self.data / ENVIRONMENT
        if self.steps.dry_run or sys.platform == "win32":
            return
        if os.path.lexists(path) and not is_link_within(path, self.data):
            return
        if not path.is_symlink() or path.readlink() != environment:
            link(path, environment)

    def _clean(self, profiles: list[Path]) -> None:
        """Clear away what nothing uses, an installation's that was killed included."""
        for profile in profiles:
            remove_leftovers(profile)
        known = knows_first_version(self.data)
        remove_environments(self.data, self._used(profiles), first_version=known)

    def _used(self, profiles: list[Path]) -> set[Path]:
        """The environments that a plug-in, a link or the note leads to."""
        notes = read_notes(self.data) or Notes()
        plugins = {*notes.plugins, *(plugin_folder(profile) for profile in profiles)}
        paths = [python for each in plugins if (python := plugin_python(each))]
        links = [self.data / ENVIRONMENT, command_link()]
        paths += [each.parent / each.readlink() for each in links if each and each.is_symlink()]
        if notes.environment:
            paths.append(self.data / notes.environment)
        return {used for path in paths if (used := owner(path, self.data))}

    def _say_done(self, environment: Path) -> None:
        if not self.found:
            print("No GIMP 3 was found. Install and start GIMP 3, then run this again.")
        elif not self.steps.dry_run:
            print(
                "Done. In GIMP: Filters > Seamfill > Generative Fill… (restart GIMP if it is open)."
            )
        # By the link, where there are links: it stays the same when this is upgraded.
        lasting = environment if sys.platform == "win32" else self.data / ENVIRONMENT
        print(f"The command is {environment_python(lasting).with_name('seamfill')}")
