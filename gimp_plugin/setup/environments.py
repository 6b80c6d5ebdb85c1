"""Which environments there are in Seamfill's data folder, and which Seamfill is in one.

Each is made anew under a name of its own, ``environment-1`` and so on, since an environment cannot
be moved; plug-ins and commands that use an older one work on until they are pointed to the new one.
``environment`` is a link to the one in use, where there are links.
"""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

from .marks import is_empty, marked_files, remove_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = [
    "ENVIRONMENT",
    "environment_python",
    "environments",
    "first_versions",
    "installed_version",
    "is_link_within",
    "next_environment",
    "owner",
    "remove_environments",
]

ENVIRONMENT = "environment"
_NUMBERED = re.compile(ENVIRONMENT + r"-[1-9]\d*")
_PACKAGES = ("lib/python3.*/site-packages", "Lib/site-packages")


def environment_python(environment: Path) -> Path:
    """The interpreter of an environment."""
    if sys.platform == "win32":
        return environment / "Scripts" / "python.exe"
    return environment / "bin" / "python"


def installed_version(environment: Path) -> str | None:
    """The version of the Seamfill in an environment; None if none is in it."""
    for packages in _PACKAGES:
        for found in environment.glob(f"{packages}/seamfill-*.dist-info"):
            return found.name.removeprefix("seamfill-").removesuffix(".dist-info")
    return None


def environments(data: Path) -> list[Path]:
    """Find the environments in a data folder that Seamfill made, finished or not."""
    return [
        each
        for each in sorted(data.glob(ENVIRONMENT + "-*"))
        if _NUMBERED.fullmatch(each.name) and (marked_files(each) is not None or is_empty(each))
    ]


def first_versions(data: Path) -> list[Path]:
    """Find environments of the first version, which bore no mark: Seamfill is installed in them.

    The caller knows that the first version was installed in this data folder.
    """
    return [
        each
        for each in (data / ENVIRONMENT, data / f"{ENVIRONMENT}.previous")
        if marked_files(each) is not None or _holds_seamfill(each)
    ]


def _holds_seamfill(environment: Path) -> bool:
    return (
        not environment.is_symlink()
        and (environment / "pyvenv.cfg").is_file()
        and installed_version(environment) is not None
    )


def is_link_within(path: Path, data: Path) -> bool:
    """Whether it is a link to an environment, or to something in one, of this data folder."""
    return path.is_symlink() and owner(path.parent / path.readlink(), data) is not None


def owner(path: Path, data: Path) -> Path | None:
    """The environment of a data folder in which a path lies; need not exist."""
    if ".." in path.parts:
        return None
    home = data.resolve()
    for each in (path, *path.parents):
        named = each.name == ENVIRONMENT or _NUMBERED.fullmatch(each.name)
        if named and each.parent.resolve() == home:
            return data / each.name
    return None


def next_environment(data: Path) -> Path:
    """Find a name for a new environment."""
    number = 1
    while os.path.lexists(path := data / f"{ENVIRONMENT}-{number}"):
        number += 1
    return path


def remove_environments(data: Path, used: Iterable[Path], *, first_version: bool) -> list[Path]:
    """Remove the environments that Seamfill made and nothing uses; returns what it removed."""
    kept = set(used)
    found = environments(data) + (first_versions(data) if first_version else [])
    unused = [each for each in found if each not in kept]
    for each in unused:
        remove_whole(each)
    return unused
