"""Results that belong together: the variations of one edit, and small pictures of each."""

from typing import TYPE_CHECKING

from gi.repository import Gimp

from canvas.reading import same_layer, small
from canvas.recipes import is_trial, made_here
from canvas.subject import box_of
from worker.messages import Box

if TYPE_CHECKING:
    from gi.repository import GdkPixbuf

__all__ = ["name_of", "pictures", "results_of"]

AROUND = 0.25
"""How much of its surroundings a picture shows on each side, of the longer side of what changed."""
LEAST_AROUND = 16
"""The same in pixels, at least."""


def results_of(image: Gimp.Image) -> "list[Gimp.Layer]":
    """Find the results that are active: all variations of one edit, or a layer that stands alone.

    Returns
    -------
    list of Gimp.Layer
        From the top; empty where nothing of Seamfill's is active, or things of several edits are.
    """
    found: list[Gimp.Layer] = []
    for layer in image.get_selected_layers():
        if not made_here(layer) or is_trial(layer):
            return []
        together = _together(layer)
        if found and found != together:
            return []
        found = together
    return found


def _together(layer: Gimp.Layer) -> "list[Gimp.Layer]":
    parent = layer if layer.is_group() else layer.get_parent()
    if parent is None or not made_here(parent):
        return [layer]
    return [each for each in parent.get_children() if not each.is_group() and not is_trial(each)]


def name_of(layer: Gimp.Layer) -> str:
    """Tell what a result is called, together with the other variations of its edit."""
    group = layer.get_parent()
    name: str = (group if group is not None and made_here(group) else layer).get_name()
    return name


def pictures(layers: "list[Gimp.Layer]", side: int) -> "list[GdkPixbuf.Pixbuf]":
    """Make small pictures of what the image looks like without results, and with each of them.

    They show what was changed, and some of what is around it.

    Parameters
    ----------
    layers : list of Gimp.Layer
        Results of one edit, which are valid.
    side : int
        Of the square that the pictures fill at their longer side, in pixels; up to 1024.

    Returns
    -------
    list of GdkPixbuf.Pixbuf
        The first without any of the layers, then one for each.
    """
    image = layers[0].get_image()
    part = image.duplicate()
    try:
        part.undo_disable()
        same = [same_layer(layer, image, part) for layer in layers]
        around = _around(part, same)
        part.crop(around.w, around.h, around.x, around.y)
        return [_picture(part, same, shown, side) for shown in range(-1, len(same))]
    finally:
        part.delete()


def _around(image: Gimp.Image, layers: "list[Gimp.Layer]") -> Box:
    """Find what the masks of some layers show, with a margin, inside the canvas."""
    left, top, right, bottom = _changed(image, layers)
    margin = max(LEAST_AROUND, int(AROUND * max(right - left, bottom - top)))
    left, top = max(0, left - margin), max(0, top - margin)
    right = min(image.get_width(), right + margin)
    bottom = min(image.get_height(), bottom + margin)
    return Box(left, top, max(1, right - left), max(1, bottom - top))


def _changed(image: Gimp.Image, layers: "list[Gimp.Layer]") -> "tuple[int, int, int, int]":
    Gimp.Selection.none(image)
    for layer in layers:
        shown = layer.get_mask() or layer
        image.select_item(Gimp.ChannelOps.ADD, shown)
    _ok, some, *bounds = Gimp.Selection.bounds(image)
    Gimp.Selection.none(image)
    if some:
        left, top, right, bottom = bounds
        return left, top, right, bottom
    box = box_of(layers[0])
    left, top = (min(max(0, v), n - 1) for v, n in zip(box[:2], _size(image), strict=True))
    return left, top, max(left + 1, box.x + box.w), max(top + 1, box.y + box.h)


def _size(image: Gimp.Image) -> "tuple[int, int]":
    return image.get_width(), image.get_height()


def _picture(
    image: Gimp.Image, layers: "list[Gimp.Layer]", shown: int, side: int
) -> "GdkPixbuf.Pixbuf":
    from gi.repository import GdkPixbuf

    for number, layer in enumerate(layers):
        layer.set_visible(number == shown)
    if layers[0].get_parent() is not None:
        layers[0].get_parent().set_visible(True)
    seen = Gimp.Layer.new_from_visible(image, image, "seen")
    width, height = seen.get_width(), seen.get_height()
    scale = side / max(width, height)
    least = min(1.0, scale)
    size = [max(1, int(length * least)) for length in (width, height)]
    picture = small(seen, Box(0, 0, width, height), *size)
    seen.delete()
    if scale > 1:  # little was changed, and has to be seen all the same
        size = [max(1, int(length * scale)) for length in (width, height)]
        picture = picture.scale_simple(*size, GdkPixbuf.InterpType.BILINEAR)
    return picture
