"""Runs in GIMP: fills over fills, and what the canvas shows of them."""

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from gi.repository import Gegl, Gimp

from .matrix import call, photo
from .situations import REPLACE, names

HOME = Path(os.environ["HOME"])
MIDDLE = (245, 190)


def plug_in(module: str) -> Any:
    """A module of the plug-in as it is installed."""
    folder = str(next(HOME.glob(".config/GIMP/3.*/plug-ins/seamfill")))
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return import_module(module)


def seen(image: Any) -> list[int]:
    """The colour that the canvas shows in the middle of the selection."""
    shown = Gimp.Layer.new_from_visible(image, image, "seen")
    spot = Gegl.Rectangle.new(*MIDDLE, 1, 1)
    colour = list(shown.get_buffer().get(spot, 1.0, "R'G'B' u8", Gegl.AbyssPolicy.NONE))
    shown.delete()
    return colour


def prepared() -> tuple[Any, Any]:
    image = photo()
    image.select_ellipse(REPLACE, 180, 140, 130, 100)
    return image, image.get_layers()[0]


def fill(image: Any, layer: Any, prompt: str, source: str, **more: Any) -> list[Any]:
    status, found, _seconds = call(image, [layer], prompt=prompt, source=source, **more)
    assert status == "success", found
    return list(found)


def over_each_other(source: str) -> dict[str, Any]:
    """Three fills, variations, a repeated fill and a removal, all at one place."""
    image, photograph = prepared()
    shown = [seen(image)]
    for prompt in ("red", "lime", "blue"):
        fill(image, photograph, prompt, source)
        shown.append(seen(image))
    tree = names(image.get_layers())
    variations = fill(image, photograph, "several", source, count=3)
    flipped = []
    for index in range(3):
        plug_in("canvas").show_only(variations, index)
        flipped.append(seen(image))
    plug_in("user.parasites").attach(Gimp, "seamfill-last-prompt", "red")
    repeat = Gimp.RunMode.WITH_LAST_VALS
    status, _found, _seconds = call(image, [photograph], source=source, run_mode=repeat)
    repeated = [status, seen(image)]
    status, _found, _seconds = call(image, [photograph], "plug-in-seamfill-remove", source=source)
    removed = [status, seen(image)]
    active = [layer.get_name() for layer in image.get_selected_layers()]
    return {
        "shown": shown,
        "tree": tree,
        "flipped": flipped,
        "repeated": repeated,
        "removed": removed,
        "active": active == [photograph.get_name()],
        "top": names(image.get_layers())[0],
    }


def placed() -> dict[str, Any]:
    """Where the result of one layer goes among the user's own layers and earlier results."""
    image, photograph = prepared()
    photograph.set_name("photo")
    fill(image, photograph, "red", "layer")
    own = photograph.copy()
    own.set_name("own")
    image.insert_layer(own, None, 0)
    fill(image, photograph, "lime", "layer")
    above_result = names(image.get_layers())
    group = Gimp.GroupLayer.new(image, "group")
    image.insert_layer(group, None, len(image.get_layers()))
    image.reorder_item(photograph, group, 0)
    fill(image, photograph, "white", "layer")
    return {
        "above result": above_result,
        "from a group": names(image.get_layers()),
        "seen": seen(image),
    }


REPORT = {
    **dict.fromkeys(("registered", "known"), True),
    **dict.fromkeys(("dx", "dy", "rotation", "warp", "sharpness", "grain", "calmed"), 0.0),
    **dict.fromkeys(("scale", "agreement", "seam_before", "seam_after", "seam_local"), 1.0),
    "outside_changed": 0,
    "layout": "direct",
    "matrix": [1, 0, 0, 0, 1, 0],
    "gain": [1.0],
    "bias": [0.0],
    "flags": [],
}


def _patches(image: Any, count: int) -> Any:
    pixels, mask = HOME / "stack-pixels", HOME / "stack-mask"
    pixels.write_bytes(bytes((9, 9, 9, 255)) * 100)
    mask.write_bytes(b"\xff" * 100)
    one = {"box": [0, 0, 10, 10], "pixels": str(pixels), "format": "R'G'B'A u8", "mask": str(mask)}
    messages, parse = plug_in("worker.messages"), plug_in("worker.parse").parse
    return (parse(messages.PatchFiles, {**one, "report": REPORT, "answer": 1}),) * count


def not_inserted() -> list[Any]:
    """Insertions that fail in their middle: the second patch is not whole, the canvas not large."""
    canvas, errors = plug_in("canvas"), plug_in("errors")
    image, photograph = prepared()
    image.set_selected_layers([photograph])
    whole, recipe = _patches(image, 3), plug_in("canvas.recipes").Recipe({}, "")
    broken = HOME / "stack-broken"
    broken.write_bytes(b"\xff" * 60)
    target = canvas.examine(image, [photograph])
    vast = target._replace(frame=(300_000, 0, 300_000, 0), size=(600_480, 360))
    reports = []
    for where, patches in (
        (target, (whole[0], whole[1]._replace(mask=str(broken)), whole[2])),
        (vast, whole[:1]),
        (vast, whole),
    ):
        before = _state(image)
        try:
            canvas.insert(where, patches, "never", recipe)
            message = ""
        except errors.Problem as problem:
            message = str(problem)
        reports.append([message, _state(image) == before])
    [layer] = canvas.insert(target, whole[:1], "after all", recipe)
    before = _state(image)
    try:
        canvas.replace(layer, whole[0]._replace(mask=str(broken)), recipe)
        message = ""
    except errors.Problem as problem:
        message = str(problem)
    reports.append([message, _state(image) == before])
    return reports


