"""Runs in GIMP: two small parts of a large layer, selected together and filled in one edit."""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import gi
from gi.repository import Gegl, Gimp, Gio

from .matrix import call

HOME = Path(os.environ["HOME"])


def run(offset: list[int], spots: list[list[int]], **options: Any) -> dict[str, Any]:
    """Fill the spots, which are boxes in pixels of the image; what it looks like then."""
    image = Gimp.file_load(
        Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(str(HOME / "large.png"))
    )
    [layer] = image.get_layers()
    layer.set_offsets(*offset)
    Gimp.Selection.none(image)
    for spot in spots:
        image.select_rectangle(Gimp.ChannelOps.ADD, *spot)
    status, found, _seconds = call(image, [layer], prompt="x", source="layer", **options)
    seen = Gimp.Layer.new_from_visible(image, image, "seen").get_buffer()
    area = Gegl.Rectangle.new(0, 0, image.get_width(), image.get_height())
    (HOME / "seen").write_bytes(seen.get(area, 1.0, "R'G'B' u8", Gegl.AbyssPolicy.NONE))
    return {"status": status, "told": len(found) if status == "success" else found}


def preview(spots: list[list[int]], regions: list[list[int]], side: int) -> list[int]:
    """The dialog's picture of what is sent, as a file; its size."""
    gi.require_version("GimpUi", "3.0")
    gi.require_version("Gtk", "3.0")
    sys.path.insert(0, str(next(HOME.glob(".config/GIMP/3.*/plug-ins/seamfill"))))
    canvas, look = import_module("canvas"), import_module("dialogs.preview")
    box = import_module("worker.messages").Box
    image = Gimp.file_load(
        Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(str(HOME / "large.png"))
    )
    for spot in spots:
        image.select_rectangle(Gimp.ChannelOps.ADD, *spot)
    target = canvas.examine(image, image.get_layers())
    boxes = [box(*region) for region in regions]
    picture = look.marked(target, box(0, 0, *target.size), boxes, side)
    picture.savev(str(HOME / "preview.png"), "png", [], [])
    return [picture.get_width(), picture.get_height()]
