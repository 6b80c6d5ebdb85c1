"""Remove what an uninstallation leaves: answers, keys and what is remembered."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gimp_plugin.setup.children import checked, clean_environment
from gimp_plugin.setup.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from installer.steps import Steps

__all__ = ["purge", "purge_keyring"]

_KEPT = ("journal", "keys.json", "keys.lock", "catalog.toml", "install.log")
_REMEMBERED = ("seamfill-*.json", "plug-in-settings/GimpProcedureConfigRun-plug-in-seamfill-*")
"""What the plug-in, and GIMP for it, write into a profile."""

_DELETE_KEYS = "from seamfill.endpoints import keys\nfor name in keys.stored(): keys.delete(name)\n"


def purge_keyring(python: Path, steps: Steps) -> None:
    """Delete the keys that Seamfill put into the system's keyring, while it is still there."""
    if python.exists():
        command = [str(python), "-I", "-c", _DELETE_KEYS]
        with suppress(SetupError):  # a keyring that stays locked is the user's business
            steps.do("delete all keys of endpoints", lambda: checked(command, clean_environment()))


def purge(data: Path, profiles: Iterable[Path], steps: Steps) -> None:
    """Remove them; a link is removed and not followed.

    Parameters
    ----------
    data : Path
        Seamfill's own folder.
    profiles : iterable of Path
        GIMP's.
    steps : Steps
    """
    paths = [data / name for name in _KEPT]
    paths += [path for each in profiles for name in _REMEMBERED for path in each.glob(name)]
    if not os.environ.get("SEAMFILL_HOME"):
        paths.append(_config() / "catalog.toml")
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            steps.do(f"remove {path}", partial(shutil.rmtree, path))
        elif os.path.lexists(path):
            steps.do(f"remove {path}", path.unlink)
    with suppress(OSError):  # not empty
        if not steps.dry_run:
            _config().rmdir()


def _config() -> Path:
    """The folder of settings, as the core finds it by platformdirs."""
    if sys.platform == "win32":
        return Path(os.environ["LOCALAPPDATA"]) / "seamfill"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "seamfill"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "seamfill"
