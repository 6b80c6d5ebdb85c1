"""Where things lie on each operating system."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["gimp_command", "gimp_profiles", "unstarted"]

_PROFILE = re.compile(r"3\.\d*[02468]")
"""GIMP names its profile after the stable series: 3.0, 3.2."""


def gimp_profiles() -> list[Path]:
    """Find the user's GIMP 3 profiles.

    Returns
    -------
    list of Path
        Those that exist; and, where a GIMP 3 is installed and no GIMP was ever started, the one
        that it will make.
    """
    if own := os.environ.get("GIMP3_DIRECTORY"):
        return [Path(own).absolute()]
    there = _started()
    found = [profile for profile in there if _PROFILE.fullmatch(profile.name)]
    if not there and (version := _gimp_version()):
        found.append(_profile_parents()[0] / version)
    return found


def unstarted() -> str:
    """The version of a GIMP that was never started, where an older one was; empty for none.

    Its very first start copies the older profile, plug-ins included, and only if there is none of
    its own yet: so none is made for it.
    """
    there = _started()
    version = _gimp_version() if there and not os.environ.get("GIMP3_DIRECTORY") else None
    return version if version and not any(each.name == version for each in there) else ""


def _started() -> list[Path]:
    """The profiles of every GIMP, of whatever version."""
    return [
        profile
        for parent in _profile_parents()
        if parent.is_dir()
        for profile in sorted(parent.iterdir())
        if profile.is_dir() and re.fullmatch(r"\d+\.\d+", profile.name)
    ]


def _profile_parents() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        return [Path(os.environ["APPDATA"]) / "GIMP"]
    if sys.platform == "darwin":
        return [home / "Library" / "Application Support" / "GIMP"]
    # The Flatpak shares the ordinary folder; the snap has one of its own.
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    return [config / "GIMP", home / "snap" / "gimp" / "current" / ".config" / "GIMP"]


def gimp_command() -> str | None:
    """Find a GIMP 3 that runs without windows.

    Returns
    -------
    str or None
        Its path.
    """
    names = ("gimp-console-3.2", "gimp-console-3.0", "gimp-console-3", "gimp-console")
    found = [shutil.which(name) for name in names]
    found += [str(path) for folder in _program_folders() for path in folder.glob("gimp-console-3*")]
    found += [str(path) for folder in _program_folders() for path in folder.glob("gimp-console")]
    return next((path for path in found if path and _version_of(path)), None)


def _program_folders() -> list[Path]:
    """Where GIMP's own installers put it, outside of the usual path."""
    if sys.platform == "darwin":
        return [Path("/Applications/GIMP.app/Contents/MacOS")]
    if sys.platform == "win32":
        bases = [os.environ.get("PROGRAMFILES"), f"{os.environ.get('LOCALAPPDATA')}/Programs"]
        return [Path(base) / "GIMP 3" / "bin" for base in bases if base]
    return []


def _gimp_version() -> str | None:
    command = gimp_command()
    return _version_of(command) if command else None


def _version_of(command: str) -> str | None:
    try:
        done = subprocess.run(
            [command, "--version"],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\b(3\.\d+)\.\d+", done.stdout)
    return found.group(1) if found else None
