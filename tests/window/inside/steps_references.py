"""References and markup: a layer, a file, and a layer drawn over; sent with one image alone."""

import json
from typing import Any

from .desktop import (
    HOME,
    Gimp,
    button,
    choose,
    close,
    find,
    focused,
    key,
    labels,
    picture_of,
    press,
    screenshot,
    unfold,
    visible,
    wait_for,
    walk,
    window,
    windows,
    write,
)

TITLE = "Generative Fill"
scheme = json.loads((HOME / "given.json").read_text())["scheme"]
result: dict[str, object] = {}
gimp = Gimp(str(HOME / "photo.png"))


PROMPT = "avec des références"


def opened() -> Any:
    """Open the dialog and wait for its plan."""
    gimp.menu("Filters", "Seamfill", f"{TITLE}…")
    dialog = window(TITLE)
    wait_for(lambda: "Cost" in str(labels(dialog)) and references(), 10, "the plan")
    return dialog


def references() -> Any:
    """The part of the dialog that lists them, if it is shown."""
    parts = (n for n in walk(window(TITLE)) if n.get_role_name() == "toggle button")
    named = (part for part in parts if (part.get_name() or "").startswith("References"))
    return next((part for part in named if visible(part)), None)


def generate(dialog: Any) -> None:
    """Press Generate, wait for the layer, and close the panel."""
    before = gimp.title()
    press(button(dialog, "Generate"))
    wait_for(lambda: gimp.title() != before, 40, "the layer")
    close(TITLE)


def added(chooser: Any) -> bool:
    """Press Add, unless the file chooser has gone."""
    if windows("Add References"):
        press(button(chooser, "Add"))
        return False
    return True


try:
    gimp.select(150, 130, 330, 310)
    gimp.menu("Layer", "New from Visible")
    wait_for(lambda: "2 layers" in gimp.title(), 10, "another layer")
    gimp.menu("Layer", "Transparency", "Add Alpha Channel")
    gimp.menu("Layer", "Stack", "Select Next Layer*")
    dialog = opened()
    write(find(dialog, "text", "Prompt"), PROMPT)
    model = find(dialog, "combo box", "Model")
    unfold(dialog, "Model and Quality")
    unfold(dialog, "More options")
    choose(model, "DALL-E 2")
    result["none"] = wait_for(lambda: references() is None, 5, "no list")
    choose(model, "GPT Image 2.5 Sunburst")
    wait_for(references, 5, "the list")
    press(references())
    press(wait_for(lambda: find(dialog, "check box", "Visible"), 10, "the layers"))
    press(button(dialog, "Add File…"))
    chooser = window("Add References")
    wait_for(lambda: focused(chooser), 5, "the keyboard")
    key("ctrl+l")
    field = wait_for(
        lambda: focused(chooser).get_role_name() == "text" and focused(chooser), 5, "a field"
    )
    write(field, str(HOME / "other.png"))
    wait_for(lambda: added(chooser), 20, "the file, which has to be found first", pause=0.5)
    press(references())
    choose(find(dialog, "combo box", "Markup"), "Visible")
    result["chosen"] = wait_for(
        lambda: "(2)" in references().get_name() and labels(dialog), 5, "it"
    )
    picture_of(TITLE, f"references-{scheme}")
    generate(dialog)
    result["layer"] = bool(wait_for(lambda: gimp.layer(PROMPT), 10, "the layer"))

    gimp.menu("Filters", "Repeat*")
    wait_for(lambda: "4 layers" in gimp.title(), 20, "the repeated edit's layer")

    dialog = opened()
    result["again"] = references().get_name()
    close(TITLE)

    gimp.open(str(HOME / "other.png"))
    dialog = opened()
    result["other image"] = references().get_name()
    write(find(dialog, "text", "Prompt"), PROMPT)
    generate(dialog)
finally:
    screenshot("references-end")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
