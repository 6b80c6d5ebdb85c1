"""Where Seamfill's own folder is, and in what kind of package GIMP came."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from .errors import Unsuitable

__all__ = ["command_link", "data_directory", "packaging"]


def data_directory() -> Path:
    """Seamfill's own folder: the same that the core finds by platformdirs.

    Returns
    -------
    Path
        ``SEAMFILL_HOME`` if that is set; may not exist yet.

    Raises
    ------
    Unsuitable
        If ``SEAMFILL_HOME`` names the home of a user who does not exist.
    """
    if home := os.environ.get("SEAMFILL_HOME"):
        try:
            return Path(home).expanduser().absolute()
        except RuntimeError:
            raise Unsuitable(f"SEAMFILL_HOME is {home}, and there is no such user.") from None
    if (common := os.environ.get("SNAP_USER_COMMON")) and packaging() == "snap":
        return Path(common) / "seamfill"  # the only place that is kept when the snap is refreshed
    if sys.platform == "win32":
        return Path(os.environ["LOCALAPPDATA"]) / "seamfill"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "seamfill"
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "seamfill"


def command_link() -> Path | None:
    """Where a link to the command goes, so that a shell finds it.

    Returns
    -------
    Path or None
        None on Windows, where there is no such folder.
    """
    return None if sys.platform == "win32" else Path.home() / ".local" / "bin" / "seamfill"


def packaging() -> str:
    """How this process's own GIMP, or Python, was packaged.

    Returns
    -------
    str
        ``flatpak``, ``snap``, ``appimage``, ``windows`` or ``macos`` for packages that bring a
        Python of their own; ``system`` where the Python is the system's.
    """
    if sys.platform == "win32":
        # GIMP's own is built by GCC or Clang, the one of python.org by Microsoft's compiler.
        return "system" if "MSC" in sys.version else "windows"
    if sys.platform == "darwin":
        return "macos" if ".app/" in sys.base_prefix + "/" else "system"
    if Path("/.flatpak-info").exists():
        return "flatpak"
    if os.environ.get("SNAP_NAME") == "gimp":
        return "snap"
    # A terminal that is an AppImage hands that on to everything started in it.
    carried = os.environ.get("APPDIR")
    return "appimage" if carried and Path(sys.base_prefix).is_relative_to(carried) else "system"
