"""An edit that costs something; the endpoint waits for the file ``release``."""

import json
import time
from typing import Any

from .desktop import (
    HOME,
    Gimp,
    button,
    choose,
    find,
    labels,
    no_window,
    picture_of,
    press,
    screenshot,
    showing,
    text_of,
    unfold,
    wait_for,
    window,
    windows,
    write,
)

TITLE, STOP, COST = "Generative Fill", "Stop This Edit?", "Cost of This Edit"
RELEASE = HOME / "release"
scheme = json.loads((HOME / "given.json").read_text())["scheme"]
result: dict[str, object] = {}


def generate(dialog: Any) -> None:
    """Press Generate and agree to the cost."""
    press(button(dialog, "Generate"))
    question = window(COST)
    result["question"] = labels(question)
    press(button(question, "OK"))
    no_window(COST)


def waiting(dialog: Any) -> str:
    """What the progress says, once the model is at work."""
    bar = find(dialog, "progress bar", None)

    def told() -> bool:
        return "Waiting" in bar.get_description() and " – " in bar.get_description()

    wait_for(told, 20, "the wait")
    return str(bar.get_description())


gimp = Gimp(str(HOME / "photo.png"))
try:
    RELEASE.unlink(missing_ok=True)
    gimp.select(150, 130, 330, 310)
    gimp.menu("Filters", "Seamfill", f"{TITLE}…")
    dialog = window(TITLE)
    write(find(dialog, "text", "Prompt"), "a red door")
    unfold(dialog, "Model and Quality")
    choose(find(dialog, "combo box", "Model"), "GPT Image 2.5 Sunburst")
    wait_for(lambda: "Cost: about" in str(labels(dialog)), 10, "the price")

    history = find(dialog, None, "Former prompts and favourites")
    press(history)
    press(wait_for(lambda: find(dialog, None, "Add This Prompt to the Favourites"), 10, "the menu"))
    time.sleep(0.5)
    write(find(dialog, "text", "Prompt"), "something else")
    press(history)
    press(wait_for(lambda: find(dialog, None, "★ a red door"), 10, "the favourite"))
    result["favourite"] = wait_for(
        lambda: text_of(find(dialog, "text", "Prompt")) == "a red door" and "a red door", 5, "it"
    )

    press(button(dialog, "Generate"))
    press(button(window(COST), "Cancel"))
    no_window(COST)
    wait_for(lambda: button(dialog, "Generate"), 5, "the form")

    generate(dialog)
    result["running"] = waiting(dialog)
    time.sleep(1)
    picture_of(TITLE, f"partial-{scheme}")
    press(button(dialog, "Stop this edit"))
    question = window(STOP)
    time.sleep(0.7)
    picture_of("Stop This Edit\\?", f"stop-{scheme}")
    result["stop"] = labels(question)
    press(button(question, "Keep Waiting"))
    no_window(STOP)
    RELEASE.touch()
    result["waited on"] = bool(wait_for(lambda: gimp.layer("a red door"), 10, "the layer"))

    RELEASE.unlink()
    wait_for(lambda: "Last edit" in str(labels(dialog)), 10, "the bill")
    time.sleep(0.5)
    picture_of(TITLE, f"bill-{scheme}")
    result["afterwards"] = labels(dialog)
    generate(dialog)
    result["running again"] = waiting(dialog)
    press(button(dialog, "Close"))
    press(button(window(STOP), "Finish in Background"))
    wait_for(lambda: not [w for w in windows(TITLE) if showing(w)], 10, "no panel")
    RELEASE.touch()
    said = "“a red door #1” is in the image now."
    told = wait_for(lambda: said in str(labels(gimp.app)), 20, "the status", pause=0)
    screenshot("background-status")
    result["told"] = bool(told)
    result["inserted"] = bool(wait_for(lambda: "3 layers" in gimp.title(), 10, "the layer"))
    no_window(TITLE)
    result["in the status bar"] = not windows("GIMP Message")
finally:
    screenshot("paid-end")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
