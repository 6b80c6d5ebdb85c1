"""The commands of ``install.py``."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from installer.environment import environment_python, make_environment
from installer.places import command_link, data_directory, gimp_profiles
from installer.plugin import copy_plugin, plugin_folder
from installer.steps import InstallError, Steps

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

PROJECT = Path(__file__).resolve().parent.parent

_PLUGIN_FOLDER = ("plug-ins", "seamfill")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the installer; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.demo:
            from installer.demo import run_demo

            return run_demo(PROJECT, Path.cwd() / "seamfill-demo")
        return _uninstall(options) if options.uninstall else _install(options)
    except InstallError as error:
        print(f"install.py: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="install.py", description="Install Seamfill for the user who runs this."
    )
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--uninstall", action="store_true", help="remove everything that this made")
    action.add_argument(
        "--demo", action="store_true", help="run the main job with a photograph in a real GIMP"
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    return parser


def _install(options: argparse.Namespace) -> int:
    data, profiles = data_directory(), gimp_profiles()
    environment = data / "environment"
    if not _agreed(options, f"Install Seamfill in {data} and in {len(profiles)} GIMP profile(s)?"):
        return 1
    steps = Steps(options.dry_run)
    verb = "upgrade" if environment.exists() else "make"
    steps.do(
        f"{verb} Seamfill's environment in {environment}",
        lambda: make_environment(environment, PROJECT),
    )
    # What an earlier run made stays on the list, also where its profile is no longer found.
    made = [str(plugin_folder(profile)) for profile in profiles]
    noted = sorted({*made, *_noted_plugins(data)})
    steps.do(f"note what was made in {_notes(data)}", lambda: _note(data, noted))
    python = environment_python(environment)
    for profile in profiles:
        steps.do(
            f"copy the plug-in into {plugin_folder(profile)}",
            partial(copy_plugin, PROJECT / "gimp_plugin", profile, python),
        )
    link, command = command_link(), python.with_name("seamfill")
    if link and (not link.exists() or _is_ours(link, data)):
        steps.do(f"link the command as {link}", partial(_link, link, command))
    if not profiles:
        print("No GIMP 3 was found. Install and start GIMP 3, then run this again.")
    elif not options.dry_run:
        print("Done. In GIMP: Filters > Seamfill > Generative Fill… (restart GIMP if it is open).")
    print(f"The command is {command}")
    return 0


def _uninstall(options: argparse.Namespace) -> int:
    data = data_directory()
    if not _agreed(options, f"Remove Seamfill from {data} and from GIMP?"):
        return 1
    steps = Steps(options.dry_run)
    for path in [Path(text) for text in _noted_plugins(data)] + [data / "environment"]:
        if path.exists():
            steps.do(f"remove {path}", partial(shutil.rmtree, path))
    link = command_link()
    if link and _is_ours(link, data):
        steps.do(f"remove {link}", link.unlink)
    if _notes(data).exists():
        steps.do(f"remove {_notes(data)}", _notes(data).unlink)
    if data.is_dir() and not options.dry_run:
        if any(data.iterdir()):
            print(f"Your journal of answers and your settings are still in {data}.")
        else:
            data.rmdir()
    return 0


def _link(link: Path, command: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(command)


def _is_ours(link: Path, data: Path) -> bool:
    """Whether it is a link into Seamfill's own folder; anything else is left alone."""
    return link.is_symlink() and link.readlink().is_relative_to(data)


def _agreed(options: argparse.Namespace, question: str) -> bool:
    if options.yes or options.dry_run or not sys.stdin.isatty():
        return True
    return input(f"{question} [Y/n] ").strip().lower() in ("", "y", "yes")


def _notes(data: Path) -> Path:
    return data / "installed.json"


def _noted_plugins(data: Path) -> list[str]:
    try:
        noted = json.loads(_notes(data).read_text("utf-8"))
    except (OSError, ValueError):
        return []
    # Only what a plug-in's folder looks like is ever removed, whatever the notes say.
    return [path for path in noted.get("plugins", []) if Path(path).parts[-2:] == _PLUGIN_FOLDER]


def _note(data: Path, plugins: list[str]) -> None:
    _notes(data).write_text(json.dumps({"plugins": plugins}, indent=1) + "\n", "utf-8")
