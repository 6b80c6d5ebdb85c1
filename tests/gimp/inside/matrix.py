"""Runs in GIMP: makes an image of every kind, edits it, and leaves what a test has to compare."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gi.repository import Gegl, Gimp, Gio

HOME = Path(os.environ["HOME"])
OUT = HOME / "out"
PRECISIONS = {
    "u8": Gimp.Precision.U8_NON_LINEAR,
    "u8-linear": Gimp.Precision.U8_LINEAR,
    "u8-perceptual": Gimp.Precision.U8_PERCEPTUAL,
    "u16": Gimp.Precision.U16_NON_LINEAR,
    "u16-linear": Gimp.Precision.U16_LINEAR,
    "u16-perceptual": Gimp.Precision.U16_PERCEPTUAL,
    "u32": Gimp.Precision.U32_NON_LINEAR,
    "u32-linear": Gimp.Precision.U32_LINEAR,
    "half": Gimp.Precision.HALF_NON_LINEAR,
    "half-linear": Gimp.Precision.HALF_LINEAR,
    "float": Gimp.Precision.FLOAT_NON_LINEAR,
    "float-linear": Gimp.Precision.FLOAT_LINEAR,
}


def file(name: str) -> Any:
    return Gio.File.new_for_path(str(HOME / name))


def photo() -> Any:
    """A fresh image of the photograph."""
    return Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file("photo.png"))


def make_image(case: dict[str, Any]) -> tuple[Any, Any]:
    image = photo()
    if case["base"] == "gray":
        image.convert_grayscale()
    if case["precision"] != "u8":
        image.convert_precision(PRECISIONS[case["precision"]])
    if case["profile"] != "none":
        profile = Gimp.ColorProfile.new_from_file(file(f"{case['profile']}.icc"))
        intent = Gimp.ColorRenderingIntent.RELATIVE_COLORIMETRIC
        image.convert_color_profile(profile, intent, False)
    layer = image.get_layers()[0]
    if case["alpha"]:
        layer.add_alpha()
    else:
        layer.flatten()
    return image, layer


def place(image: Any, layer: Any, how: str) -> Any:
    """Bring the layer into a situation; what is active then, and what is beneath."""
    below = layer.copy()
    image.insert_layer(below, None, 1)
    active = layer
    if how == "offset":
        layer.resize(260, 220, -120, -90)  # smaller than the canvas
    elif how == "large":
        layer.resize(700, 600, 90, 80)
        layer.set_offsets(-90, -80)
    elif how == "group":
        group = Gimp.GroupLayer.new(image, "group")
        image.insert_layer(group, None, 0)
        image.reorder_item(layer, group, 0)
    elif how == "group-active":
        group = Gimp.GroupLayer.new(image, "group")
        image.insert_layer(group, None, 0)
        image.reorder_item(layer, group, 0)
        active = group
    elif how == "mask":
        mask = layer.create_mask(Gimp.AddMaskType.WHITE)
        layer.add_mask(mask)
    elif how == "mask-active":
        active = layer.create_mask(Gimp.AddMaskType.WHITE)
        layer.add_mask(active)
    elif how == "locked":
        layer.set_lock_content(True)
        layer.set_lock_position(True)
        layer.set_lock_alpha(True)
    elif how == "hidden-below":
        below.set_visible(False)
    image.set_selected_layers([active if isinstance(active, Gimp.Layer) else layer])
    return active


def select(image: Any, how: str) -> None:
    replace, add = Gimp.ChannelOps.REPLACE, Gimp.ChannelOps.ADD
    if how == "ellipse":
        image.select_ellipse(replace, 180, 140, 130, 100)
    elif how == "feathered":
        image.select_ellipse(replace, 180, 140, 130, 100)
        Gimp.Selection.feather(image, 20)
    elif how == "inverted":
        image.select_rectangle(replace, 0, 0, 480, 40)
        image.select_rectangle(add, 0, 300, 480, 60)
        image.select_rectangle(add, 0, 0, 150, 360)
        image.select_rectangle(add, 340, 0, 140, 360)
        Gimp.Selection.invert(image)
    elif how == "islands":
        image.select_rectangle(replace, 150, 120, 40, 30)
        image.select_ellipse(add, 240, 150, 60, 50)
        image.select_rectangle(add, 160, 230, 25, 25)
    elif how == "pixel":
        image.select_rectangle(replace, 222, 171, 1, 1)
    elif how == "border":
        image.select_ellipse(replace, 80, 60, 120, 100)
    else:
        Gimp.Selection.none(image)


def dump(
    drawable: Any, name: str, format_name: str | None, box: tuple[int, int, int, int] | None = None
) -> None:
    x, y, w, h = box or (0, 0, drawable.get_width(), drawable.get_height())
    data = drawable.get_buffer().get(
        Gegl.Rectangle.new(x, y, w, h), 1.0, format_name, Gegl.AbyssPolicy.NONE
    )
    (OUT / name).write_bytes(data)


def dump_visible(image: Any, name: str) -> None:
    """Leave what the image looks like: its own bytes, and as sRGB."""
    visible = Gimp.Layer.new_from_visible(image, image, "visible")
    dump(visible, f"{name}.native", None)
    dump(visible, f"{name}.float", "R'G'B'A float")
    visible.delete()


def state(image: Any, layer: Any) -> dict[str, Any]:
    """What an edit must leave as it was."""
    selection = image.get_selection().get_buffer()
    canvas = Gegl.Rectangle.new(0, 0, image.get_width(), image.get_height())
    return {
        "selection": hash(selection.get(canvas, 1.0, "Y u8", Gegl.AbyssPolicy.NONE)),
        "active": [item.get_id() for item in image.get_selected_layers()],
        "colours": [
            [round(v, 4) for v in colour.get_rgba()]
            for colour in (Gimp.context_get_foreground(), Gimp.context_get_background())
        ],
        "images": len(Gimp.get_images()),
        "guides": image.find_next_guide(0),
        "precision": int(image.get_precision()),
        "profile": bool(image.get_color_profile()),
        "edits mask": layer.get_mask() is not None and layer.get_edit_mask(),
    }


def call(
    image: Any,
    drawables: list[Any],
    procedure: str = "plug-in-seamfill-fill",
    **arguments: Any,
) -> tuple[str, Any, float]:
    """Call a command as a script does: status, layers or message, and seconds."""
    found = Gimp.get_pdb().lookup_procedure(procedure)
    config = found.create_config()
    if image is not None:
        config.set_property("image", image)
    if drawables:
        config.set_core_object_array("drawables", drawables)
    for name, value in arguments.items():
        config.set_property(name.replace("_", "-"), value)
    began = time.monotonic()
    values = found.run(config)
    seconds = time.monotonic() - began
    if values.index(0) != Gimp.PDBStatusType.SUCCESS:
        return values.index(0).value_nick, values.index(1), seconds
    layers = values.get_core_object_array(1) if values.length() > 1 else []
    return "success", layers, seconds


def run_case(case: dict[str, Any]) -> dict[str, Any]:
    image, layer = make_image(case)
    image.add_vguide(33)
    active = place(image, layer, case["layer"])
    select(image, case["selection"])
    name = case["name"]
    dump_visible(image, f"{name}-before")
    size = (image.get_width(), image.get_height())
    dump(image.get_selection(), f"{name}-selection", "Y u8", (0, 0, *size))
    before = state(image, layer)
    bytes_before = own_bytes(image)
    status, layers, seconds = call(image, [active], prompt="a test", source=case["source"])
    report = {"status": status, "before": before, "seconds": seconds}
    if status == "success":
        new = layers[0]
        _ok, x, y = new.get_offsets()
        parasite = new.get_parasite("seamfill-recipe")
        report |= {
            "untouched": bytes_before.items() <= own_bytes(image).items(),
            "box": [x, y, new.get_width(), new.get_height()],
            "layer box": layer_box(layer),
            "mask": new.get_mask() is not None,
            "new": new.get_id(),
            "name": new.get_name(),
            "parent": new.get_parent().get_id() if new.get_parent() else 0,
            "position": image.get_item_position(new),
            "edited position": image.get_item_position(_edited(active)),
            "edited parent": _parent(_edited(active)),
            "recipe": bytes(parasite.get_data()).decode() if parasite else "",
        }
        dump_visible(image, f"{name}-after")
        dump(new, f"{name}-layer", "R'G'B'A float")
        dump(new.get_mask(), f"{name}-mask", "Y u8")
    else:
        report["message"] = layers
    bits = 32 if case["precision"].startswith(("u32", "half", "float")) else 16
    report |= {"size": size, "bits": bits, "after": state(image, layer)}
    image.delete()
    return report


def own_bytes(image: Any) -> dict[int, int]:
    """The bytes of every layer, as a digest by its number."""
    found = {}
    for item in all_layers(image.get_layers()):
        area = Gegl.Rectangle.new(0, 0, item.get_width(), item.get_height())
        data = item.get_buffer().get(area, 1.0, None, Gegl.AbyssPolicy.NONE)
        if not item.is_group():
            found[item.get_id()] = hash(data)
    return found


def all_layers(items: list[Any]) -> Iterator[Any]:
    for item in items:
        yield item
        if item.is_group():
            yield from all_layers(item.get_children())


def layer_box(layer: Any) -> list[int]:
    _ok, x, y = layer.get_offsets()
    return [x, y, layer.get_width(), layer.get_height()]


def _edited(active: Any) -> Any:
    return Gimp.Layer.from_mask(active) if isinstance(active, Gimp.LayerMask) else active


def _parent(item: Any) -> int:
    return item.get_parent().get_id() if item.get_parent() else 0


def run(cases: list[dict[str, Any]]) -> dict[str, Any]:
    OUT.mkdir(exist_ok=True)
    return {case["name"]: run_case(case) for case in cases}
