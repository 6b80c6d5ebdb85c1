"""The options of every command."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seamfill.options import REFIT, EditRequest, options_of
from seamfill.options.schema import ASKED, FITTED, WHERE
from seamfill.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from seamfill.options import Option

__all__ = ["make_parser"]


def make_parser() -> argparse.ArgumentParser:
    """Make the parser; each command's function stands in the result's ``run``."""
    parser = argparse.ArgumentParser(
        prog="seamfill",
        description="Generative fill that fits: select, describe, and the answer sits flush.",
    )
    parser.add_argument("--version", action="version", version=f"seamfill {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_edit(commands)
    _add_batch(commands)
    _add_refit(commands)
    _add_recover(commands)
    _add_management(commands)
    return parser


def _later(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    """Import a command's code only when it runs, so that the others start at once."""

    def run(options: argparse.Namespace) -> int:
        code: int = getattr(import_module(f"seamfill.cli.{module}"), function)(options)
        return code

    return run


def _add_edit(commands: Any) -> None:
    command = commands.add_parser("edit", help="edit a picture")
    command.set_defaults(run=_later("edit", "run_edit"))
    command.add_argument("source", type=Path, metavar="SOURCE", help="the picture")
    place = command.add_mutually_exclusive_group()
    place.add_argument(
        "--mask",
        type=Path,
        metavar="FILE",
        help="what to edit: transparent in a mask with alpha, else white",
    )
    place.add_argument("--box", metavar="X,Y,W,H", help="edit a rectangle")
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="OUT",
        help="png, jpg, webp, tiff or ora; several answers are numbered",
    )
    command.add_argument(
        "--dry-run", action="store_true", help="say what would be sent, and send nothing"
    )
    command.add_argument("--json", action="store_true", help="print one object on stdout")
    command.add_argument(
        "--pay-again", action="store_true",
        help="ask anew, though an earlier run of the same edit got an answer that nobody used",
    )  # fmt: skip
    _add_request(command, "prompt")


def _add_request(command: argparse.ArgumentParser, *required: str) -> None:
    """Add the options that make up an edit request; left out, each is None."""
    groups = {name: command.add_argument_group(name) for name in (WHERE, ASKED, FITTED)}
    for option in options_of(EditRequest):
        _add_option(groups[option.group], option, required=option.name in required)


def _add_option(group: Any, option: Option, *, required: bool = False) -> None:
    """Add one option, with all that it knows about itself."""
    limits = "" if option.choices else option.limits()
    told = (option.off or option.about) + (f" ({limits})" if limits else "")
    more: dict[str, Any] = {"dest": option.name, "default": None, "help": told.replace("%", "%%")}
    if option.type == "bool":
        more["action"] = "store_false" if option.default else "store_true"
    elif option.choices:
        more["choices"] = option.choices
    elif option.type in ("int", "float"):
        more |= {"type": int if option.type == "int" else float, "metavar": "N"}
    else:
        more["metavar"] = option.placeholder or ("FILE" if "Path" in option.type else "TEXT")
        more["action"] = "append" if option.type.startswith("tuple") else "store"
    if required:
        more["required"] = True
    group.add_argument(option.shell_flag, **more)


def _add_batch(commands: Any) -> None:
    command = commands.add_parser(
        "batch",
        help="edit many pictures",
        description="Each line of JOBS is a JSON object: source, output, and optionally mask or "
        "box and any option of edit by its name in docs/options.md; those given "
        "here are for jobs that do not say. All are looked through "
        "before the first is sent. A job whose output is there already is skipped, and what an "
        "earlier run paid for, or may have, is not paid again, so an interrupted batch can be run "
        "again. One JSON object a job is printed, as soon as it ended.",
    )
    command.set_defaults(run=_later("batch", "run_batch"))
    command.add_argument("jobs", type=Path, metavar="JOBS", help="a file of JSON lines")
    command.add_argument(
        "--pay-again", action="store_true",
        help="send jobs anew that an earlier run got an answer for, or may have paid for",
    )  # fmt: skip
    command.add_argument("--parallel", type=int, default=1, metavar="N", help="edits at once")
    _add_request(command)


def _add_refit(commands: Any) -> None:
    command = commands.add_parser("refit", help="fit an answer anew, without paying again")
    command.set_defaults(run=_later("refit", "run_refit"))
    command.add_argument("entry", type=Path, metavar="ENTRY", help="a folder of the journal")
    command.add_argument("--source", type=Path, metavar="FILE", help="the picture as it was")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
    for option in REFIT:
        _add_option(command, option)
    command.add_argument("--json", action="store_true")


