"""Seamfill's own Python environment, apart from GIMP's Python and from the system's.

Each installation makes one anew under a name of its own, ``environment-1`` and so on, since an
environment cannot be moved; plug-ins and commands that use an older one work on until they are
pointed to the new one. ``environment`` is a link to the one in use, where there are links.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from installer.files import copy_files
from installer.marks import is_empty, mark, marked_files, remove_whole
from installer.steps import InstallError, checked

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "ENVIRONMENT",
    "environment_python",
    "environments",
    "first_versions",
    "is_link_within",
    "make_environment",
    "next_environment",
    "owner",
    "project_version",
    "remove_environments",
]

ENVIRONMENT = "environment"
_NUMBERED = re.compile(ENVIRONMENT + r"-[1-9]\d*")
_MISLEADING = ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")
"""Variables that would let Python or pip look, or install, elsewhere."""


def project_version(project: Path) -> str:
    """The version of the Seamfill in a project folder."""
    text = (project / "core" / "seamfill" / "version.py").read_text("utf-8")
    found = re.search(r'"(\d[^"]*)"', text)
    if not found:
        raise InstallError(f"{project} holds no Seamfill that can be installed.")
    return found.group(1)


def environment_python(environment: Path) -> Path:
    """The interpreter of an environment."""
    if sys.platform == "win32":
        return environment / "Scripts" / "python.exe"
    return environment / "bin" / "python"


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
        and any(
            next(environment.glob(f"{packages}/seamfill-*.dist-info"), None)
            for packages in ("lib/python3.*/site-packages", "Lib/site-packages")
        )
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


def make_environment(environment: Path, project: Path, lock: int) -> None:
    """Make an environment with the core in it.

    Parameters
    ----------
    environment : Path
        Where; from `next_environment`.
    project : Path
        The folder with Seamfill's ``pyproject.toml``.
    lock : int
        From `installer.lock.locked`, held by whatever still writes there when this is killed.

    Raises
    ------
    InstallError
        If it cannot be made; nothing of it is left then.
    """
    environment.mkdir()
    try:
        mark(environment, project_version(project))
        _make_venv(environment, lock)
        _install(environment_python(environment), project, lock)
    except BaseException:
        with contextlib.suppress(OSError):  # the next installation clears away what is left
            remove_whole(environment)
        raise


def remove_environments(data: Path, used: Iterable[Path], *, first_version: bool) -> list[Path]:
    """Remove the environments that Seamfill made and nothing uses; returns what it removed."""
    kept = set(used)
    found = environments(data) + (first_versions(data) if first_version else [])
    unused = [each for each in found if each not in kept]
    for each in unused:
        remove_whole(each)
    return unused


def _make_venv(environment: Path, lock: int) -> None:
    try:
        _run([sys.executable, "-I", "-m", "venv", str(environment)], lock)
    except InstallError as error:
        if _has_ensurepip():
            raise
        raise InstallError(
            "This Python cannot make a virtual environment.\n"
            "On Debian and Ubuntu, install the package python3-venv and run this again."
        ) from error


def _has_ensurepip() -> bool:
    probe = [sys.executable, "-I", "-c", "import ensurepip, venv"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def _install(python: Path, project: Path, lock: int) -> None:
    # pip builds in the source folder otherwise, which may be read-only and is not ours to litter.
    with tempfile.TemporaryDirectory() as work:
        copy = Path(work) / "seamfill"
        (copy / "core").mkdir(parents=True)
        copy_files(project / "core", copy / "core")
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copyfile(project / name, copy / name)
        pip = [str(python), "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*pip, str(copy)], lock)
    _run([str(python), "-I", "-m", "seamfill", "--version"], lock)


def _run(command: list[str], lock: int) -> None:
    variables = {name: value for name, value in os.environ.items() if name not in _MISLEADING}
    # Whatever pip is told otherwise, an environment of its own is where this goes.
    checked(command, {**variables, "PIP_USER": "0"}, [] if sys.platform == "win32" else [lock])
