"""An indexed image: left alone by Cancel, converted and edited where the user agrees."""

import json
import time

from .desktop import (
    HOME,
    Gimp,
    button,
    close,
    find,
    key,
    labels,
    no_window,
    picture_of,
    press,
    screenshot,
    wait_for,
    window,
    write,
)

given = json.loads((HOME / "given.json").read_text())
TITLE = "Convert to RGB"
result: dict[str, object] = {}
gimp = Gimp(str(HOME / "indexed.png"))
try:
    gimp.select(150, 130, 330, 310)
    result["title"] = gimp.title()
    for number, item in enumerate(("Generative Fill…", "Expand Canvas…", "Remove Selection")):
        gimp.menu("Filters", "Seamfill", item)
        question = window(TITLE)
        if number == 0:
            time.sleep(1)
            picture_of(TITLE, f"indexed-{given['scheme']}")
            result["labels"] = labels(question)
        press(button(question, "Cancel"))
        no_window(TITLE)
    result["title after Cancel"] = gimp.title()

    gimp.menu("Filters", "Seamfill", "Generative Fill…")
    press(button(window(TITLE), "Convert"))
    fill = window("Generative Fill")
    write(find(fill, "text", "Prompt"), "a red wall")
    press(button(fill, "Generate"))
    result["filled"] = wait_for(lambda: "2 layers" in gimp.title() and gimp.title(), 10, "a layer")
    close("Generative Fill")
    gimp.focus()
    key("ctrl+z")
    result["undone"] = wait_for(lambda: "1 layer)" in gimp.title() and gimp.title(), 10, "undo")
    key("ctrl+z")
    wait_for(lambda: "Indexed color" in gimp.title(), 10, "the palette")

    gimp.menu("Filters", "Seamfill", "Remove Selection")
    press(button(window(TITLE), "Convert"))
    result["removed"] = bool(wait_for(lambda: gimp.layer("Removed"), 30, "the layer"))
finally:
    screenshot("indexed-end")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
