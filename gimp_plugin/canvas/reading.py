"""Pixels of a source and of the selection, as files for the worker."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gi.repository import Babl, Gegl, Gimp

from canvas.subject import Subject, box_of, examine_layer, is_private, refuse_private
from errors import Problem
from text.i18n import _
from worker.messages import Box

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gi.repository import GdkPixbuf

__all__ = [
    "SourceFiles",
    "pixbuf",
    "read",
    "read_small",
    "selected_bytes",
    "thumbnail",
    "write_picture",
    "written",
]

COLOURS = "R'G'B'A u8"
PLAIN = (COLOURS, "R'G'B' u8", "Y'A u8", "Y' u8")
SELECTED = "Y u8"
INVERSE = bytes(range(255, -1, -1))
"""What is selected of a byte where all else is meant."""
MARGIN = 64
"""Pixels around a part of the image within which its filters may look for their surroundings."""
OVERLAP = 16
"""Pixels by which a frame around the canvas reaches into it, so that old and new can blend."""


class SourceFiles(NamedTuple):
    """Files of one box of a source, and the format of its pixels, by GEGL's name.

    `selected` is the selection, None where all is selected; `markup` what is drawn over it.
    """

    pixels: str
    format: str
    selected: "str | None"
    markup: "str | None"


def read(subject: Subject, box: Box, folder: Path) -> SourceFiles:
    """Read a part of the source and of the selection into files.

    Parameters
    ----------
    subject : Subject
        From `canvas.examine`.
    box : Box
        Which part, inside the source.
    folder : Path
        Where the files go.

    Returns
    -------
    SourceFiles
    """
    with _source(subject, box) as (drawable, (x, y)):
        name = _plain_format(drawable) if subject.frame is None else COLOURS
        pixels = _bytes(drawable, Box(box.x - x, box.y - y, box.w, box.h), name)
    colours = written(folder / "pixels", pixels) or ""
    selected = written(folder / "selected", selected_bytes(subject, box))
    return SourceFiles(colours, name, selected, written(folder / "markup", _drawn(subject, box)))


def written(path: Path, data: "bytes | None") -> "str | None":
    """Write a file of pixels, if there are any, and tell its path."""
    if data is None:
        return None
    path.write_bytes(data)
    return str(path)


def read_small(subject: Subject, box: Box, side: int) -> "tuple[GdkPixbuf.Pixbuf, bytes | None]":
    """Read a part of the source and of the selection, scaled down for a preview.

    Parameters
    ----------
    subject : Subject
        From `canvas.examine`.
    box : Box
        Which part, inside the source.
    side : int
        The longest side of what is returned, at most, in pixels; up to 1024.

    Returns
    -------
    (GdkPixbuf.Pixbuf, bytes or None)
        Colours with alpha, and the selection in 1 byte a pixel if there is one.
    """
    scale = min(1.0, side / max(box.w, box.h))
    width, height = max(1, int(box.w * scale)), max(1, int(box.h * scale))
    with _source(subject, box) as (drawable, (x, y)):
        picture = small(drawable, box._replace(x=box.x - x, y=box.y - y), width, height)
    if subject.frame is not None:
        return picture, _frame(subject.frame, subject.size, box, scale, (width, height))
    if subject.selection is None:
        return picture, None
    selected = small(subject.image.get_selection(), _in_image(subject, box), width, height)
    data: bytes = selected.read_pixel_bytes().get_data()
    return picture, data[0::4].translate(INVERSE) if subject.inverse else data[0::4]


def thumbnail(layer: Gimp.Layer, side: int) -> "GdkPixbuf.Pixbuf":
    """Make a small picture of a layer, at most `side` pixels long and wide, up to 1024."""
    size = layer.get_width(), layer.get_height()
    scale = min(1.0, side / max(size))
    width, height = (max(1, int(length * scale)) for length in size)
    return small(layer, Box(0, 0, *size), width, height)


def small(drawable: Gimp.Drawable, box: Box, width: int, height: int) -> "GdkPixbuf.Pixbuf":
    """Scale a part of a drawable down; what is beyond the drawable is transparent.

    GIMP itself scales: a buffer that a plug-in reads at half its size or less is black, and the
    functions of libgimp 3.0 that return a picture free its bytes once too often.
    """
    _refuse_gone(drawable)
    left, top = max(0, box.x), max(0, box.y)
    right = min(drawable.get_width(), box.x + box.w)
    bottom = min(drawable.get_height(), box.y + box.h)
    whole = pixbuf(bytes(width * height * 4), width, height)
    if right <= left or bottom <= top:
        return whole
    w = max(1, (right - left) * width // box.w)
    h = max(1, (bottom - top) * height // box.h)
    found, w, h, depth = drawable.get_sub_thumbnail_data(
        left, top, right - left, bottom - top, w, h
    )
    part = pixbuf(_with_alpha(found.get_data(), depth), w, h)
    x = min(width - w, (left - box.x) * width // box.w)
    y = min(height - h, (top - box.y) * height // box.h)
    part.copy_area(0, 0, w, h, whole, x, y)
    return whole


def _with_alpha(data: bytes, depth: int) -> bytes:
    """Spread grey or colour, with or without alpha, over 4 bytes a pixel."""
    if depth == 4:
        return data
    spread = bytearray(b"\xff") * (len(data) // depth * 4)
    for channel in range(3):
        spread[channel::4] = data[channel if depth == 3 else 0 :: depth]
    if depth == 2:
        spread[3::4] = data[1::2]
    return bytes(spread)


def write_picture(layer: Gimp.Layer, private: str, side: int, path: Path) -> None:
    """Write all of a layer as a PNG file.

    Parameters
    ----------
    layer : Gimp.Layer
    private : str
        See `Subject`.
    side : int
        The longest side of the picture, at most, in pixels.
    path : Path

    Raises
    ------
    Problem
        If the layer is private.
    """
    from gi.repository import GdkPixbuf

    refuse_private(layer, private)
    subject = examine_layer(layer.get_image(), [layer])
    box = Box(0, 0, *subject.size)
    with _source(subject, box) as (drawable, (x, y)):
        colours = _bytes(drawable, Box(-x, -y, box.w, box.h), COLOURS)
    picture = pixbuf(colours, box.w, box.h)
    scale = min(1.0, side / max(subject.size))
    if scale < 1:
        width, height = (max(1, round(length * scale)) for length in subject.size)
        picture = picture.scale_simple(width, height, GdkPixbuf.InterpType.BILINEAR)
    picture.savev(str(path), "png", [], [])


def pixbuf(data: bytes, width: int, height: int) -> "GdkPixbuf.Pixbuf":
    """Make a picture for a widget or a file of colours of 4 bytes a pixel."""
    from gi.repository import GdkPixbuf, GLib  # which few edits without a dialog need

    rgb = GdkPixbuf.Colorspace.RGB
    return GdkPixbuf.Pixbuf.new_from_bytes(
        GLib.Bytes.new(data), rgb, True, 8, width, height, width * 4
    ).copy()


def _drawn(subject: Subject, box: Box) -> "bytes | None":
    """Read what is drawn over a part of the source; nothing is beyond the layer."""
    layer = subject.markup
    if layer is None:
        return None
    _ok, x, y = layer.get_offsets()
    there = _in_image(subject, box)
    there = there._replace(x=there.x - x, y=there.y - y)
    with _source(Subject(subject.image, layer, (x, y), box.size, None), there) as (
        drawable,
        (px, py),
    ):
        return _bytes(drawable, Box(there.x - px, there.y - py, box.w, box.h), COLOURS)


def selected_bytes(subject: Subject, box: Box) -> "bytes | None":
    """Read the selection over a box, one byte a pixel; None where all is selected."""
    if subject.frame is not None:
        return _frame(subject.frame, subject.size, box, 1.0, (box.w, box.h))
    if subject.selection is None:
        return None
    data = _bytes(subject.image.get_selection(), _in_image(subject, box), SELECTED)
    return data.translate(INVERSE) if subject.inverse else data


def _in_image(subject: Subject, box: Box) -> Box:
    """Put a box of source pixels into those of the image."""
    x, y = subject.offset
    return box._replace(x=box.x + x, y=box.y + y)


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
def _source(subject: Subject, box: Box) -> "Iterator[tuple[Gimp.Drawable, tuple[int, int]]]":
    """Give what the box is to be read from, and where that lies in source pixels."""
    layer = subject.layer
    if layer is not None and not layer.get_filters():
        yield layer, (0, 0) if subject.frame is None else _lies(layer, subject)
        return
    alone = _alone(subject, box) if layer is None else None
    if alone is not None:
        yield alone, _lies(alone, subject)
        return
    # A part of a duplicate: GIMP copies no more of it than is looked at.
    around = _on_canvas(subject, box)
    part = subject.image.duplicate()
    try:
        part.undo_disable()
        same = None if layer is None else same_layer(layer, subject.image, part)
        part.crop(around.w, around.h, around.x, around.y)
        x, y = around.x - subject.offset[0], around.y - subject.offset[1]
        if same is None:
            _hide_private(part, subject.private)
            if subject.markup is not None:
                same_layer(subject.markup, subject.image, part).set_visible(False)
            yield Gimp.Layer.new_from_visible(part, part, "visible"), (x, y)
        else:
            same.merge_filters()
            _ok, dx, dy = same.get_offsets()
            yield same, (x + dx, y + dy)
    finally:
        part.delete()


def _alone(subject: Subject, box: Box) -> "Gimp.Layer | None":
    """Find the layer that alone makes what is visible at a place; GIMP need compose nothing then.

    It covers the place and hides all that is beneath it, and nothing is above it there.
    """
    there = _in_image(subject, box)
    for layer in subject.image.get_layers():
        unseen = not layer.get_visible() or layer == subject.markup
        if unseen or is_private(layer, subject.private):
            continue
        if layer.get_filters() or box_of(layer).meets(there):
            return layer if _is_opaque(layer) and box_of(layer).holds(there) else None
    return None


def _is_opaque(layer: Gimp.Layer) -> bool:
    """Whether a layer shows nothing but its own pixels."""
    plain = not layer.is_group() and not layer.has_alpha() and not layer.get_filters()
    normal = layer.get_mode() in (Gimp.LayerMode.NORMAL, Gimp.LayerMode.NORMAL_LEGACY)
    return bool(plain and normal and layer.get_opacity() == 100 and layer.get_mask() is None)


def _lies(layer: Gimp.Layer, subject: Subject) -> "tuple[int, int]":
    """Tell where a layer lies in source pixels."""
    _ok, x, y = layer.get_offsets()
    return x - subject.offset[0], y - subject.offset[1]


def same_layer(layer: Gimp.Layer, image: Gimp.Image, duplicate: Gimp.Image) -> Gimp.Layer:
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


def _on_canvas(subject: Subject, box: Box) -> Box:
    """Find the part of the canvas that a box covers, with a margin for filters."""
    x, y = subject.offset
    left, top = max(0, box.x + x - MARGIN), max(0, box.y + y - MARGIN)
    right = min(subject.image.get_width(), box.x + x + box.w + MARGIN)
    bottom = min(subject.image.get_height(), box.y + y + box.h + MARGIN)
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


def _bytes(drawable: Gimp.Drawable, box: Box, format_name: str) -> bytes:
    _refuse_gone(drawable)
    buffer = drawable.get_buffer()
    area = Gegl.Rectangle.new(*box)
    data: bytes = buffer.get(area, 1.0, format_name, Gegl.AbyssPolicy.NONE)
    return data


def _refuse_gone(drawable: Gimp.Drawable) -> None:
    if not drawable.is_valid():  # a buffer of something that is gone would end this process
        raise Problem(_("The layer was deleted meanwhile."), _("Nothing was sent."))
