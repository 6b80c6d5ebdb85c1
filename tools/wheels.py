"""Seamfill and what it needs as wheels, for a private GIMP that has no way to a package index.

Standard library only. The machine's own pip, configured as it is, fetches them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from installer.lock import locked
from installer.steps import InstallError, checked
from tools.private_gimp import PrivateGimp, PrivateGimpError, cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["find_pip", "prepare_wheels"]

BUILD_SYSTEM = "hatchling"


def prepare_wheels(
    gimp: PrivateGimp, project: Path, say: Callable[[str], None] = print
) -> dict[str, str]:
    """Put wheels of Seamfill and of all it needs into a private GIMP.

    Parameters
    ----------
    gimp : PrivateGimp
        Where they are to be installed; its Python's version decides which wheels fit.
    project : Path
        The folder with Seamfill's ``pyproject.toml``.
    say : callable
        Takes a sentence for the user before something slow begins.

    Returns
    -------
    dict
        Variables with which pip inside the private GIMP installs from these wheels alone.

    Raises
    ------
    InstallError
        If there is no pip on this machine, or a wheel cannot be had.
    """
    wheels = gimp.root / "opt" / "wheels"
    wheels.mkdir(exist_ok=True)
    pip = find_pip()
    with locked(wheels / "lock"):
        own = _own_wheel(pip, project, wheels)
        needs = _requirements(own)
        stamp = wheels / "requirements.txt"
        if not stamp.exists() or stamp.read_text() != needs:
            say(f"Fetching the packages that Seamfill needs, for Python {gimp.python_version}.")
            checked(
                [
                    *(*pip, "download", "--quiet", "--only-binary=:all:"),
                    *("--python-version", gimp.python_version, "--dest", str(wheels)),
                    *(str(own), BUILD_SYSTEM),
                ]
            )
            stamp.write_text(needs)
    inside = gimp.path_inside(wheels)
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": inside, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def _own_wheel(pip: list[str], project: Path, wheels: Path) -> Path:
    """Build Seamfill's wheel and let it take the place of older ones at once.

    Another process may just be installing from there.
    """
    with tempfile.TemporaryDirectory(dir=wheels) as work:
        checked([*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", work, str(project)])
        built = next(Path(work).glob("seamfill-*.whl"))
        own = built.replace(wheels / built.name)
    for old in wheels.glob("seamfill-*.whl"):
        if old != own:
            old.unlink()
    return own


def _requirements(wheel: Path) -> str:
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        lines = archive.read(name).decode().splitlines()
    return "\n".join(line for line in lines if line.startswith("Requires-Dist:"))


def find_pip() -> list[str]:
    """Find this machine's pip; a Python without one lends it from an environment of its own."""
    own = [sys.executable, "-m", "pip"]
    if subprocess.run([*own, "--version"], capture_output=True, check=False).returncode == 0:
        return own
    environment = cache_folder() / "pip"
    python = environment / "bin" / "python"
    if not python.exists():
        try:
            checked([sys.executable, "-m", "venv", str(environment)])
        except InstallError as error:
            shutil.rmtree(environment, ignore_errors=True)
            raise PrivateGimpError(
                "This Python has neither pip nor venv; install the packages python3-pip "
                "or python3-venv."
            ) from error
    return [str(python), "-m", "pip"]
