"""References and markup chosen in the dialog: a layer, a file, and a layer drawn over."""

import json
import time

from .desktop import (
    HOME,
    Gimp,
    button,
    choose,
    find,
    key,
    labels,
    no_window,
    picture_of,
    press,
    screenshot,
    showing,
    type_text,
    wait_for,
    walk,
    window,
    write,
)

TITLE = "Generative Fill"
scheme = json.loads((HOME / "given.json").read_text())["scheme"]
result: dict[str, object] = {}
gimp = Gimp(str(HOME / "photo.png"))


def references() -> object:
    """The part of the dialog that lists them, if it is shown."""
    found = (n for n in walk(dialog) if (n.get_name() or "").startswith("References"))
    return next((node for node in found if showing(node)), None)


try:
    gimp.select(150, 130, 330, 310)
    gimp.menu("Layer", "New from Visible")
    wait_for(lambda: "2 layers" in gimp.title(), 10, "another layer")
    gimp.menu("Layer", "Transparency", "Add Alpha Channel")
    gimp.menu("Layer", "Stack", "Select Next Layer*")
    gimp.menu("Filters", "Seamfill", f"{TITLE}…")
    dialog = window(TITLE)
    write(find(dialog, "text", "Prompt"), "with references")
    model = find(dialog, "combo box", "Model")
    press(find(dialog, None, "More options"))
    seen = []
    for name in ("DALL-E 2", "GPT Image 2.5 Sunburst"):
        choose(model, name)
        seen.append(references() is not None)
    result["before"] = [*seen, False]
    press(references())
    press(wait_for(lambda: find(dialog, "check box", "Visible"), 10, "the layers"))
    press(button(dialog, "Add File…"))
    window("Add References")
    time.sleep(1)
    key("ctrl+l")
    type_text(str(HOME / "other.png"))
    time.sleep(1)
    key("Return")
    no_window("Add References")
    result["chosen"] = labels(dialog)
    choose(find(dialog, "combo box", "Markup"), "Visible")
    time.sleep(1)
    picture_of(TITLE, f"references-{scheme}")
    press(button(dialog, "Generate"))
    no_window(TITLE, 40)
    result["layer"] = bool(wait_for(lambda: gimp.layer("with references"), 10, "the layer"))
finally:
    screenshot("references-end")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
