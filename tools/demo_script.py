"""The demonstration's part inside GIMP, run by its batch interpreter for Python."""

# mypy: ignore-errors

from __future__ import annotations

import os

from gi.repository import Gegl, Gimp, Gio

RESULTS = os.environ["SEAMFILL_DEMO_RESULTS"]
X, Y, W, H = (int(number) for number in os.environ["SEAMFILL_DEMO_OBJECT"].split(","))
GAP = 8


def save(image, name):
    """Save an image under a name in the results folder."""
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path(f"{RESULTS}/{name}"))


def select_object(image):
    """Select the object with a rounded rectangle, softened by a few pixels."""
    image.select_round_rectangle(Gimp.ChannelOps.REPLACE, X, Y, W, H, 16, 16)


def fill(image):
    """Call the plug-in as any script would."""
    procedure = Gimp.get_pdb().lookup_procedure("plug-in-seamfill-fill")
    config = procedure.create_config()
    config.set_property("image", image)
    config.set_core_object_array("drawables", image.get_selected_layers())
    config.set_property("prompt", os.environ["SEAMFILL_DEMO_PROMPT"])
    config.set_property("endpoint", "offline")
    result = procedure.run(config)
    if result.index(0) != Gimp.PDBStatusType.SUCCESS:
        raise RuntimeError(Gimp.get_pdb().get_last_error())


def flattened(image):
    """A flat copy of what is to be seen."""
    copy = image.duplicate()
    copy.flatten()
    return copy


def side_by_side(before, after):
    """Lay two flat images beside each other in a new one."""
    width, height = before.get_width(), before.get_height()
    image = Gimp.Image.new(2 * width + GAP, height, Gimp.ImageBaseType.RGB)
    for number, part in enumerate((before, after)):
        layer = Gimp.Layer.new_from_drawable(part.get_layers()[0], image)
        image.insert_layer(layer, None, 0)
        layer.set_offsets(number * (width + GAP), 0)
    Gimp.context_set_background(Gegl.Color.new("white"))
    image.flatten()
    return image


image = Gimp.file_load(
    Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(os.environ["SEAMFILL_DEMO_PHOTO"])
)
before = flattened(image)
select_object(image)
fill(image)
Gimp.Selection.none(image)
after = flattened(image)
save(before, "before.png")
save(after, "after.png")
save(image, "layers.xcf")
together = side_by_side(before, after)
save(together, "side-by-side.png")
for each in (together, after, before, image):
    each.delete()
