"""What all commands have in common: menu, worker, last values, errors, and the layers returned."""

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from gi.repository import Gimp, GLib

from commands import convert
from commands.arguments import add_layers_returned, layers_returned
from edits import last, references
from errors import Cancelled, Problem, WorkerLost
from text.i18n import _
from text.unforeseen import unforeseen
from user.prompts import last_prompt
from worker import process
from worker.client import Worker

__all__ = ["Call", "Command", "describe", "run"]

MENU = "<Image>/Filters/Seamfill"
ANY_DRAWABLES = 1 | 4 | 8
"""Gimp.ProcedureSensitivityMask's DRAWABLE, DRAWABLES and NO_DRAWABLES: rather than to be greyed
out, a command says what is wrong."""
ALWAYS = ANY_DRAWABLES | 16
"""Its ALWAYS, by a name that some PyGObjects do not know: with or without an image."""


class Call:
    """One call of a command.

    Parameters
    ----------
    procedure : Gimp.Procedure
    run_mode : Gimp.RunMode
    image : Gimp.Image
    drawables : list of Gimp.Drawable
        What is active in the image.
    config : Gimp.ProcedureConfig
        The arguments.
    """

    def __init__(
        self,
        procedure: Gimp.Procedure,
        run_mode: Gimp.RunMode,
        image: Gimp.Image,
        drawables: "list[Gimp.Drawable]",
        config: Gimp.ProcedureConfig,
    ) -> None:
        self.procedure = procedure
        self.run_mode = run_mode
        self.image = image
        self.drawables = drawables
        self.config = config

    @property
    def interactive(self) -> bool:
        """Whether a user is there to be asked."""
        return bool(self.run_mode == Gimp.RunMode.INTERACTIVE)

    @cached_property
    def worker(self) -> Worker:
        """The worker of this call, which begins when it is first wanted."""
        return Worker()

    def end(self) -> None:
        """Let the worker end, if there is one."""
        if "worker" in self.__dict__:
            self.worker.end()


class Command(NamedTuple):
    """A command as its module describes it.

    Parameters
    ----------
    label, icon : str
        In the menu.
    summary, details : str
        What it does, in a line and in some sentences.
    add_arguments : callable
        Adds its arguments to a procedure.
    run : callable
        Carries out a call and gives its new layers; whatever it raises leaves the image as it was.
    converts : bool
        Whether an indexed image is offered to be converted.
    makes_layers : bool
        Whether it is about an image at all.
    """

    label: str
    icon: str
    summary: str
    details: str
    add_arguments: Callable[[Gimp.Procedure], None]
    run: "Callable[[Call], list[Gimp.Layer]]"
    converts: bool = False
    makes_layers: bool = True


def describe(procedure: Gimp.Procedure, command: Command) -> None:
    """Describe a command to GIMP."""
    procedure.set_image_types("*")
    procedure.set_sensitivity_mask(ANY_DRAWABLES if command.makes_layers else ALWAYS)
    procedure.set_menu_label(command.label)
    procedure.set_icon_name(command.icon)
    procedure.set_documentation(command.summary, command.details, None)
    command.add_arguments(procedure)
    if command.makes_layers:
        add_layers_returned(procedure)
    procedure.set_attribution("Seamfill contributors", "MIT License", "2026")
    procedure.add_menu_path(MENU)


def run(command: Command, call: Call) -> Gimp.ValueArray:
    """Run a command; whatever goes wrong becomes a status and a message.

    An exception that leaves this function would be invisible to the user.
    """
    try:
        layers = _made(command, call)
        if command.makes_layers:
            return layers_returned(call.procedure, layers, call.run_mode)
        return call.procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, None)
    except Cancelled:
        return call.procedure.new_return_values(Gimp.PDBStatusType.CANCEL, None)
    except Problem as problem:
        return _failure(call, str(problem))
    except Exception as error:
        return _failure(call, str(unforeseen(error)))


def _made(command: Command, call: Call) -> "list[Gimp.Layer]":
    try:
        if command.makes_layers or call.interactive:
            _require_environment(call.interactive)
        if command.makes_layers:
            call.worker  # noqa: B018 - first, so that it loads while GIMP is asked
        if command.converts and call.interactive:
            convert.offer(call.image)
        _recall(call)
        return command.run(call)
    finally:
        call.end()


def _require_environment(interactive: bool) -> None:
    """Make sure that there is an environment of the plug-in's own version for the worker.

    Raises
    ------
    WorkerLost
        If there is none, and nobody who could be asked: nothing is fetched then.
    Cancelled
        If the user does not want one.
    """
    trouble = process.trouble()
    if trouble and not interactive:
        raise WorkerLost(
            _("Seamfill is not set up."),
            _("Choose a command of Filters ▸ Seamfill in GIMP once, or run install.py."),
            "not_set_up",
        )
    if trouble:
        from dialogs import set_up

        set_up.offer(trouble)


def _recall(call: Call) -> None:
    """Begin with the last edit's prompt and company, which GIMP is not let to keep."""
    if call.run_mode == Gimp.RunMode.NONINTERACTIVE or not call.procedure.find_argument("prompt"):
        return
    call.config.set_property("prompt", last_prompt())
    if call.interactive:
        references.recall(call.image, call.config)
    else:
        last.recall(call.procedure, call.config)
        references.forget(call.config)


def _failure(call: Call, text: str) -> Gimp.ValueArray:
    error = GLib.Error.new_literal(Gimp.PlugIn.error_quark(), text, 0)
    return call.procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, error)
