"""All packages that Seamfill needs, as files: for private GIMPs and for offline archives.

Standard library only. The machine's own pip, configured as it is, fetches them; uv works out which
ones a platform needs.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gimp_plugin.setup.children import checked, clean_environment
from gimp_plugin.setup.errors import SetupError
from gimp_plugin.setup.fetching import fetch
from gimp_plugin.setup.indexes import user_indexes
from gimp_plugin.setup.lock import locked
from gimp_plugin.setup.making import LOCKED
from gimp_plugin.setup.uv import PINNED, fetch_uv, uv_wheel
from tools.private_gimp import PrivateGimp, PrivateGimpError, cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["PLATFORMS", "PYTHONS", "fetch_wheels", "find_pip", "prepare_wheels", "resolved"]

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
"""CPythons that Seamfill runs on."""

PLATFORMS = {
    "linux-x86_64": ("x86_64-manylinux_2_28", "manylinux_2_{}_x86_64"),
    "linux-arm64": ("aarch64-manylinux_2_28", "manylinux_2_{}_aarch64"),
    "macos-x86_64": ("x86_64-apple-darwin", "macosx_{}_x86_64"),
    "macos-arm64": ("aarch64-apple-darwin", "macosx_{}_arm64"),
    "windows-x86_64": ("x86_64-pc-windows-msvc", "win_amd64"),
}
"""Platforms, how uv calls them, and how wheels for them are tagged."""

_TARGETS = {"UV_PYTHON_DOWNLOADS": "never", "MACOSX_DEPLOYMENT_TARGET": "14.0"}
"""No Python is run to resolve for one; the oldest macOS for Intel that OpenCV has a wheel for."""

_GLIBC = (5, 12, 17, 24, 26, 27, 28)
_MACOS = ("10_9", "10_10", "10_12", "10_13", "11_0", "12_0", "13_0", "14_0")
_ALIASES = {"manylinux_2_17": "manylinux2014", "manylinux_2_12": "manylinux2010"}


def prepare_wheels(gimp: PrivateGimp, say: Callable[[str], None] = print) -> dict[str, str]:
    """Put all packages that Seamfill needs into a private GIMP.

    Parameters
    ----------
    gimp : PrivateGimp
        Where they are to be installed; its Python's version decides which wheels fit.
    say : callable
        Takes a sentence for the user before something slow begins.

    Returns
    -------
    dict
        Variables with which Seamfill is set up inside the private GIMP from these files alone.

    Raises
    ------
    SetupError
        If there is no pip on this machine, or a wheel cannot be had.
    """
    wheels = gimp.root / "opt" / "packages"
    wheels.mkdir(exist_ok=True)
    with locked(wheels / "lock"):
        needs = hashlib.sha256(LOCKED.read_bytes() + PINNED.read_bytes()).hexdigest()
        stamp = wheels / "fetched.txt"
        if not stamp.exists() or stamp.read_text() != needs:
            say(f"Fetching the packages that Seamfill needs, for Python {gimp.python_version}.")
            for old in wheels.glob("*.whl"):
                old.unlink()
            fetch_wheels(wheels, [gimp.python_version])
            stamp.write_text(needs)
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": gimp.path_inside(wheels)}


def fetch_wheels(
    folder: Path, pythons: Sequence[str] = PYTHONS, platform: str = "linux-x86_64"
) -> None:
    """Fetch every locked package and uv, each checked by its hash.

    Parameters
    ----------
    folder : Path
    pythons : sequence of str
        From `PYTHONS`.
    platform : str
        From `PLATFORMS`.
    """
    pip = find_pip()
    for python in pythons:
        with tempfile.TemporaryDirectory() as work:
            wanted = Path(work) / "requirements.txt"
            wanted.write_text(resolved(python, platform), "utf-8")
            take = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
            fits = ["--only-binary=:all:", "--implementation", "cp", "--python-version", python]
            fits += [f"--platform={tag}" for tag in _tags(platform)]
            where = ["--dest", str(folder), "--requirement", str(wanted)]
            checked([*pip, "download", *take, *fits, *where])
    uv = uv_wheel(platform)
    if not (folder / uv.name).exists():
        fetch(uv.name, "uv", uv.sha256, folder / uv.name, user_indexes(), lambda _: None)


def resolved(python: str, platform: str) -> str:
    """The part of the lock file that one platform and Python need.

    Parameters
    ----------
    python, platform : str
        See `fetch_wheels`.

    Raises
    ------
    SetupError
        If a package has no wheel there.
    """
    uv = fetch_uv(cache_folder() / "uv", user_indexes(), lambda _: None)
    target = ["--python-version", python, "--python-platform", PLATFORMS[platform][0]]
    plain = ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    how = ["--only-binary", ":all:", "--no-deps", "--quiet"]
    with tempfile.TemporaryDirectory() as work:
        written = str(Path(work) / "requirements.txt")
        command = ["pip", "compile", *target, *plain, *how, "--output-file", written, str(LOCKED)]
        main_index = replace(user_indexes(), extra=())
        checked([str(uv), *command], {**clean_environment(), **main_index.for_uv(), **_TARGETS})
        wanted = set(Path(written).read_text("utf-8").split())
    # With the lock file's own hashes: what an index says today is not what was locked.
    entries = re.split(r"\n(?=\S)", LOCKED.read_text("utf-8").strip())
    taken = [each for each in entries if each.split(maxsplit=1)[0] in wanted]
    return "\n".join(re.sub(r" ;[^\\]*", " ", each, count=1) for each in taken) + "\n"


def _tags(platform: str) -> list[str]:
    pattern = PLATFORMS[platform][1]
    versions = _GLIBC if "linux" in pattern else _MACOS
    tags = list(dict.fromkeys(pattern.format(each) for each in versions))
    if "macosx" in pattern:
        tags += [re.sub("_(x86_64|arm64)$", "_universal2", each) for each in tags]
    for new, old in _ALIASES.items():
        tags += [each.replace(new, old) for each in tags if each.startswith(new)]
    return tags


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
        except SetupError as error:
            shutil.rmtree(environment, ignore_errors=True)
            raise PrivateGimpError(
                "This Python has neither pip nor venv; install the packages python3-pip "
                "or python3-venv."
            ) from error
    return [str(python), "-m", "pip"]
