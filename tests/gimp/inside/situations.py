"""Runs in GIMP: single situations, each told as a small report."""

import hashlib
import json
import os
import sys
import time
from importlib import import_module
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from gi.repository import Gegl, Gimp, Gio

from .matrix import call, photo

HOME = Path(os.environ["HOME"])
REPLACE = Gimp.ChannelOps.REPLACE


def names(items: list[Any]) -> list[Any]:
    """Names of layers as a tree."""
    return [
        [i.get_name(), names(i.get_children())] if i.is_group() else i.get_name() for i in items
    ]


def tell(image: Any, drawables: list[Any], procedure: str = "fill", **arguments: Any) -> Any:
    """Call a command and tell how it went."""
    before = names(image.get_layers())
    name = f"plug-in-seamfill-{procedure}"
    status, found, _seconds = call(image, drawables, name, **arguments)
    after = names(image.get_layers())
    report = {"status": status, "before": before, "layers": after, "unchanged": before == after}
    if status == "success":
        return report | {"returned": [layer.get_name() for layer in found]}
    return report | {"message": found}


def _prepared() -> tuple[Any, Any]:
    image = photo()
    image.select_ellipse(REPLACE, 180, 140, 130, 100)
    return image, image.get_layers()[0]


def no_layer() -> Any:
    image, _layer = _prepared()
    return tell(image, [], prompt="x", source="layer")


def two_layers() -> Any:
    image, layer = _prepared()
    second = layer.copy()
    image.insert_layer(second, None, 0)
    return tell(image, [layer, second], prompt="x", source="layer")


def channel() -> Any:
    image, _layer = _prepared()
    saved = Gimp.Selection.save(image)
    return tell(image, [saved], prompt="x", source="layer")


def indexed() -> Any:
    image, layer = _prepared()
    palette = Gimp.ConvertPaletteType.GENERATE
    image.convert_indexed(Gimp.ConvertDitherType.NONE, palette, 64, False, False, "")
    return tell(image, [layer], prompt="x")


def floating() -> Any:
    image, layer = _prepared()
    Gimp.Selection.float(image, [layer], 5, 5)
    return tell(image, image.get_selected_drawables(), prompt="x")


def misses() -> Any:
    image, layer = _prepared()
    layer.resize(50, 50, 0, 0)
    return tell(image, [layer], prompt="x", source="layer")


def other_image() -> Any:
    image, _layer = _prepared()
    _other, layer = _prepared()
    return tell(image, [layer], prompt="x", source="layer")


def unknown_endpoint() -> Any:
    image, layer = _prepared()
    return tell(image, [layer], prompt="x", endpoint="nowhere")


def bad_size() -> Any:
    image, layer = _prepared()
    return tell(image, [layer], prompt="x", size="large")


def nothing_to_remove() -> Any:
    image, layer = _prepared()
    Gimp.Selection.none(image)
    return tell(image, [layer], "remove")


def slow() -> Any:
    image, layer = _prepared()
    return tell(image, [layer], prompt="slow")


def slow_and_on() -> Any:
    """The same, and GIMP is used until nothing of it is left in the folder for temporary files."""
    report = slow()
    end = time.monotonic() + 20
    while (left := _private_folders()) and time.monotonic() < end:
        time.sleep(0.1)
    return report | {"left": left}


def _private_folders() -> list[str]:
    return [path.name for path in Path(gettempdir()).glob("seamfill-*")]


def remove() -> Any:
    image, layer = _prepared()
    return tell(image, [layer], "remove")


def variations() -> Any:
    image, layer = _prepared()
    report = tell(image, [layer], prompt="a  red\nballoon " + "and more " * 9, count=3)
    group = image.get_layers()[0]
    return report | {"visible": [child.get_visible() for child in group.get_children()]}


def text_layer() -> Any:
    image, _layer = _prepared()
    font = Gimp.context_get_font()
    layer = Gimp.TextLayer.new(image, "Seamfill", font, 80, Gimp.Unit.pixel())
    image.insert_layer(layer, None, 0)
    layer.set_offsets(150, 120)
    return tell(image, [layer], prompt="x", source="layer") | {"text": layer.get_text()}


def linked_layer() -> Any:
    """Layers that GIMP 3.2 draws from a file or a path."""
    if not hasattr(Gimp, "LinkLayer"):
        return {"status": "success", "returned": ["none in this GIMP"]}
    image, _layer = _prepared()
    layer = Gimp.LinkLayer.new(image, Gio.File.new_for_path(str(HOME / "photo.png")))
    image.insert_layer(layer, None, 0)
    return tell(image, [layer], prompt="x", source="layer")


