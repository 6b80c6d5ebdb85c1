"""Seamfill's own Python environment, apart from GIMP's Python and from the system's."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from installer.steps import InstallError, checked

__all__ = ["environment_python", "make_environment"]

_CACHES = shutil.ignore_patterns("__pycache__")


def environment_python(environment: Path) -> Path:
    """The interpreter of an environment."""
    if sys.platform == "win32":
        return environment / "Scripts" / "python.exe"
    return environment / "bin" / "python"


def make_environment(environment: Path, project: Path) -> None:
    """Make an environment with the core in it, in the place of an older one.

    Parameters
    ----------
    environment : Path
        Where; what is there already is kept until the new one works.
    project : Path
        The folder with Seamfill's ``pyproject.toml``.

    Raises
    ------
    InstallError
        If it cannot be made; an older one is then as it was.
    """
    previous = environment.with_name(environment.name + ".previous")
    environment.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(previous, ignore_errors=True)
    if environment.exists():
        environment.rename(previous)
    try:
        _make_venv(environment)
        _install(environment_python(environment), project)
    except BaseException:
        shutil.rmtree(environment, ignore_errors=True)
        if previous.exists():
            previous.rename(environment)
        raise
    shutil.rmtree(previous, ignore_errors=True)


def _make_venv(environment: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "venv", str(environment)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise InstallError(
            "This Python cannot make a virtual environment.\n"
            "On Debian and Ubuntu, install the package python3-venv and run this again."
        )


def _install(python: Path, project: Path) -> None:
    # pip builds in the source folder otherwise, which may be read-only and is not ours to litter.
    with tempfile.TemporaryDirectory() as work:
        copy = Path(work) / "seamfill"
        copy.mkdir()
        shutil.copytree(project / "core", copy / "core", ignore=_CACHES)
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(project / name, copy)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        checked([*pip, str(copy)])
    checked([str(python), "-m", "seamfill", "--version"])
