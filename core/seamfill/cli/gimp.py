"""``seamfill gimp install``: the plug-in of this version into GIMP's profiles."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from seamfill.errors import BadInput
from seamfill.version import __version__

if TYPE_CHECKING:
    import argparse

__all__ = ["run_gimp"]


def run_gimp(options: argparse.Namespace) -> int:
    """Hand the work to the installer that rides along, in a process of its own."""
    package = Path(__file__).resolve().parent.parent
    # In a wheel the plug-in lies in the package, in a tree of the source beside it.
    places = (package / "bundle", package.parent.parent)
    bundle = next((each for each in places if (each / "installer").is_dir()), None)
    if bundle is None:
        raise BadInput(
            "This Seamfill came without the plug-in: it belongs to a GIMP already.",
            "Install the wheel, for example with pipx, and try again.",
        )
    command = [sys.executable, "-m", "installer.packaged", options.action, "--version", __version__]
    command += [f"--gimp={each.absolute()}" for each in options.gimp]
    command += ["--dry-run"] if options.dry_run else []
    return subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(bundle)}, check=False
    ).returncode
