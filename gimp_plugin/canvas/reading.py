"""Pixels of a source and of the selection, as files for the worker."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gi.repository import Babl, Gegl, Gimp

from canvas.target import Box, Target, examine_layer, is_private, refuse_private
from errors import Problem
from i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gi.repository import GdkPixbuf

__all__ = ["pixbuf", "read", "read_shape", "read_small", "write_picture"]

COLOURS = "R'G'B'A u8"
PLAIN = (COLOURS, "R'G'B' u8", "Y'A u8", "Y' u8")
SELECTED = "Y u8"
MARGIN = 64
"""Pixels around a part of the image within which its filters may look for their surroundings."""
OVERLAP = 16
"""Pixels by which a frame around the canvas reaches into it, so that old and new can blend."""

ONE_UPLOAD = 1024
"""Pixels along a side that any model takes in one upload."""


def read(target: Target, box: Box, folder: Path) -> "dict[str, str | None]":
    """Read a part of the source and of the selection into files.

    Parameters
    ----------
    target : Target
        From `canvas.examine`.
    box : Box
        Which part, inside the source.
    folder : Path
        Where the files go.

    Returns
    -------
    dict
        Paths and format as the worker's ``edit`` takes them.
    """
    with _source(target, box) as (drawable, (x, y)):
        name = _plain_format(drawable) if target.frame is None else COLOURS
        pixels = _bytes(drawable, Box(box.x - x, box.y - y, box.w, box.h), name)
    (folder / "pixels").write_bytes(pixels)
    answer = {"pixels": str(folder / "pixels"), "format": name, "selected": None}
    others = {"selected": _selected(target, box), "markup": _drawn(target, box)}
    for name, data in others.items():
        if data is not None:
            (folder / name).write_bytes(data)
            answer[name] = str(folder / name)
    return answer


def read_shape(target: Target, folder: Path) -> "str | None":
    """Read the selection alone where its parts may lie too far apart for one upload.

    Parameters
    ----------
    target : Target
        From `canvas.examine`.
    folder : Path
        Where the file goes.

    Returns
    -------
    str or None
        The file's path as the worker's ``plan`` takes it; None where there is nothing to tell
        apart.
    """
    bounds = target.selection
    if bounds is None or max(bounds.w, bounds.h) <= ONE_UPLOAD or bounds == (0, 0, *target.size):
        return None
    selected = _selected(target, bounds)
    if selected is None:
        return None
    (folder / "shape").write_bytes(selected)
    return str(folder / "shape")


def read_small(target: Target, box: Box, side: int) -> "tuple[int, int, bytes, bytes | None]":
    """Read a part of the source and of the selection, scaled down for a preview.

    Parameters
    ----------
    target : Target
        From `canvas.examine`.
    box : Box
        Which part, inside the source.
    side : int
        The longest side of what is returned, at most, in pixels.

    Returns
    -------
    (int, int, bytes, bytes or None)
        Width, height, colours of 4 bytes a pixel, and selection of 1 byte if there is one.
    """
    scale = min(1.0, side / max(box.w, box.h))
    width, height = max(1, int(box.w * scale)), max(1, int(box.h * scale))
    with _source(target, box) as (drawable, (x, y)):
        small = Box(int((box.x - x) * scale), int((box.y - y) * scale), width, height)
        colours = _bytes(drawable, small, COLOURS, scale)
    return width, height, colours, _selected(target, box, scale, (width, height))


def write_picture(layer: Gimp.Layer, private: str, side: int, path: Path) -> None:
    """Write all of a layer as a PNG file.

    Parameters
    ----------
    layer : Gimp.Layer
    private : str
        See `Target`.
    side : int
        The longest side of the picture, at most, in pixels.
    path : Path

    Raises
    ------
    Problem
        If the layer is private.
    """
    refuse_private(layer, private)
    target = examine_layer(layer.get_image(), [layer])
    width, height, colours, _none = read_small(target, Box(0, 0, *target.size), side)
    pixbuf(colours, width, height).savev(str(path), "png", [], [])


def pixbuf(data: bytes, width: int, height: int) -> "GdkPixbuf.Pixbuf":
    """Make a picture for a widget or a file of colours of 4 bytes a pixel."""
    from gi.repository import GdkPixbuf, GLib  # which few edits without a dialog need

    rgb = GdkPixbuf.Colorspace.RGB
    return GdkPixbuf.Pixbuf.new_from_bytes(
        GLib.Bytes.new(data), rgb, True, 8, width, height, width * 4
    ).copy()


def _drawn(target: Target, box: Box) -> "bytes | None":
    """Read what is drawn over a part of the source; nothing is beyond the layer."""
    layer = target.markup
    if layer is None:
        return None
    _ok, x, y = layer.get_offsets()
    dx, dy = target.offset
    there = Box(box.x + dx - x, box.y + dy - y, box.w, box.h)
    with _source(Target(target.image, layer, (x, y), box[2:], None), there) as (drawable, (px, py)):
        return _bytes(drawable, Box(there.x - px, there.y - py, box.w, box.h), COLOURS)


def _selected(
    target: Target, box: Box, scale: float = 1.0, size: "tuple[int, int] | None" = None
) -> "bytes | None":
    width, height = size or (box.w, box.h)
    if target.frame is not None:
        return _frame(target.frame, target.size, box, scale, (width, height))
    if target.selection is None:
        return None
    x, y = target.offset
    on_canvas = Box(int((box.x + x) * scale), int((box.y + y) * scale), width, height)
    return _bytes(target.image.get_selection(), on_canvas, SELECTED, scale)


def _frame(
    frame: "tuple[int, int, int, int]",
    source: "tuple[int, int]",
    box: Box,
    scale: float,
    size: "tuple[int, int]",
) -> bytes:
    """Select what lies around the canvas, and a little of its border where it grows."""
    width, height = size
    left, top, right, bottom = (side + OVERLAP if side else 0 for side in frame)
    across = [(left - box.x) * scale, (source[0] - right - box.x) * scale]
    down = [(top - box.y) * scale, (source[1] - bottom - box.y) * scale]
    x1, x2 = (min(max(0, round(x)), width) for x in across)
    y1, y2 = (min(max(0, round(y)), height) for y in down)
    full, kept = b"\xff" * width, b"\xff" * x1 + bytes(x2 - x1) + b"\xff" * (width - x2)
    return full * y1 + kept * (y2 - y1) + full * (height - y2)


@contextmanager
def _source(target: Target, box: Box) -> "Iterator[tuple[Gimp.Drawable, tuple[int, int]]]":
    """Give what the box is to be read from, and where that lies in source pixels."""
    layer = target.layer
    if layer is not None and not layer.get_filters():
        yield layer, (0, 0)
        return
    # A part of a duplicate: GIMP copies no more of it than is looked at.
    around = _on_canvas(target, box)
    part = target.image.duplicate()
    try:
        part.undo_disable()
        same = None if layer is None else _same_layer(layer, target.image, part)
        part.crop(around.w, around.h, around.x, around.y)
        x, y = around.x - target.offset[0], around.y - target.offset[1]
        if same is None:
            _hide_private(part, target.private)
            if target.markup is not None:
                _same_layer(target.markup, target.image, part).set_visible(False)
            yield Gimp.Layer.new_from_visible(part, part, "visible"), (x, y)
        else:
            same.merge_filters()
            _ok, dx, dy = same.get_offsets()
            yield same, (x + dx, y + dy)
    finally:
        part.delete()


def _same_layer(layer: Gimp.Layer, image: Gimp.Image, duplicate: Gimp.Image) -> Gimp.Layer:
    """Find the layer of a duplicate that stands where one of the image does."""
    positions = []
    while layer is not None:
        positions.append(image.get_item_position(layer))
        layer = layer.get_parent()
    layers = duplicate.get_layers()
    for position in reversed(positions):
        found = layers[position]
        layers = found.get_children() if found.is_group() else []
    return found


def _on_canvas(target: Target, box: Box) -> Box:
    """Find the part of the canvas that a box covers, with a margin for filters."""
    x, y = target.offset
    left, top = max(0, box.x + x - MARGIN), max(0, box.y + y - MARGIN)
    right = min(target.image.get_width(), box.x + x + box.w + MARGIN)
    bottom = min(target.image.get_height(), box.y + y + box.h + MARGIN)
    if right <= left or bottom <= top:
        raise Problem(
            _("The layer lies outside the canvas, and its filters need it inside."),
            _("Use Image ▸ Fit Canvas to Layers and try again."),
        )
    return Box(left, top, right - left, bottom - top)


def _hide_private(image: Gimp.Image, mark: str) -> None:
    waiting = list(image.get_layers()) if mark else []
    while waiting:
        item = waiting.pop()
        if is_private(item, mark):
            item.set_visible(False)
        elif item.is_group():
            waiting.extend(item.get_children())


def _plain_format(drawable: Gimp.Drawable) -> str:
    """Name the format to read in: the drawable's own where the worker takes it.

    The first conversion of a process costs babl a third of a second, and in ordinary images
    there is none to be made.
    """
    own: str = Babl.get_name(drawable.get_format())
    return own if own in PLAIN else COLOURS


def _bytes(drawable: Gimp.Drawable, box: Box, format_name: str, scale: float = 1.0) -> bytes:
    if not drawable.is_valid():  # a buffer of something that is gone would end this process
        raise Problem(_("The layer was deleted meanwhile."), _("Nothing was sent."))
    buffer = drawable.get_buffer()
    area = Gegl.Rectangle.new(*box)
    data: bytes = buffer.get(area, scale, format_name, Gegl.AbyssPolicy.NONE)
    return data
