"""``seamfill models``, ``key``, ``serve`` and ``doctor``."""

from __future__ import annotations

import platform
import shutil
from importlib.metadata import version
from typing import TYPE_CHECKING

from seamfill.cli.output import print_json, say
from seamfill.endpoints import keys, load_catalog
from seamfill.endpoints.resolve import default_endpoint
from seamfill.errors import BadInput, SeamfillError
from seamfill.journal.journal import Journal
from seamfill.paths import journal_directory
from seamfill.version import __version__

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

__all__ = ["run_doctor"]

_PACKAGES = ("requests", "pillow", "numpy", "opencv-python-headless", "pypatchmatch", "keyring")


def run_doctor(options: argparse.Namespace) -> int:
    """Check what an edit needs; the exit code is 1 where something is missing."""
    checks = [_checked(name, check) for name, check in _CHECKS.items()]
    if options.json:
        print_json({name: {"ok": ok, "says": says} for name, ok, says in checks})
    else:
        for name, ok, says in checks:
            say(f"{'ok ' if ok else 'BAD'}  {name}: {says}")
    return 0 if all(ok for _name, ok, _says in checks) else 1


def _checked(name: str, check: Callable[[], str]) -> tuple[str, bool, str]:
    try:
        return name, True, check()
    except SeamfillError as error:
        return name, False, str(error)
    except Exception as error:
        return name, False, f"{type(error).__name__}: {error}"


def _check_versions() -> str:
    packages = ", ".join(f"{package} {version(package)}" for package in _PACKAGES)
    return f"{__version__} on Python {platform.python_version()}, {platform.system()}; {packages}"


def _check_endpoint() -> str:
    catalog = load_catalog()
    stored = ", ".join(sorted(keys.stored())) or "none"
    return f"{default_endpoint(catalog)} by default; keys stored for: {stored}"


def _check_journal() -> str:
    directory = journal_directory()
    directory.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(directory).free / 1e9
    waiting = len(Journal(directory).recoverable())
    return f"{directory}, {free:.1f} GB free, {waiting} to recover"


def _check_offline() -> str:
    import numpy as np

    from seamfill.offline.inpaint import fill

    picture = np.full((64, 64, 3), 90, np.uint8)
    hole = np.zeros((64, 64), np.uint8)
    hole[24:40, 24:40] = 255
    picture[hole > 0] = 255
    filled = fill(picture, hole)
    if not (filled == 90).all():
        raise BadInput("The offline endpoint does not fill as it should.")
    return "fills"


_CHECKS: dict[str, Callable[[], str]] = {
    "Seamfill": _check_versions,
    "endpoint": _check_endpoint,
    "journal": _check_journal,
    "offline endpoint": _check_offline,
}
