"""Refit Layer: seen on the canvas at once, taken back by Cancel, and by one undo after OK."""

import json
import time
from typing import Any

from .desktop import (
    HOME,
    Gimp,
    button,
    close,
    find,
    key,
    labels,
    move,
    no_window,
    pixels,
    press,
    screenshot,
    wait_for,
    window,
    write,
)

given = json.loads((HOME / "given.json").read_text())
scheme = given["scheme"]
result: dict[str, object] = {}
TITLE = "Refit Layer"
gimp = Gimp(str(HOME / "photo.png"))


def looked_at(name: str) -> None:
    """Keep what the canvas shows."""
    time.sleep(1.2)
    screenshot(f"refit-{name}-{scheme}")


def opened() -> Any:
    """Open the dialog and wait for its first fit."""
    gimp.menu("Filters", "Seamfill", "Refit Layer…")
    dialog = window(TITLE)
    move(TITLE, 890, 0)  # or it would cover the canvas
    wait_for(lambda: "Seam:" in str(labels(dialog)), 20, "the report")
    return dialog


def choose_edge(dialog: Any, width: float) -> None:
    """Choose a width, and wait until the canvas shows it."""
    part = (area.x + 40, area.y + 20, 380, 460)
    before = pixels(*part)
    press(find(dialog, "check box", "Automatic"))
    find(dialog, "spin button", "Edge").set_current_value(width)
    wait_for(lambda: pixels(*part) != before, 30, "the other edge")


try:
    gimp.select(150, 130, 330, 310)
    gimp.menu("Filters", "Seamfill", "Generative Fill…")
    fill = window("Generative Fill")
    write(find(fill, "text", "Prompt"), "a red wall")
    press(button(fill, "Generate"))
    wait_for(lambda: gimp.layer("a red wall"), 20, "the layer")
    close("Generative Fill")
    gimp.focus()
    key("ctrl+shift+a")
    area = gimp.canvas()
    result["canvas"] = [area.x, area.y]
    result["title"] = gimp.title()
    looked_at("before")

    dialog = opened()
    looked_at("automatic")
    choose_edge(dialog, 60)
    result["title meanwhile"] = gimp.title()
    looked_at("wide")
    result["labels"] = labels(dialog)
    press(find(dialog, "check box", "Preview"))
    looked_at("unseen")
    press(find(dialog, "check box", "Preview"))
    time.sleep(0.5)
    press(button(dialog, "Cancel"))
    no_window(TITLE)
    looked_at("cancelled")
    result["title after Cancel"] = gimp.title()
    gimp.focus()
    key("ctrl+z", "ctrl+z")
    result["undone"] = bool(wait_for(lambda: "1 layer)" in gimp.title(), 10, "undo"))
    key("ctrl+y", "ctrl+y")
    wait_for(lambda: "2 layers" in gimp.title(), 10, "redo")

    dialog = opened()
    choose_edge(dialog, 60)
    press(button(dialog, "Refit"))
    no_window(TITLE)
    looked_at("done")
    result["title after OK"] = gimp.title()
    gimp.focus()
    key("ctrl+z")
    looked_at("undone")
    result["title after undo"] = gimp.title()

    dialog = opened()
    gimp.menu("Layer", "Delete Layer*")
    press(find(dialog, "check box", "Automatic"))
    wait_for(lambda: "was deleted" in str(labels(dialog)), 20, "the message")
    result["layer gone"] = labels(dialog)
    wait_for(lambda: "1 layer)" in gimp.title(), 10, "an image without the layer")
    press(button(dialog, "Cancel"))
    no_window(TITLE)
    gimp.focus()
    key("ctrl+z")
    wait_for(lambda: "2 layers" in gimp.title(), 10, "undo")

    dialog = opened()
    gimp.menu("File", "Close View")
    discard = wait_for(lambda: button(gimp.app, "Discard Changes"), 10, "close")
    press(discard)
    time.sleep(1)
    press(find(dialog, "check box", "Automatic"))
    wait_for(lambda: "was closed" in str(labels(dialog)), 20, "the message")
    press(button(dialog, "Refit"))
    no_window(TITLE)
    time.sleep(1)
    result["alive"] = gimp.alive()
finally:
    screenshot(f"refit-end-{scheme}")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
