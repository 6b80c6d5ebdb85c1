"""The commands: their names, their menu, and how an error reaches the user."""

from importlib import import_module
from typing import Any

from gi.repository import Gimp, GLib

from errors import Cancelled, Problem
from text.i18n import _

__all__ = ["NAMES", "create"]

NAMES = {
    "plug-in-seamfill-fill": "fill",
    "plug-in-seamfill-remove": "remove",
    "plug-in-seamfill-expand": "expand",
    "plug-in-seamfill-refit": "refit",
    "plug-in-seamfill-recover": "recover",
    "plug-in-seamfill-settings": "settings",
}
"""Procedure and the module that describes and runs it, in the order of the menu."""

MENU = "<Image>/Filters/Seamfill"
ANY_DRAWABLES = 1 | 4 | 8
"""Gimp.ProcedureSensitivityMask's DRAWABLE, DRAWABLES and NO_DRAWABLES: rather than to be greyed
out, a command says what is wrong."""


def create(plug_in: Gimp.PlugIn, name: str) -> Gimp.Procedure:
    """Describe a command to GIMP.

    Parameters
    ----------
    plug_in : Gimp.PlugIn
        The running plug-in.
    name : str
        One of `NAMES`.
    """
    procedure = Gimp.ImageProcedure.new(plug_in, name, Gimp.PDBProcType.PLUGIN, _run, None)
    procedure.set_image_types("*")
    procedure.set_sensitivity_mask(ANY_DRAWABLES)
    command: Any = import_module(f"commands.{NAMES[name]}")
    command.describe(procedure)
    procedure.set_attribution("Seamfill contributors", "MIT License", "2026")
    procedure.add_menu_path(MENU)
    return procedure


def _run(
    procedure: Gimp.Procedure,
    run_mode: Gimp.RunMode,
    image: Gimp.Image,
    drawables: "list[Gimp.Drawable]",
    config: Gimp.ProcedureConfig,
    _data: None,
) -> Gimp.ValueArray:
    """Run a command; whatever goes wrong becomes a status and a message.

    An exception that leaves this function would be invisible to the user.
    """
    try:
        command: Any = import_module(f"commands.{NAMES[procedure.get_name()]}")
        return command.run(procedure, run_mode, image, drawables, config)
    except Cancelled:
        return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, None)
    except Problem as problem:
        return _failure(procedure, str(problem))
    except Exception as unforeseen:
        import traceback

        traceback.print_exc()
        what = _("Something went wrong inside Seamfill ({error}). The image was not changed.")
        hint = _("Please report it; GIMP's error output, seen in a terminal, says where.")
        text = what.format(error=type(unforeseen).__name__)
        return _failure(procedure, f"{text} {hint}")


def _failure(procedure: Gimp.Procedure, text: str) -> Gimp.ValueArray:
    error = GLib.Error.new_literal(Gimp.PlugIn.error_quark(), text, 0)
    return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, error)
