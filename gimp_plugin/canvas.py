"""GIMP's side of an edit: what there is to edit, its pixels, and where the patches go.

Only what is asked for is read, straight from GIMP's buffers; pixels pass as bytes and are never
computed with. Everything that cannot be edited is refused here, before anything is sent.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

from gi.repository import Babl, Gegl, Gimp

from errors import Problem
from i18n import _

__all__ = ["Box", "Target", "examine", "insert", "read", "read_small"]

COLOURS = "R'G'B'A u8"
COLOURS_DEEP = "R'G'B'A float"
PLAIN = (COLOURS, "R'G'B' u8", "Y'A u8", "Y' u8")
SELECTED = "Y u8"
BYTES = {COLOURS: 4, COLOURS_DEEP: 16, SELECTED: 1}
EIGHT_BIT = (Gimp.Precision.U8_LINEAR, Gimp.Precision.U8_NON_LINEAR, Gimp.Precision.U8_PERCEPTUAL)


class Box(NamedTuple):
    """A rectangle in source pixels, that is in pixels of the edited layer."""

    x: int
    y: int
    w: int
    h: int


class Target(NamedTuple):
    """What is to be edited.

    Parameters
    ----------
    image : Gimp.Image
        The image.
    layer : Gimp.Layer
        The layer whose pixels are sent, and above which the patches go.
    offset : (int, int)
        Where the layer's top left corner lies in the image.
    size : (int, int)
        The layer's.
    selection : Box or None
        Bounds of the selection inside the layer; None for all of the layer.
    """

    image: Gimp.Image
    layer: Gimp.Layer
    offset: "tuple[int, int]"
    size: "tuple[int, int]"
    selection: "Box | None"

    @property
    def patch_format(self) -> str:
        """GEGL's name of the pixels to ask the worker for.

        Integers of 8 bits go into 8-bit images only: babl writes garbage where it converts them
        to 16 bits and another colour space than sRGB.
        """
        return COLOURS if self.image.get_precision() in EIGHT_BIT else COLOURS_DEEP


def examine(image: Gimp.Image, drawables: "list[Gimp.Drawable]") -> Target:
    """Find out what is to be edited.

    Parameters
    ----------
    image : Gimp.Image
        The image.
    drawables : list of Gimp.Drawable
        What is active in it.

    Returns
    -------
    Target

    Raises
    ------
    Problem
        If it cannot be edited; says why and what to do.
    """
    if Gimp.Selection.is_floating(image):
        raise Problem(
            _("A floating selection is in the way."),
            _("Anchor it, or make it a new layer, and try again."),
        )
    if image.get_base_type() == Gimp.ImageBaseType.INDEXED:
        raise Problem(
            _("This image is indexed: its palette has no room for new colours."),
            _("Convert it with Image ▸ Mode ▸ RGB and try again."),
        )
    layer = _layer(image, drawables)
    _ok, x, y = layer.get_offsets()
    size = (layer.get_width(), layer.get_height())
    if Gimp.Selection.is_empty(image):
        return Target(image, layer, (x, y), size, None)
    meets, sx, sy, sw, sh = layer.mask_intersect()
    if not meets or sw < 1 or sh < 1:
        raise Problem(
            _("The selection does not touch the active layer “{name}”.").format(
                name=layer.get_name()
            ),
            _("Choose the layer under the selection, or select something on this one."),
        )
    return Target(image, layer, (x, y), size, Box(sx, sy, sw, sh))


def _layer(image: Gimp.Image, drawables: "list[Gimp.Drawable]") -> Gimp.Layer:
    if len(drawables) > 1:
        raise Problem(
            _("Several layers are chosen, and one edit takes one."),
            _("Choose one layer in the Layers dialog, or a group that holds them."),
        )
    layer = drawables[0] if drawables else None
    if isinstance(layer, Gimp.LayerMask):
        layer = Gimp.Layer.from_mask(layer)
    if not isinstance(layer, Gimp.Layer) or not layer.is_valid():
        raise Problem(_("No layer is active."), _("Choose one in the Layers dialog."))
    if layer.get_image() != image:
        raise Problem(_("The layer belongs to another image."), _("Pass a layer of this image."))
    return layer


def read(target: Target, box: Box, folder: Path) -> "dict[str, str | None]":
    """Read a part of the layer and of the selection into files.

    Parameters
    ----------
    target : Target
        From `examine`.
    box : Box
        Which part, inside the layer.
    folder : Path
        Where the files go.

    Returns
    -------
    dict
        Paths and format as the worker's ``edit`` takes them.
    """
    name = _plain_format(target.layer)
    pixels = _write(folder / "pixels", _bytes(target.layer, box, name))
    answer = {"pixels": pixels, "format": name, "selected": None}
    if target.selection is None:
        return answer
    x, y = target.offset
    on_canvas = Box(box.x + x, box.y + y, box.w, box.h)
    selected = _bytes(target.image.get_selection(), on_canvas, SELECTED)
    return {**answer, "selected": _write(folder / "selection", selected)}


def _plain_format(drawable: Gimp.Drawable) -> str:
    """Name the format to read in: the drawable's own where the worker takes it.

    The first conversion of a process costs babl a third of a second, and in ordinary images
    there is none to be made.
    """
    own: str = Babl.get_name(drawable.get_format())
    return own if own in PLAIN else COLOURS


def read_small(target: Target, box: Box, side: int) -> "tuple[int, int, bytes, bytes | None]":
    """Read a part of the layer and of the selection, scaled down for a preview.

    Parameters
    ----------
    target : Target
        From `examine`.
    box : Box
        Which part, inside the layer.
    side : int
        The longest side of what is returned, at most, in pixels.

    Returns
    -------
    (int, int, bytes, bytes or None)
        Width, height, colours of 4 bytes a pixel, and selection of 1 byte if there is one.
    """
    scale = min(1.0, side / max(box.w, box.h))
    width, height = max(1, int(box.w * scale)), max(1, int(box.h * scale))
    small = Box(int(box.x * scale), int(box.y * scale), width, height)
    colours = _bytes(target.layer, small, COLOURS, scale)
    if target.selection is None:
        return width, height, colours, None
    x, y = target.offset
    on_canvas = Box(int((box.x + x) * scale), int((box.y + y) * scale), width, height)
    selected = _bytes(target.image.get_selection(), on_canvas, SELECTED, scale)
    return width, height, colours, selected


def _bytes(drawable: Gimp.Drawable, box: Box, format_name: str, scale: float = 1.0) -> bytes:
    if not drawable.is_valid():  # a buffer of something that is gone would end this process
        raise Problem(_("The layer was deleted meanwhile."), _("Nothing was sent."))
    buffer = drawable.get_buffer()
    data: bytes = buffer.get(Gegl.Rectangle.new(*box), scale, format_name, Gegl.AbyssPolicy.NONE)
    return data


def _write(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)


def insert(
    target: Target, patches: "list[dict[str, Any]]", name: str, about: "dict[str, Any]"
) -> "list[Gimp.Layer]":
    """Put patches above the edited layer, as one step of undo.

    Selection and active layers stay as they are. Where the edited layer is gone, the patches go
    to the top of the image.

    Parameters
    ----------
    target : Target
        From `examine`.
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
        still_there = [layer for layer in active if layer.is_valid()]
        if still_there:
            image.set_selected_layers(still_there)
    finally:
        image.undo_group_end()
    return layers


