"""Install or upgrade: whatever ends it and wherever, the old or the new Seamfill works."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gimp_plugin.setup.environments import (
    ENVIRONMENT,
    environment_python,
    environments,
    first_versions,
    is_link_within,
    next_environment,
)
from gimp_plugin.setup.errors import Unsuitable
from gimp_plugin.setup.files import link
from gimp_plugin.setup.lock import locked
from gimp_plugin.setup.log import logged
from gimp_plugin.setup.making import Maker, megabytes, offline_packages
from gimp_plugin.setup.notes import LOCK, Notes, read_notes, require_own
from gimp_plugin.setup.places import command_link, data_directory
from gimp_plugin.setup.using import clean, make_folder, note, point
from installer.building import core_members, project_version, write_wheel
from installer.places import gimp_profiles, unstarted
from installer.plugin import copy_plugin, made_files, plugin_folder, remove_leftovers
from installer.steps import Steps

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Source", "install"]


@dataclass(frozen=True)
class Source:
    """What is installed, and from where.

    Parameters
    ----------
    project : Path
        The folder with Seamfill.
    offline : Path, optional
        A folder with all packages, from which alone they are taken.
    profiles : tuple of Path
        GIMP profiles to install into; those that are found when empty.
    """

    project: Path
    offline: Path | None = None
    profiles: tuple[Path, ...] = ()


def install(
    source: Source, agree: Callable[[str], bool], *, upgrade: bool, dry_run: bool
) -> int | None:
    """Install Seamfill, or upgrade it.

    Parameters
    ----------
    source : Source
    agree : callable
        Takes a question for the user.
    upgrade : bool
        Only what is installed.
    dry_run : bool
        Only say what would be done.

    Returns
    -------
    int or None
        The exit code; None if the user did not agree.

    Raises
    ------
    SetupError, OSError
        If it failed; what worked before still works.
    """
    data = data_directory()
    require_own(data)
    found = list(source.profiles) or gimp_profiles()
    if upgrade:
        found = [each for each in found if made_files(plugin_folder(each)) is not None]
        if not found and read_notes(data) is None:
            raise Unsuitable("No Seamfill is installed that could be upgraded.")
    if not agree(
        f"Install Seamfill in {data} (about {megabytes()} MB) and in {len(found)} GIMP profile(s)?"
    ):
        return None
    if dry_run:
        return _Installation(source, data, found, Steps(dry_run), 0).run()
    make_folder(data)
    with locked(data / LOCK) as lock, logged(data):
        return _Installation(source, data, found, Steps(), lock).run()


@dataclass(frozen=True)
class _Installation:
    source: Source
    data: Path
    found: list[Path]
    steps: Steps
    lock: int

    @property
    def version(self) -> str:
        return project_version(self.source.project)

    def run(self) -> int:
        free, taken = self._profiles()
        for folder in taken:
            print(f"{folder} is there and was not made by Seamfill: it is left as it is.")
        if taken and not free:
            raise Unsuitable("Move that away to have the plug-in there, and run this again.")
        if not self.steps.dry_run:
            self._clean(free)
        environment = next_environment(self.data)
        with tempfile.TemporaryDirectory() as work:
            wheel = write_wheel(Path(work), core_members(self.source.project), self.source.project)
            try:
                self._make_environment(environment, free, wheel)
                self._use(environment, free, wheel)
            finally:
                if not self.steps.dry_run:
                    with contextlib.suppress(OSError):  # the next installation clears the rest
                        self._clean(free)
        if not self.steps.dry_run:
            point(self.data, environment)  # once the first version's folder has made room
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

    def _make_environment(self, environment: Path, profiles: list[Path], wheel: Path) -> None:
        earlier = environments(self.data) or first_versions(self.data)
        maker = Maker(wheel, self.lock, offline=self._packages())
        self.steps.do(
            f"{'upgrade' if earlier else 'make'} Seamfill's environment in {environment}",
            partial(maker.make, environment),
        )
        # Before anything is made elsewhere; the environment is in use once all is there.
        in_use = (read_notes(self.data) or Notes()).environment
        plugins = [plugin_folder(profile) for profile in profiles]
        self.steps.do(
            f"note what is made in {self.data}",
            lambda: note(self.data, in_use, plugins, self.version),
        )

    def _packages(self) -> Path | None:
        folder = self.source.offline
        if folder is None:
            return None
        if found := offline_packages(folder):
            return found
        raise Unsuitable(f"{folder} has no packages in it: give the unzipped offline archive.")

    def _use(self, environment: Path, profiles: list[Path], wheel: Path) -> None:
        """Let plug-ins and command use a new environment."""
        python = environment_python(environment)
        for profile in profiles:
            self.steps.do(
                f"copy the plug-in into {plugin_folder(profile)}",
                partial(
                    copy_plugin,
                    *(self.source.project / "gimp_plugin", profile, python, self.version, wheel),
                ),
            )
        if not self.steps.dry_run:
            point(self.data, environment)
        command = command_link()
        if command and (not os.path.lexists(command) or is_link_within(command, self.data)):
            self.steps.do(
                f"link the command as {command}",
                partial(link, command, self._lasting(environment)),
            )
        if not self.steps.dry_run:
            plugins = [plugin_folder(profile) for profile in profiles]
            note(self.data, environment.name, plugins, self.version)

    def _lasting(self, environment: Path) -> Path:
        """The command, by the link where there can be one: it stays the same in an upgrade."""
        path = self.data / ENVIRONMENT
        free = path.is_symlink() or not path.exists()
        lasting = path if free and sys.platform != "win32" else environment
        return environment_python(lasting).with_name("seamfill")

    def _clean(self, profiles: list[Path]) -> None:
        """Clear away what nothing uses, an installation's that was killed included."""
        for profile in profiles:
            remove_leftovers(profile)
        clean(self.data, [plugin_folder(profile) for profile in profiles])

    def _say_done(self, environment: Path) -> None:
        if version := unstarted():
            print(f"GIMP {version} was never started: start it once, then run this again for it.")
        if not self.found:
            print("No GIMP 3 was found. Install and start GIMP 3, then run this again.")
        elif not self.steps.dry_run:
            print(
                "Done. In GIMP: Filters > Seamfill > Generative Fill… (restart GIMP if it is open)."
            )
        print(f"The command is {self._lasting(environment)}")
