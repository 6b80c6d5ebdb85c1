"""The commands of ``install.py``."""

from __future__ import annotations

import argparse
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from installer.installing import install
from installer.steps import InstallError, told
from installer.uninstalling import uninstall

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["main"]

PROJECT = Path(__file__).resolve().parent.parent

_STOPPED = 130


def main(demonstrate: Callable[[Path, Path], int], arguments: Sequence[str] | None = None) -> int:
    """Run the installer.

    Parameters
    ----------
    demonstrate : callable
        Runs the main job, given the project's folder and that for its pictures.
    arguments : sequence of str, optional
        Those of the command line when omitted.

    Returns
    -------
    int
        The exit code: 0 done, 2 what is there stands in the way, 4 a step failed, 130 stopped.
    """
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a path may hold anything
    # Whatever the user's mask allows: nobody else writes into what is installed.
    os.umask(os.umask(0o022) | 0o022)
    try:
        return _run(options, demonstrate)
    except InstallError as error:
        print(f"install.py: {error}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"install.py: {told(error)}", file=sys.stderr)
        return InstallError.exit_code
    except (KeyboardInterrupt, EOFError):
        print("install.py: stopped. What worked before still works.", file=sys.stderr)
        return _STOPPED


def _run(options: argparse.Namespace, demonstrate: Callable[[Path, Path], int]) -> int:
    if options.demo:
        return demonstrate(PROJECT, Path.cwd() / "seamfill-demo")
    asked = not (options.yes or options.dry_run) and sys.stdin.isatty()
    agree = _ask if asked else lambda _: True
    done = (
        uninstall(agree, dry_run=options.dry_run)
        if options.uninstall
        else install(PROJECT, agree, dry_run=options.dry_run)
    )
    return _STOPPED if done is None else done


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


def _ask(question: str) -> bool:
    return input(f"{question} [Y/n] ").strip().lower() in ("", "y", "yes")
