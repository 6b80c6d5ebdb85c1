"""What ``seamfill gimp`` runs: the plug-in for a Seamfill that pip, pipx or uv installed.

Its environment is the one that this runs in; nothing is fetched.
"""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from pathlib import Path

from gimp_plugin.setup.errors import SetupError, told
from gimp_plugin.setup.lock import locked
from gimp_plugin.setup.notes import LOCK, Notes, read_notes, require_own
from gimp_plugin.setup.places import data_directory
from gimp_plugin.setup.using import make_folder, note
from installer.places import gimp_profiles
from installer.plugin import copy_plugin, made_files, plugin_folder, remove_leftovers, remove_plugin
from installer.steps import Steps

__all__ = ["main"]

PLUGIN = Path(__file__).resolve().parent.parent / "gimp_plugin"


def main() -> int:
    """Install or uninstall; the exit code is that of install.py."""
    parser = argparse.ArgumentParser(prog="seamfill gimp")
    parser.add_argument("action", choices=("install", "uninstall"))
    parser.add_argument("--version", required=True)
    parser.add_argument("--gimp", type=Path, action="append", default=[])
    parser.add_argument("--dry-run", action="store_true")
    options = parser.parse_args()
    steps = Steps(options.dry_run)
    try:
        os.umask(os.umask(0o022) | 0o022)
        profiles = options.gimp or gimp_profiles()
        if options.action == "install":
            return _install(profiles, options.version, steps)
        return _uninstall(profiles, steps)
    except SetupError as error:
        print(f"seamfill gimp: {error}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"seamfill gimp: {told(error)}", file=sys.stderr)
        return SetupError.exit_code


def _install(profiles: list[Path], version: str, steps: Steps) -> int:
    if not profiles:
        raise SetupError("No GIMP 3 was found.", "Install and start GIMP 3, and run this again.")
    data = data_directory()
    require_own(data)
    if steps.dry_run:
        return _copy(profiles, version, steps)
    make_folder(data)
    with locked(data / LOCK):
        in_use = (read_notes(data) or Notes()).environment
        note(data, in_use, [plugin_folder(each) for each in profiles], version)
        return _copy(profiles, version, steps)


def _copy(profiles: list[Path], version: str, steps: Steps) -> int:
    code, python = 0, Path(sys.executable)
    for profile in profiles:
        folder = plugin_folder(profile)
        if os.path.lexists(folder) and made_files(folder) is None:
            print(f"{folder} is there and was not made by Seamfill: it is left as it is.")
            code = 2
            continue
        if not steps.dry_run:
            remove_leftovers(profile)
        copy = partial(copy_plugin, PLUGIN, profile, python, version)
        steps.do(f"copy the plug-in into {folder}", copy)
    return code


def _uninstall(profiles: list[Path], steps: Steps) -> int:
    for profile in profiles:
        folder = plugin_folder(profile)
        if made_files(folder) is not None:
            steps.do(f"remove {folder}", partial(remove_plugin, folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
