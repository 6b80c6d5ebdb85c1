"""Where things lie on each operating system."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["gimp_command", "gimp_profiles"]

_PROFILE = re.compile(r"3\.\d*[02468]")
"""GIMP names its profile after the stable series: 3.0, 3.2."""


def gimp_profiles() -> list[Path]:
    """Find the user's GIMP 3 profiles.

    Returns
    -------
    list of Path
        Those that exist; and, where a GIMP 3 is installed that was never started, the one that it
        will make.
    """
    if own := os.environ.get("GIMP3_DIRECTORY"):
        return [Path(own).absolute()]
    found = [
        profile
        for parent in _profile_parents()
        if parent.is_dir()
        for profile in sorted(parent.iterdir())
        if _PROFILE.fullmatch(profile.name)
    ]
    version = _gimp_version()
    if version and not any(profile.name == version for profile in found):
        found.append(_profile_parents()[0] / version)
    return found


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
    for name in ("gimp-console-3.2", "gimp-console-3.0", "gimp-console-3", "gimp-console"):
        path = shutil.which(name)
        if path and _version_of(path):
            return path
    return None


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
