"""Every dialog, opened from its menu, looked at and closed again."""

import json
import time

from .desktop import (
    HOME,
    Gimp,
    button,
    find,
    labels,
    no_window,
    picture_of,
    press,
    screenshot,
    unfold,
    wait_for,
    window,
    write,
)

given = json.loads((HOME / "given.json").read_text())
scheme = given["scheme"]
result: dict[str, object] = {}


def look(gimp: Gimp, item: str, title: str, name: str) -> None:
    """Open a dialog, keep its picture and what it says, and cancel it."""
    gimp.menu("Filters", "Seamfill", item)
    dialog = window(title)
    if name == "fill":
        prompt = "an old bicycle leaning against the wall, evening light"
        write(find(dialog, "text", "Prompt"), prompt)
        unfold(dialog, "Model and Quality")
    time.sleep(1.2)
    picture_of(title, f"{name}-{scheme}")
    result[name] = labels(dialog)
    press(button(dialog, "Close") or button(dialog, "Cancel"))
    no_window(title)


gimp = Gimp(str(HOME / "photo.png"))
try:
    result["canvas"] = str(gimp.canvas())
    gimp.select(190, 130, 300, 290)
    look(gimp, "Generative Fill…", "Generative Fill", "fill")
    look(gimp, "Expand Canvas…", "Expand Canvas", "expand")
    look(gimp, "Settings…", "Seamfill Settings", "settings")
    gimp.menu("Filters", "Seamfill", "Remove Selection")
    result["removed"] = bool(wait_for(lambda: gimp.layer("Removed"), 30, "the layer"))
    gimp.choose_layer_above()
    look(gimp, "Refit Layer…", "Refit Layer", "refit")
    look(gimp, "Recover Results…", "Recover Results", "recover")
finally:
    screenshot(f"dialogs-end-{scheme}")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
