"""The commands of ``install.py``."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gimp_plugin.setup.errors import SetupError, told
from gimp_plugin.setup.log import LOG
from gimp_plugin.setup.places import data_directory
from installer.installing import Source, install
from installer.uninstalling import uninstall

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

PROJECT = Path(__file__).resolve().parent.parent

_STOPPED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the installer.

    Parameters
    ----------
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
        return _run(options)
    except SetupError as error:
        return _failed(str(error), error.exit_code)
    except OSError as error:
        return _failed(told(error), SetupError.exit_code)
    except (KeyboardInterrupt, EOFError):
        print("install.py: stopped. What worked before still works.", file=sys.stderr)
        return _STOPPED


def _run(options: argparse.Namespace) -> int:
    if options.demo:
        from tools.demo import run_demo  # what an installation has no need of

        return run_demo(PROJECT, Path.cwd() / "seamfill-demo")
    asked = not (options.yes or options.dry_run) and sys.stdin.isatty()
    agree = _ask if asked else lambda _: True
    if options.uninstall:
        done = uninstall(agree, everything=options.purge, dry_run=options.dry_run)
    else:
        source = Source(PROJECT, options.offline, tuple(options.gimp))
        done = install(source, agree, upgrade=options.upgrade, dry_run=options.dry_run)
    return _STOPPED if done is None else done


def _failed(message: str, code: int) -> int:
    print(f"install.py: {message}", file=sys.stderr)
    with contextlib.suppress(SetupError):
        if (log := data_directory() / LOG).is_file():
            print(f"The log is {log}.", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="install.py", description="Install Seamfill for the user who runs this."
    )
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--uninstall", action="store_true", help="remove everything that this made")
    action.add_argument(
        "--upgrade", action="store_true", help="upgrade what is installed, and install nothing new"
    )
    action.add_argument(
        "--demo", action="store_true", help="run the main job with a photograph in a real GIMP"
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.add_argument(
        "--gimp", type=_folder, action="append", default=[], metavar="DIR",
        help="a GIMP profile to install into, instead of those that are found; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--offline", type=_folder, metavar="DIR",
        help="take all packages from a folder, such as the unzipped offline archive",
    )  # fmt: skip
    parser.add_argument(
        "--purge", action="store_true",
        help="with --uninstall: also the journal of answers, and keys and catalogue of Seamfill's",
    )  # fmt: skip
    return parser


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _ask(question: str) -> bool:
    return input(f"{question} [Y/n] ").strip().lower() in ("", "y", "yes")
