"""Three variations: flipped through on the canvas, made anew, kept, and discarded."""

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
result: dict[str, object] = {}


gimp = Gimp(str(HOME / "photo.png"))
try:
    gimp.select(150, 130, 330, 310)
    gimp.menu("Filters", "Seamfill", "Generative Fill…")
    dialog = window("Generative Fill")
    write(find(dialog, "text", "Prompt"), "three of them")
    count = find(dialog, "spin button", "Variations")
    count.set_current_value(3)
    wait_for(lambda: "Cost" in str(labels(dialog)), 10, "the plan")
    press(button(dialog, "Generate"))
    variations = window("Variations", 40)
    time.sleep(0.5)
    result["first"] = labels(variations)
    thumbnails = [find(variations, None, f"Variation {number}") for number in (1, 2, 3)]
    result["faults"] = [thumbnail.get_description() for thumbnail in thumbnails]
    press(thumbnails[1])
    time.sleep(0.5)
    picture_of("Variations", f"variations-{given['scheme']}")
    press(button(variations, "Try Again"))
    no_window("Variations")
    wait_for(lambda: "1 layer)" in gimp.title(), 10, "an image without variations")
    press(button(dialog, "Generate"))
    variations = window("Variations", 40)
    press(button(variations, "Keep All"))
    no_window("Variations")
    close("Generative Fill")
    time.sleep(0.5)
    result["kept"] = gimp.title()
    gimp.focus()
    key("ctrl+z")
    wait_for(lambda: "1 layer)" in gimp.title(), 10, "undo")
    gimp.menu("Filters", "Seamfill", "Generative Fill…")
    dialog = window("Generative Fill")
    press(button(dialog, "Generate"))
    variations = window("Variations", 40)
    press(find(variations, None, "Variation 2"))
    time.sleep(0.5)
    press(button(variations, "Keep This One"))
    no_window("Variations")
    close("Generative Fill")
    result["one kept"] = bool(wait_for(lambda: "2 layers" in gimp.title(), 10, "one layer"))
    result["its name"] = [bool(gimp.layer(name)) for name in ("three of them", "three of them 2")]
    gimp.focus()
    key("ctrl+z")
    result["all back"] = bool(wait_for(lambda: "5 layers" in gimp.title(), 10, "the others"))
    key("ctrl+z")
    result["none left"] = bool(wait_for(lambda: "1 layer)" in gimp.title(), 10, "undo"))
    gimp.menu("Filters", "Seamfill", "Generative Fill…")
    dialog = window("Generative Fill")
    press(button(dialog, "Generate"))
    press(button(window("Variations", 40), "Discard All"))
    close("Generative Fill")
    time.sleep(0.5)
    result["discarded"] = gimp.title()
finally:
    screenshot("variations-end")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