def _insert_all(
    target: Target, patches: "list[dict[str, Any]]", name: str, about: "dict[str, Any]"
) -> "list[Gimp.Layer]":
    image, parent, position = target.image, None, 0
    x, y = target.offset
    if target.layer.is_valid() and target.layer.get_image() == image:
        parent, position = target.layer.get_parent(), image.get_item_position(target.layer)
        _ok, x, y = target.layer.get_offsets()  # the user may have moved it
    if len(patches) > 1:
        group = Gimp.GroupLayer.new(image, name)
        image.insert_layer(group, parent, position)
        group.set_expanded(True)
        parent, position = group, 0
    layers = []
    for number, patch in enumerate(patches):
        title = name if len(patches) == 1 else f"{name} {number + 1}"
        layer = _new_layer(image, patch, title)
        _attach(layer, about, patch.get("report"))
        image.insert_layer(layer, parent, position + number)
        layer.set_offsets(x + patch["box"][0], y + patch["box"][1])
        _fill(layer, patch)
        layer.set_visible(number == 0)
        layers.append(layer)
    return layers


def _new_layer(image: Gimp.Image, patch: "dict[str, Any]", name: str) -> Gimp.Layer:
    grey = image.get_base_type() == Gimp.ImageBaseType.GRAY
    kind = Gimp.ImageType.GRAYA_IMAGE if grey else Gimp.ImageType.RGBA_IMAGE
    _x, _y, width, height = patch["box"]
    mode = image.get_default_new_layer_mode()
    return Gimp.Layer.new(image, name, width, height, kind, 100, mode)


def _fill(layer: Gimp.Layer, patch: "dict[str, Any]") -> None:
    """Give a layer its pixels and its layer mask."""
    _copy(layer, patch["pixels"], patch["format"])
    mask = layer.create_mask(Gimp.AddMaskType.BLACK)
    layer.add_mask(mask)
    _copy(mask, patch["mask"], SELECTED)
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


def _attach(layer: Gimp.Layer, about: "dict[str, Any]", report: Any) -> None:
    text = json.dumps({**about, "report": report}, ensure_ascii=False)
    flags = Gimp.PARASITE_PERSISTENT | Gimp.PARASITE_UNDOABLE  # saved with the image
    layer.attach_parasite(Gimp.Parasite.new("seamfill-recipe", flags, list(text.encode())))
