"""Patches as layers: at their place, with masks, as one step of undo."""

from pathlib import Path
from typing import Any

from gi.repository import Gegl, Gimp

import parasites
from canvas.target import Target
from errors import Problem
from i18n import _

__all__ = ["fill", "insert", "insert_like", "recipe_of", "refuse_gone", "replace"]

BYTES = {"R'G'B'A u8": 4, "R'G'B'A float": 16, "Y u8": 1}
PARASITE = "seamfill-recipe"


def insert(
    target: Target, patches: "list[dict[str, Any]]", name: str, about: "dict[str, Any]"
) -> "list[Gimp.Layer]":
    """Put patches above the edited layer, as one step of undo.

    Selection and active layers stay as they are. Where the edited layer is gone, or the visible
    image was edited, the patches go to the top of the image.

    Parameters
    ----------
    target : Target
        From `canvas.examine`.
    patches : list of dict
        As the worker describes them, the best first.
    name : str
        What the layers are called.
    about : dict
        Recipe and journal of the edit; rides on each layer, with the patch's own report.

    Returns
    -------
    list of Gimp.Layer
        The new layers, in the order of the patches.

    Raises
    ------
    Problem
        If the image is gone.
    """
    image = target.image
    if not image.is_valid():
        raise Problem(
            _("The image was closed before the answer arrived."),
            _("The answer is kept: open the image and use Filters ▸ Seamfill ▸ Recover Results."),
            "image_closed",
        )
    active = image.get_selected_layers()
    image.undo_group_start()
    try:
        layers = _insert_all(target, patches, name, about)
        if target.frame is not None:
            left, top, _right, _bottom = target.frame
            image.resize(*target.size, left, top)
        still_there = [layer for layer in active if layer.is_valid()]
        if still_there:
            image.set_selected_layers(still_there)
    finally:
        image.undo_group_end()
    return layers


def replace(layer: Gimp.Layer, patch: "dict[str, Any]", about: "dict[str, Any]") -> Gimp.Layer:
    """Put a patch in the place of a layer that was made of the same answer, in one undo step.

    Parameters
    ----------
    layer : Gimp.Layer
        The layer that goes; where it was moved to, the new one comes.
    patch : dict
        As the worker describes it.
    about : dict
        See `insert`.

    Returns
    -------
    Gimp.Layer
        The new layer, with the name, opacity, mode and visibility of the old one.

    Raises
    ------
    Problem
        If the layer is gone.
    """
    refuse_gone(layer)
    image, name = layer.get_image(), layer.get_name()
    image.undo_group_start()
    try:
        new = insert_like(layer, patch)
        _attach(new, about, patch)
        image.remove_layer(layer)
        new.set_name(name)
        image.set_selected_layers([new])
    finally:
        image.undo_group_end()
    return new


def insert_like(layer: Gimp.Layer, patch: "dict[str, Any]") -> Gimp.Layer:
    """Insert a copy of a layer above it, with opacity, mode and all, but a patch's pixels."""
    image = layer.get_image()
    new = layer.copy()
    image.insert_layer(new, layer.get_parent(), image.get_item_position(layer))
    _x, _y, width, height = patch["box"]
    if (new.get_width(), new.get_height()) != (width, height):
        new.resize(width, height, 0, 0)
    if not new.has_alpha():
        new.add_alpha()
    fill(new, patch)
    return new


def refuse_gone(layer: Gimp.Layer) -> None:
    """Refuse to go on with a layer that is no longer there.

    Raises
    ------
    Problem
        If the user deleted it, or closed the image.
    """
    if not layer.is_valid():
        raise Problem(
            _("The layer was deleted meanwhile, or its image was closed."),
            _("Undo, or open the image, and try again."),
            "layer_gone",
        )


def recipe_of(layer: Gimp.Layer) -> "dict[str, Any]":
    """Read what `insert` attached to a layer.

    Raises
    ------
    Problem
        If the layer was not made by Seamfill.
    """
    recipe: dict[str, Any] | None = parasites.find(layer, PARASITE)
    if recipe is None:
        raise Problem(
            _("The layer “{name}” was not made by Seamfill.").format(name=layer.get_name()),
            _("Choose a layer that Generative Fill made, and try again."),
        )
    return recipe


def _insert_all(
    target: Target, patches: "list[dict[str, Any]]", name: str, about: "dict[str, Any]"
) -> "list[Gimp.Layer]":
    image, parent, position = target.image, None, 0
    x, y = target.offset
    layer = target.layer
    if layer is not None and layer.is_valid() and layer.get_image() == image:
        parent, position = layer.get_parent(), image.get_item_position(layer)
        _ok, x, y = layer.get_offsets()  # the user may have moved it
    if len(patches) > 1:
        group = Gimp.GroupLayer.new(image, name)
        image.insert_layer(group, parent, position)
        group.set_expanded(True)
        parent, position = group, 0
    layers = []
    for number, patch in enumerate(patches):
        title = name if len(patches) == 1 else f"{name} {number + 1}"
        new = _new_layer(image, patch, title)
        _attach(new, about, patch)
        # Before it is in the image: redoing the steps one by one, GIMP 3.0 would edit the mask.
        fill(new, patch)
        image.insert_layer(new, parent, position + number)
        new.set_offsets(x + patch["box"][0], y + patch["box"][1])
        new.set_visible(number == 0)
        layers.append(new)
    return layers


def _new_layer(image: Gimp.Image, patch: "dict[str, Any]", name: str) -> Gimp.Layer:
    grey = image.get_base_type() == Gimp.ImageBaseType.GRAY
    kind = Gimp.ImageType.GRAYA_IMAGE if grey else Gimp.ImageType.RGBA_IMAGE
    _x, _y, width, height = patch["box"]
    mode = image.get_default_new_layer_mode()
    return Gimp.Layer.new(image, name, width, height, kind, 100, mode)


def fill(layer: Gimp.Layer, patch: "dict[str, Any]") -> None:
    """Give a layer a patch's pixels and its layer mask."""
    _copy(layer, patch["pixels"], patch["format"])
    mask = layer.get_mask()
    if mask is None:
        mask = layer.create_mask(Gimp.AddMaskType.BLACK)
        layer.add_mask(mask)
    _copy(mask, patch["mask"], "Y u8")
    layer.set_edit_mask(False)  # or the user would go on painting on the mask


def _copy(drawable: Gimp.Drawable, path: str, format_name: str) -> None:
    """Fill a drawable from a file, some rows at a time so that memory stays small."""
    width, height = drawable.get_width(), drawable.get_height()
    row = width * BYTES[format_name]
    rows = max(1, (16 << 20) // row)
    buffer = drawable.get_buffer()
    with Path(path).open("rb") as file:
        for top in range(0, height, rows):
            strip = Gegl.Rectangle.new(0, top, width, min(rows, height - top))
            buffer.set(strip, format_name, file.read(strip.height * row))
    buffer.flush()
    del buffer
    drawable.update(0, 0, width, height)


def _attach(layer: Gimp.Layer, about: "dict[str, Any]", patch: "dict[str, Any]") -> None:
    """Attach what the layer is made of, before it is in the image: undo takes both back."""
    known = {name: patch[name] for name in ("report", "answer") if name in patch}
    flags = Gimp.PARASITE_PERSISTENT | Gimp.PARASITE_UNDOABLE  # saved with the image
    parasites.attach(layer, PARASITE, {**about, **known}, flags)
