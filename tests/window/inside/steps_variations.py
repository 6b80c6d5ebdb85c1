"""Three variations: flipped through on the canvas, made anew, kept, and discarded."""

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
    wait_for,
    window,
    write,
)

result: dict[str, object] = {}


gimp = Gimp(str(HOME / "photo.png"))
try:
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
    press(find(variations, None, "Variation 2"))
    time.sleep(0.5)
    picture_of("Variations", "variations-dark")
    press(button(variations, "Try Again"))
    no_window("Variations")
    result["after again"] = gimp.title()
    press(button(dialog, "Generate"))
    variations = window("Variations", 40)
    press(button(variations, "Keep"))
    no_window("Variations")
    no_window("Generative Fill")
    time.sleep(0.5)
    result["kept"] = gimp.title()
    gimp.menu("Filters", "Seamfill", "Generative Fill…")
    dialog = window("Generative Fill")
    press(button(dialog, "Generate"))
    press(button(window("Variations", 40), "Discard All"))
    no_window("Generative Fill")
    time.sleep(0.5)
    result["discarded"] = gimp.title()
finally:
    screenshot("variations-end")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
