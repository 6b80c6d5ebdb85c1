"""Runs in GIMP: an image, its layers, files and prompts that are called by a text."""

import json
import os
from pathlib import Path
from typing import Any

from gi.repository import Gimp, Gio

from .matrix import call

HOME = Path(os.environ["HOME"])
MARKED = "gpt-image-2.5-sunburst"


def run(texts: list[str]) -> list[dict[str, Any]]:
    return [_edited(text) for text in texts]


def _file(name: str) -> Any:
    return Gio.File.new_for_path(str(HOME / name))


def _edited(text: str) -> dict[str, Any]:
    """Fill with the text for every name that there is, refit, save, and repeat."""
    image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, _file(f"{text}.png"))
    [layer] = image.get_layers()
    layer.set_name(text)
    image.select_ellipse(Gimp.ChannelOps.REPLACE, 180, 140, 130, 100)
    given: dict[str, Any] = {
        "prompt": text,
        "model": MARKED,
        "references": [text, str(HOME / f"{text}.png")],
    }
    status, found, _seconds = call(image, [layer], **given)
    if status != "success":
        return {"status": status, "message": found}
    report = {"status": status, "name": found[0].get_name(), "about": _about(found[0])}
    report["refit"], again, _seconds = call(image, found, "plug-in-seamfill-refit", edge=3.0)
    report["name again"] = again[0].get_name()
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, _file(f"{text}.xcf"), None)
    image.delete()
    image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, _file(f"{text}.xcf"))
    report["about saved"] = _about(image.get_layers()[0])
    image.delete()
    return report


def _about(layer: Any) -> Any:
    return json.loads(bytes(layer.get_parasite("seamfill-recipe").get_data()))


def remembered(texts: list[str]) -> list[Any]:
    """What an edit that a dialog began remembers, and what is read back of it."""
    import sys
    from importlib import import_module

    sys.path.insert(0, str(next(HOME.glob(".config/GIMP/3.*/plug-ins/seamfill"))))
    prompts, parasites = import_module("user.prompts"), import_module("user.parasites")
    found = []
    for text in [*texts, "two\nlines\tand a tab", "a\0nul", "alone \ud800"]:
        prompts.remember(text)
        found.append([prompts.last_prompt(), prompts.prompts()[:1]])
    image = Gimp.Image.new(8, 8, Gimp.ImageBaseType.RGB)
    found.append(parasites.find(image, "nothing"))
    image.attach_parasite(Gimp.Parasite.new("seamfill-foreign", 0, [-1, -2, 65]))
    found.append(parasites.find(image, "seamfill-foreign"))
    return found


def named(prompts: list[str]) -> list[str]:
    """What layers are called after prompts, as GIMP itself keeps it."""
    import sys
    from importlib import import_module

    sys.path.insert(0, str(next(HOME.glob(".config/GIMP/3.*/plug-ins/seamfill"))))
    names = import_module("edits.names")
    image = Gimp.Image.new(8, 8, Gimp.ImageBaseType.RGB)
    kind, mode = Gimp.ImageType.RGBA_IMAGE, Gimp.LayerMode.NORMAL
    return [
        Gimp.Layer.new(image, names.layer_name(prompt), 8, 8, kind, 100, mode).get_name()
        for prompt in prompts
    ]
