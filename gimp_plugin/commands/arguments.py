"""Arguments that several commands take, and how they are described to GIMP."""

from typing import Any, NamedTuple

from gi.repository import Gimp, GObject

from text.i18n import _
from worker.option_table import OPTIONS

__all__ = [
    "PLAIN",
    "PRIVATE",
    "Label",
    "add_layers_returned",
    "add_option",
    "add_options",
    "add_source",
    "labels",
    "layers_returned",
]

PLAIN = GObject.ParamFlags.READWRITE
PRIVATE = GObject.ParamFlags(GObject.ParamFlags.READWRITE | 1 << 9)
"""Neither written to GIMP's settings nor attached to the image; libgimp's own constant for it
(GIMP_PARAM_DONT_SERIALIZE, 1 << 9) has a wrong value in the introspection data."""


class Label(NamedTuple):
    """What users read of an argument, and what differs in GIMP from the worker's option.

    Parameters
    ----------
    text, tip : str
    flags : GObject.ParamFlags
    default : any, optional
        Says nothing when omitted, so that the worker chooses.
    largest : int, optional
        The worker's own when omitted.
    """

    text: str
    tip: str
    flags: Any = PLAIN
    default: Any = None
    largest: "int | None" = None


def labels() -> "dict[str, Label]":
    """All arguments that say what to ask for and how, by name, in their order."""
    return _request_labels() | _fit_labels()


def _request_labels() -> "dict[str, Label]":
    return {
        "prompt": Label(_("_Prompt"), _("What should appear in the selection"), PRIVATE),
        "endpoint": Label(_("_Endpoint"), _("Where to send it; empty for the default")),
        "model": Label(_("_Model"), _("Which model fills; empty for the endpoint's own")),
        "count": Label(
            _("_Variations"), _("How many answers to ask for; each is paid for"), largest=10
        ),
        "size": Label(_("Si_ze"), _("Size of the upload: auto, or such as 1024x1024")),
        "quality": Label(_("_Quality"), _("Such as low, medium, high; or auto")),
        "background": Label(_("_Background"), _("auto, opaque or transparent")),
        "input-fidelity": Label(
            _("Fi_delity"),
            _("How closely the answer keeps to the picture that is sent: auto, low or high"),
        ),
        "complexity": Label(_("Comple_xity"), _("Such as low, for narrower changes; or auto")),
        "moderation": Label(_("Mo_deration"), _("How strictly the maker judges: auto or low")),
        "output-format": Label(
            _("For_mat"), _("How the answer travels: png without loss, jpeg and webp sooner")
        ),
        "output-compression": Label(
            _("_Compression"),
            _("Of jpeg and webp: 0 to 100, which loses least; -1 for automatic"),
        ),
    }


def _fit_labels() -> "dict[str, Label]":
    """What is sent beside the selection, and how the answer is fitted."""
    return {
        "context": Label(
            _("Con_text"),
            _("How much around the selection is sent along: auto, layer, or such as 25% or 120px"),
        ),
        "references": Label(
            _("_References"),
            _("Names of layers, or paths of files, that the model is shown besides"),
            PRIVATE,
        ),
        "markup": Label(
            _("Mar_kup"),
            _("Name of a transparent layer with instructions drawn over the picture"),
            PRIVATE,
        ),
        "previews": Label(
            _("Pre_views"),
            _(
                "Unfinished pictures that the dialog shows while the model works; each costs a "
                "little"
            ),
            default=2,
        ),
        "tiles": Label(
            _("Large selections in _parts"),
            _("Several uploads keep all detail of a selection too large for one; each is paid for"),
        ),
        "source": Label(_("_Source"), _("What is sent")),
        "grow": Label(
            _("_Grow"),
            _("Pixels by which the model may paint beyond the selection; -1 for automatic"),
            largest=256,
        ),
        "edge": Label(
            _("E_dge"),
            _("Width in pixels over which old and new blend; -1 for as wide as they agree"),
            largest=256,
        ),
        "texture": Label(
            _("Te_xture"),
            _("auto makes the answer as sharp and as grainy as the picture around it; or off"),
        ),
    }


def add_options(procedure: Gimp.Procedure) -> None:
    """Add the arguments that say what to ask for and how."""
    for argument in labels():
        if argument == "source":
            add_source(procedure)
        else:
            add_option(procedure, argument)


def add_option(procedure: Gimp.Procedure, argument: str) -> None:
    """Add one of them, of the type and within the bounds of the worker's option."""
    option = next(each for each in OPTIONS if each.argument == argument)
    label = labels()[argument]
    default = option.unset if label.default is None else label.default
    add = {
        "text": procedure.add_string_argument,
        "whole": procedure.add_int_argument,
        "number": procedure.add_double_argument,
        "switch": procedure.add_boolean_argument,
    }
    if option.kind == "texts":
        procedure.add_string_array_argument(argument, label.text, label.tip, label.flags)
    elif option.least is None:
        add[option.kind](argument, label.text, label.tip, default, label.flags)
    else:
        bounds = min(option.least, default), label.largest or option.largest
        add[option.kind](argument, label.text, label.tip, *bounds, default, label.flags)


def add_source(procedure: Gimp.Procedure) -> None:
    """Add the argument that says which pixels are sent, and so above what the result goes."""
    source, label = Gimp.Choice.new(), labels()["source"]
    source.add("visible", 0, _("All visible layers"), _("Send what the image looks like"))
    source.add("layer", 1, _("Active layer"), _("Send the active layer alone"))
    procedure.add_choice_argument("source", label.text, label.tip, source, "visible", PLAIN)


def add_layers_returned(procedure: Gimp.Procedure) -> None:
    """Add the return value for new layers."""
    procedure.add_core_object_array_return_value(
        "layers",
        _("Layers"),
        _("The new layers, the best first"),
        Gimp.Layer.__gtype__,
        PLAIN,
    )


def layers_returned(
    procedure: Gimp.Procedure,
    layers: "list[Gimp.Layer]",
    run_mode: Gimp.RunMode,
) -> Gimp.ValueArray:
    """Return new layers to the caller: one, all of a group's, or none of a panel's.

    They are shown to a user; a script does that itself where it wants it, as GIMP would make the
    projection of the whole image first.

    PyGObject cannot make the array of objects that GIMP wants; a procedure of GIMP's own that
    returns exactly one does it instead.
    """
    if run_mode != Gimp.RunMode.NONINTERACTIVE:
        Gimp.displays_flush()
    if not layers:
        return procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, None)
    if len(layers) > 1:
        return _asked("gimp-item-get-children", "item", layers[0].get_parent())
    image = layers[0].get_image()
    active = image.get_selected_layers()
    image.set_selected_layers(layers)
    values = _asked("gimp-image-get-selected-layers", "image", image)
    image.set_selected_layers(active)
    return values


def _asked(procedure: str, argument: str, value: Any) -> Gimp.ValueArray:
    asked = Gimp.get_pdb().lookup_procedure(procedure)
    config = asked.create_config()
    config.set_property(argument, value)
    return asked.run(config)