def _add_recover(commands: Any) -> None:
    command = commands.add_parser("recover", help="list answers in the journal, or restore them")
    command.set_defaults(run=_later("recover", "run_recover"))
    command.add_argument("entry", type=Path, nargs="?", metavar="ENTRY")
    command.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="restore to")
    command.add_argument("--json", action="store_true")


def _add_management(commands: Any) -> None:
    models = commands.add_parser("models", help="what an endpoint offers")
    models.set_defaults(run=_later("endpoints", "run_models"))
    models.add_argument("--endpoint", metavar="NAME")
    models.add_argument("--base-url", metavar="URL")
    models.add_argument("--json", action="store_true")
    key = commands.add_parser("key", help="keep, test or delete an endpoint's key")
    key.set_defaults(run=_later("endpoints", "run_key"))
    key.add_argument("action", choices=("set", "test", "delete"))
    key.add_argument("--endpoint", metavar="NAME", default="openai")
    key.add_argument(
        "--file", action="store_true",
        help="set: keep it in a file that only you can read, not in the system's keyring",
    )  # fmt: skip
    _add_server(commands)
    serve = commands.add_parser("serve", help="serve the offline endpoint on 127.0.0.1")
    serve.set_defaults(run=_later("serve", "run_serve"))
    serve.add_argument("--port", type=int, default=0, help="any free one if omitted")
    doctor = commands.add_parser("doctor", help="check this installation")
    doctor.set_defaults(run=_later("doctor", "run_doctor"))
    doctor.add_argument("--json", action="store_true")
    gimp = commands.add_parser("gimp", help="put the plug-in into GIMP, or take it away")
    gimp.set_defaults(run=_later("gimp", "run_gimp"))
    gimp.add_argument("action", choices=("install", "uninstall"))
    gimp.add_argument(
        "--gimp", type=Path, action="append", default=[], metavar="DIR",
        help="a GIMP profile, instead of those that are found; repeatable",
    )  # fmt: skip
    gimp.add_argument("--dry-run", action="store_true", help="only say what would be done")
    worker = commands.add_parser("worker", help="serve the GIMP plug-in (JSON-RPC on stdio)")
    worker.set_defaults(run=lambda _options: import_module("seamfill.worker").serve_stdio())


def _add_server(commands: Any) -> None:
    command = commands.add_parser(
        "server",
        help="servers of your own: add, list, find, test, remove",
        description="Servers of your own stand in the catalogue, a file that can be edited by "
        "hand as well; what is written there stays.",
    )
    command.set_defaults(run=_later("servers", "run_server"))
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = actions.add_parser("add", help="add a server, or change what is said of it")
    add.add_argument("name", metavar="NAME", help="in any script")
    add.add_argument("url", metavar="URL", help="its base URL")
    add.add_argument("--kind", metavar="KIND", help="see server list; asked of it if omitted")
    add.add_argument("--key", metavar="-", help="-: type the key, or pipe it in")
    add.add_argument("--model", metavar="NAME", help="for edits that name none")
    add.add_argument("--timeout", type=float, metavar="S", help="of its slowest answer")
    add.add_argument("--ca", metavar="FILE", help="certificates to trust, besides none else")
    add.add_argument("--price", type=float, metavar="USD", help="of one answer")
    add.add_argument("--allow-http", action="store_true", help="the key may travel unencrypted")
    add.add_argument("--default", action="store_true", help="for edits that name no endpoint")
    actions.add_parser("list", help="all endpoints, and what they lack")
    find = actions.add_parser("find", help="look for servers on this machine's usual ports")
    find.add_argument(
        "--port", type=int, action="append", metavar="N", help="look there; repeatable"
    )
    for name, text in (
        ("test", "ask a server what it is, and try its key; free of charge"),
        ("remove", "forget a server and its key"),
    ):
        actions.add_parser(name, help=text).add_argument("name", metavar="NAME")
    default = actions.add_parser("default", help="which endpoint edits use that name none")
    default.add_argument(
        "name", nargs="?", default="", metavar="NAME", help="none: Seamfill chooses"
    )
    for action in actions.choices.values():
        action.add_argument("--json", action="store_true")