def vector_layer() -> Any:
    """A layer that GIMP 3.2 draws from a path, over the photograph."""
    if not hasattr(Gimp, "VectorLayer"):
        return {"status": "success", "returned": ["none in this GIMP"]}
    image, _layer = _prepared()
    path = Gimp.Path.new(image, "triangle")
    image.insert_path(path, None, 0)
    corners = [(150, 120), (330, 130), (240, 260)]
    points = [coordinate for corner in corners for coordinate in corner * 3]
    path.stroke_new_from_points(Gimp.PathStrokeType.BEZIER, points, True)
    layer = Gimp.VectorLayer.new(image, path)
    layer.set_enable_fill(True)
    layer.set_fill_color(Gegl.Color.new("red"))
    image.insert_layer(layer, None, 0)
    layer.refresh()
    report = tell(image, [layer], prompt="x", source="layer")
    return report | {"drawn": layer.is_vector_layer() and layer.get_path().get_name()}


def visible() -> Any:
    """A blue layer over the photograph, and a green private one over both."""
    image, layer = _prepared()
    for name, colour in (("blue", "blue"), ("#own", "lime")):
        cover = Gimp.Layer.new(
            image, name, 480, 360, Gimp.ImageType.RGBA_IMAGE, 100, Gimp.LayerMode.NORMAL
        )
        image.insert_layer(cover, None, 0)
        _paint(cover, colour)
    return tell(image, [layer], prompt="x")


def private() -> Any:
    image, layer = _prepared()
    layer.set_name("#own")
    return tell(image, [layer], prompt="x", source="layer")


def _cover(image: Any, name: str, colour: str, width: int, height: int) -> Any:
    """A transparent layer over the image, painted in one colour from 200, 150."""
    cover = Gimp.Layer.new(
        image, name, width, height, Gimp.ImageType.RGBA_IMAGE, 100, Gimp.LayerMode.NORMAL
    )
    image.insert_layer(cover, None, 0)
    cover.set_offsets(200, 150)
    _paint(cover, colour)
    return cover


MARKED = "gpt-image-2.5-sunburst"


def with_pictures() -> Any:
    """A layer, a hidden one and a file go along, and red markup on a layer of its own."""
    image, layer = _prepared()
    _cover(image, "grass", "lime", 30, 20)
    _cover(image, "sky", "blue", 40, 10).set_visible(False)
    _cover(image, "here", "red", 60, 30)
    names = ["grass", "sky", str(HOME / "photo.png")]
    report = tell(
        image, [layer], prompt="x", model=MARKED, references=names, markup="here", source="layer"
    )
    return report | {"region": _region(image)}


def _region(image: Any) -> list[int]:
    """Where the new layer lies, which is as large as what was sent."""
    new = image.get_layers()[3]
    _ok, x, y = new.get_offsets()
    return [x, y, new.get_width(), new.get_height()]


def markup_on_visible() -> Any:
    """Instructions are not part of the picture that they are about."""
    image, layer = _prepared()
    _cover(image, "here", "red", 60, 30)
    return tell(image, [layer], prompt="x", model=MARKED, markup="here")


def private_reference() -> Any:
    image, layer = _prepared()
    _cover(image, "#own", "lime", 30, 20)
    return tell(image, [layer], prompt="x", model=MARKED, references=["#own"])


def unknown_reference() -> Any:
    image, layer = _prepared()
    return tell(image, [layer], prompt="x", model=MARKED, references=["nothing"])


def unknown_markup() -> Any:
    image, layer = _prepared()
    return tell(image, [layer], prompt="x", model=MARKED, markup="nothing")


def markup_of_itself() -> Any:
    image, layer = _prepared()
    return tell(image, [layer], prompt="x", source="layer", model=MARKED, markup=layer.get_name())


def markup_that_hides() -> Any:
    image, layer = _prepared()
    cover = _cover(image, "here", "red", 60, 30)
    cover.flatten()
    return tell(image, [layer], prompt="x", model=MARKED, markup="here")


def filtered() -> Any:
    """What is sent is what a layer's own filters make of it."""
    image, layer = _prepared()
    Gimp.Selection.none(image)  # or GIMP would filter the selection alone
    layer.append_filter(Gimp.DrawableFilter.new(layer, "gegl:invert-gamma", "inverted"))
    image.select_ellipse(REPLACE, 180, 140, 130, 100)
    return tell(image, [layer], prompt="x", source="layer")


def expand() -> Any:
    image, layer = _prepared()
    report = tell(image, [layer], "expand", prompt="x", left=40, top=0, right=60, bottom=20)
    _ok, x, y = layer.get_offsets()
    return report | {"size": [image.get_width(), image.get_height()], "offset": [x, y]}


def expand_by_nothing() -> Any:
    image, layer = _prepared()
    return tell(image, [layer], "expand", prompt="x")