def _state(image: Any) -> list[Any]:
    active = [layer.get_id() for layer in image.get_selected_layers()]
    return [names(image.get_layers()), seen(image), active, image.get_width(), image.get_height()]


def _mask(layer: Any) -> bytes:
    mask = layer.get_mask()
    area = Gegl.Rectangle.new(0, 0, mask.get_width(), mask.get_height())
    data: bytes = mask.get_buffer().get(area, 1.0, "Y u8", Gegl.AbyssPolicy.NONE)
    return data


def painted() -> dict[str, Any]:
    """A mask painted by hand, refitted twice with it and once without."""
    image, photograph = prepared()
    [layer] = fill(image, photograph, "red", "visible")
    untouched = _mask(layer)
    _status, [layer], _seconds = call(image, [layer], "plug-in-seamfill-refit", edge=9.0)
    refitted = _mask(layer)
    buffer = layer.get_mask().get_buffer()
    buffer.set(Gegl.Rectangle.new(0, 0, 20, 20), "Y u8", b"\xff" * 400)
    middle = Gegl.Rectangle.new(layer.get_width() // 2, layer.get_height() // 2, 4, 4)
    buffer.set(middle, "Y u8", bytes(16))
    buffer.flush()
    del buffer
    by_hand = _mask(layer)
    kept, edges = [], []
    for edge in (3.0, 20.0):
        _status, [layer], _seconds = call(image, [layer], "plug-in-seamfill-refit", edge=edge)
        width, mask = layer.get_width(), _mask(layer)
        corner = [mask[row * width : row * width + 20] for row in range(20)]
        start = layer.get_height() // 2 * width + width // 2
        kept.append([{*b"".join(corner)}, {*mask[start : start + 4]}] == [{255}, {0}])
        edges.append(mask)
    recipe = json.loads(bytes(layer.get_parasite("seamfill-recipe").get_data()))
    more = {"edge": 9.0, "keep_mask": False}
    _status, [layer], _seconds = call(image, [layer], "plug-in-seamfill-refit", **more)
    return {
        "follows the edge": refitted != untouched,
        "painted": by_hand != refitted,
        "kept": kept,
        "edges": [edges[0] != edges[1], by_hand not in edges],
        "edge": recipe["recipe"]["edge"],
        "made anew": _mask(layer) == refitted,
    }


def newest() -> dict[str, Any]:
    """Refit while the photograph is active: for a user the newest result, for a script none."""
    image, photograph = prepared()
    fill(image, photograph, "red", "visible")
    fill(image, photograph, "several", "visible", count=2)
    group = image.get_layers()[0]
    shown, hidden = group.get_children()
    refit, repeat = "plug-in-seamfill-refit", Gimp.RunMode.WITH_LAST_VALS
    script, message, _seconds = call(image, [photograph], refit)
    user, [by_user], _seconds = call(image, [photograph], refit, run_mode=repeat)
    of_group, [by_group], _seconds = call(image, [group], refit)
    return {
        "statuses": [script, user, of_group],
        "message": str(message),
        "names": [by_user.get_name(), by_group.get_name(), shown.is_valid(), hidden.is_valid()],
        "expected": group.get_children()[0].get_name(),
    }


def flushed() -> list[int]:
    """How often all displays are drawn anew for a script, and for a user."""
    arguments = plug_in("commands.arguments")
    _image, photograph = prepared()
    calls = []

    class Watched:
        def __getattr__(self, name: str) -> Any:
            return calls.append(name) if name == "displays_flush" else getattr(Gimp, name)

        def displays_flush(self) -> None:
            calls.append("displays_flush")

    arguments.Gimp = Watched()
    counts = []
    for mode in (Gimp.RunMode.NONINTERACTIVE, Gimp.RunMode.INTERACTIVE):
        arguments.layers_returned(None, [photograph], mode)
        counts.append(len(calls))
    arguments.Gimp = Gimp
    return counts


def expanded(source: str) -> dict[str, Any]:
    """The canvas grown around a photograph that is half covered by a red layer."""
    image, photograph = prepared()
    cover = photograph.copy()
    image.insert_layer(cover, None, 0)
    buffer = cover.get_buffer()
    buffer.set(Gegl.Rectangle.new(0, 0, 480, 180), "R'G'B' u8", bytes((255, 0, 0)) * 480 * 180)
    buffer.flush()
    del buffer
    arguments = {"prompt": "x", "source": source, "left": 40, "right": 60, "bottom": 20}
    status, found, _seconds = call(image, [photograph], "plug-in-seamfill-expand", **arguments)
    tree = names(image.get_layers())
    where = [] if status != "success" else list(found[0].get_offsets())[1:]
    return {"status": status, "message": str(found), "tree": tree, "offsets": where}


def problems() -> None:
    """Edits of whose problems the user should hear."""
    image, photograph = prepared()
    fill(image, photograph, "too few", "visible", count=2)
    fill(image, photograph, "noise", "visible")
