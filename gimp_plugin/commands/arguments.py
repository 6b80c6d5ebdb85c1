"""Arguments that several commands take, and how they are described to GIMP."""

from typing import Any

from gi.repository import Gimp, GObject

from text.i18n import _

__all__ = [
    "PLAIN",
    "PRIVATE",
    "add_layers_returned",
    "add_options",
    "add_source",
    "layers_returned",
]

PLAIN = GObject.ParamFlags.READWRITE
PRIVATE = GObject.ParamFlags(GObject.ParamFlags.READWRITE | 1 << 9)
"""Neither written to GIMP's settings nor attached to the image; libgimp's own constant for it
(GIMP_PARAM_DONT_SERIALIZE, 1 << 9) has a wrong value in the introspection data."""


def add_options(procedure: Gimp.Procedure) -> None:
    """Add the arguments that say what to ask for and how."""
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
        "input-fidelity",
        _("Fi_delity"),
        _("How closely the answer keeps to the picture that is sent: auto, low or high"),
        "auto",
        PLAIN,
    )
    text(
        "complexity",
        _("Comple_xity"),
        _("Such as low, for narrower changes; or auto"),
        "auto",
        PLAIN,
    )
    text(
        "moderation",
        _("Mo_deration"),
        _("How strictly the maker judges: auto or low"),
        "auto",
        PLAIN,
    )
    text(
        "output-format",
        _("For_mat"),
        _("How the answer travels: png without loss, jpeg and webp sooner"),
        "auto",
        PLAIN,
    )
    procedure.add_int_argument(
        "output-compression",
        _("_Compression"),
        _("Of jpeg and webp: 0 to 100, which loses least; -1 for automatic"),
        -1,
        100,
        -1,
        PLAIN,
    )
    text(
        "context",
        _("Con_text"),
        _("How much around the selection is sent along: auto, layer, or such as 25% or 120px"),
        "auto",
        PLAIN,
    )
    procedure.add_string_array_argument(
        "references",
        _("_References"),
        _("Names of layers, or paths of files, that the model is shown besides"),
        PRIVATE,
    )
    text(
        "markup",
        _("Mar_kup"),
        _("Name of a transparent layer with instructions drawn over the picture"),
        "",
        PRIVATE,
    )
    procedure.add_int_argument(
        "previews",
        _("Pre_views"),
        _("Unfinished pictures that the dialog shows while the model works; each costs a little"),
        0,
        3,
        2,
        PLAIN,
    )
    procedure.add_boolean_argument(
        "tiles",
        _("Large selections in _parts"),
        _("Several uploads keep all detail of a selection too large for one; each is paid for"),
        True,
        PLAIN,
    )
    add_source(procedure)
    add_fit_options(procedure)


def add_source(procedure: Gimp.Procedure) -> None:
    """Add the argument that says which pixels are sent, and so above what the result goes."""
    source = Gimp.Choice.new()
    source.add("visible", 0, _("All visible layers"), _("Send what the image looks like"))
    source.add("layer", 1, _("Active layer"), _("Send the active layer alone"))
    tip = _("What is sent")
    procedure.add_choice_argument("source", _("_Source"), tip, source, "visible", PLAIN)


def add_fit_options(procedure: Gimp.Procedure) -> None:
    """Add the arguments that say how the answer is fitted."""
    procedure.add_int_argument(
        "grow",
        _("_Grow"),
        _("Pixels by which the model may paint beyond the selection; -1 for automatic"),
        -1,
        256,
        -1,
        PLAIN,
    )
    procedure.add_double_argument(
        "edge",
        _("E_dge"),
        _("Width in pixels over which old and new blend; -1 for as wide as they agree"),
        -1.0,
        256.0,
        -1.0,
        PLAIN,
    )


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
    image: Gimp.Image, layers: "list[Gimp.Layer]", run_mode: Gimp.RunMode
) -> Gimp.ValueArray:
    """Return new layers to the caller: one, or all of a group's.

    They are shown to a user; a script does that itself where it wants it, as GIMP would make the
    projection of the whole image first.

    PyGObject cannot make the array of objects that GIMP wants; a procedure of GIMP's own that
    returns exactly one does it instead.
    """
    if run_mode != Gimp.RunMode.NONINTERACTIVE:
        Gimp.displays_flush()
    if len(layers) > 1:
        return _asked("gimp-item-get-children", "item", layers[0].get_parent())
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
