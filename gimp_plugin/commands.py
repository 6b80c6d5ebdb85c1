"""The commands: their names, menus and arguments, and how an error reaches the user."""

from importlib import import_module
from typing import Any

from gi.repository import Gimp, GLib, GObject

from errors import Cancelled, Problem
from i18n import _

__all__ = ["NAMES", "create"]

NAMES = {"plug-in-seamfill-fill": "fill"}
"""Procedure and the module that runs it."""

MENU = "<Image>/Filters/Seamfill"
PLAIN = GObject.ParamFlags.READWRITE
PRIVATE = GObject.ParamFlags(GObject.ParamFlags.READWRITE | 1 << 9)
"""Neither written to GIMP's settings nor attached to the image; libgimp's own constant for it
(GIMP_PARAM_DONT_SERIALIZE, 1 << 9) has a wrong value in the introspection data."""


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
    _describe[name](procedure)
    procedure.set_attribution("Seamfill contributors", "MIT License", "2026")
    procedure.add_menu_path(MENU)
    return procedure


def _describe_fill(procedure: Gimp.Procedure) -> None:
    procedure.set_image_types("*")
    every = (1, 4, 8)  # DRAWABLE, DRAWABLES, NO_DRAWABLES: the command itself says what is wrong
    procedure.set_sensitivity_mask(sum(every))
    procedure.set_menu_label(_("_Generative Fill…"))
    procedure.set_icon_name("gimp-tool-heal")
    procedure.set_documentation(
        _("Fill the selection with what an image model makes of a description"),
        _(
            "Sends the selection with some of its surroundings to an image model and puts the "
            "answer onto a new layer, fitted to the picture. Nothing outside the selection "
            "changes. Without a selection the whole layer is edited."
        ),
        None,
    )
    _add_options(procedure)
    procedure.add_core_object_array_return_value(
        "layers",
        _("Layers"),
        _("The new layers, the best first"),
        Gimp.Layer.__gtype__,
        PLAIN,
    )


def _add_options(procedure: Gimp.Procedure) -> None:
    text = procedure.add_string_argument
    text("prompt", _("_Prompt"), _("What should appear in the selection"), "", PRIVATE)
    text("endpoint", _("_Endpoint"), _("Where to send it; empty for the default"), "", PLAIN)
    text("model", _("_Model"), _("Which model fills; empty for the endpoint's own"), "", PLAIN)
    procedure.add_int_argument(
        "count", _("_Variations"), _("How many answers to ask for"), 1, 10, 1, PLAIN
    )
    text("size", _("Si_ze"), _("Size of the upload: auto, or such as 1024x1024"), "auto", PLAIN)
    text("quality", _("_Quality"), _("Such as low, medium, high; or auto"), "auto", PLAIN)
    text("background", _("_Background"), _("auto, opaque or transparent"), "auto", PLAIN)
    text(
        "context",
        _("Con_text"),
        _("How much around the selection is sent along: auto, layer, or such as 25% or 120px"),
        "auto",
        PLAIN,
    )
    source = Gimp.Choice.new()
    source.add("layer", 0, _("Active layer"), _("Send the active layer alone"))
    source.add("visible", 1, _("All visible layers"), _("Send what the image looks like"))
    procedure.add_choice_argument("source", _("_Source"), _("What is sent"), source, "layer", PLAIN)


_describe = {"plug-in-seamfill-fill": _describe_fill}


def _run(
    procedure: Gimp.Procedure,
    run_mode: Gimp.RunMode,
    image: Gimp.Image,
    drawables: list[Gimp.Drawable],
    config: Gimp.ProcedureConfig,
    _data: None,
) -> Gimp.ValueArray:
    """Run a command; whatever goes wrong becomes a status and a message.

    An exception that leaves this function would be invisible to the user.
    """
    try:
        command: Any = import_module(NAMES[procedure.get_name()])
        return command.run(procedure, run_mode, image, drawables, config)
    except Cancelled:
        return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, None)
    except Problem as problem:
        return _failure(procedure, str(problem))
    except Exception as unforeseen:
        import traceback

        traceback.print_exc()
        return _failure(
            procedure,
            _("Something went wrong inside Seamfill ({error}). The image was not changed. ").format(
                error=type(unforeseen).__name__
            )
            + _("Please report it; GIMP's error output, seen in a terminal, says where."),
        )


def _failure(procedure: Gimp.Procedure, text: str) -> Gimp.ValueArray:
    error = GLib.Error.new_literal(Gimp.PlugIn.error_quark(), text, 0)
    return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, error)