def settings() -> Any:
    """Preferences set by a script, with no image there."""
    status, found, _seconds = call(None, [], "plug-in-seamfill-settings", private_mark="!")
    return {"status": status, "message": str(found)}


def last_values() -> Any:
    """Filters > Repeat: as the last time, and so with the last prompt."""
    image, layer = _prepared()
    tell(image, [layer], prompt="x")
    Gimp.attach_parasite(Gimp.Parasite.new("seamfill-last-prompt", 0, list(b'"once more"')))
    return tell(image, [layer], run_mode=Gimp.RunMode.WITH_LAST_VALS)


def left_behind() -> Any:
    """What a prompt leaves in a saved image."""
    image, layer = _prepared()
    report = tell(image, [layer], prompt="a secret garden with a fountain and sphinxes")
    file = Gio.File.new_for_path(str(HOME / "left.xcf"))
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None)
    return report


def recover() -> Any:
    """The newest entry of the journal that nobody has used."""
    image, layer = _prepared()
    return tell(image, [layer], "recover")


def refit() -> Any:
    image, layer = _prepared()
    _status, layers, _seconds = call(image, [layer], prompt="x")
    report = tell(image, layers, "refit", edge=2.0)
    again = image.get_layers()[0]
    return report | {"recipe": bytes(again.get_parasite("seamfill-recipe").get_data()).decode()}


def refits() -> Any:
    """A layer that was made half transparent, fitted with one half of the fit after the other."""
    image, layer = _prepared()
    _status, [new], _seconds = call(image, [layer], prompt="x")
    new.set_opacity(40)
    new.set_visible(False)
    Gimp.Selection.none(image)
    image.select_rectangle(REPLACE, 0, 0, 5, 5)
    reports = []
    for switches in ({"register": False}, {"tone": False}, {"fit": False}):
        report = tell(image, image.get_layers()[:1], "refit", **switches)
        new = image.get_layers()[0]
        about = json.loads(bytes(new.get_parasite("seamfill-recipe").get_data()))
        kept = [new.get_opacity(), new.get_visible(), new.get_name()]
        reports.append(report | {"about": about, "kept": kept})
    return reports


def trial() -> Any:
    """Another patch seen in place of a layer, twice, and taken away again."""
    sys.path.insert(0, str(next(HOME.glob(".config/GIMP/3.*/plug-ins/seamfill"))))
    canvas, messages = import_module("canvas"), import_module("worker.messages")
    image, layer = _prepared()
    _status, [new], _seconds = call(image, [layer], prompt="x")
    image.set_selected_layers([new])
    image.clean_all()
    width, height = new.get_width(), new.get_height()
    pixels, mask = HOME / "trial-pixels", HOME / "trial-mask"
    pixels.write_bytes(bytes((0, 0, 255, 255)) * (width * height))
    mask.write_bytes(b"\xff" * (width * height))
    box, form = messages.Box(0, 0, width, height), "R'G'B'A u8"
    patch = messages.PatchFiles(box, str(pixels), form, str(mask), report=None, answer=1)
    before = _state(image)
    trial = canvas.Trial(new)
    shown = []
    for _round in range(2):
        trial.show(patch)
        shown.append([len(image.get_layers()), new.get_visible(), _state(image)[1]])
    trial.end()
    return {"before": before, "shown": shown, "after": _state(image)}


def _state(image: Any) -> list[Any]:
    """All that may not have changed afterwards, but also what the image looks like."""
    told = []
    for layer in image.get_layers():
        parts = [layer, *([layer.get_mask()] if layer.get_mask() else [])]
        data = [part.get_buffer().get(_all(part), 1.0, None, 0) for part in parts]
        digests = [hashlib.sha256(part).hexdigest() for part in data]
        told.append([layer.get_id(), layer.get_name(), layer.get_visible(), digests])
    seen = Gimp.Layer.new_from_visible(image, image, "seen")
    looks = hashlib.sha256(seen.get_buffer().get(_all(seen), 1.0, "R'G'B'A u8", 0)).hexdigest()
    active = [layer.get_id() for layer in image.get_selected_layers()]
    return [told, looks, active, image.is_dirty()]


def _all(drawable: Any) -> Any:
    return Gegl.Rectangle.new(0, 0, drawable.get_width(), drawable.get_height())


def refit_of_nothing() -> Any:
    image, layer = _prepared()
    return tell(image, [layer], "refit")


def _paint(layer: Any, colour: str) -> None:
    Gimp.context_push()
    Gimp.context_set_foreground(Gegl.Color.new(colour))
    layer.fill(Gimp.FillType.FOREGROUND)
    Gimp.context_pop()


def run(wanted: list[str]) -> dict[str, Any]:
    return {name: globals()[name]() for name in wanted}
