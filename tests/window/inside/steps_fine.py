"""The first panel of all, on a screen that has several pixels for each of GTK's."""

import json
import time

from .desktop import (
    HOME,
    Gimp,
    button,
    choose,
    close,
    find,
    labels,
    no_window,
    picture_of,
    press,
    showing,
    unfold,
    wait_for,
    window,
    write,
)

TITLE, CARD, SETTINGS = "Generative Fill", "How shall Seamfill fill?", "Seamfill Settings"
given = json.loads((HOME / "given.json").read_text())
result: dict[str, object] = {}


def card() -> bool:
    """Whether the panel asks how to fill."""
    node = find(window(TITLE), "label", CARD)
    return node is not None and showing(node)


gimp = Gimp(str(HOME / "checks.png"))
try:
    gimp.menu("Filters", "Seamfill", f"{TITLE}…")
    panel = window(TITLE)
    result["asked"] = wait_for(card, 20, "the card")
    picture_of(TITLE, f"first-{given['scheme']}")
    press(button(panel, "With a Key…"))
    press(button(window(SETTINGS), "Cancel"))
    no_window(SETTINGS)
    result["answered"] = wait_for(lambda: not card(), 5, "no card")
    unfold(panel, "Model and Quality")
    choose(find(panel, "combo box", "Endpoint"), "OpenAI")
    write(find(panel, "text", "Prompt"), "é")
    close(TITLE)
    (HOME / ".config/GIMP" / given["version"] / "seamfill-windows.json").unlink()
    gimp.menu("Filters", "Seamfill", f"{TITLE}…")
    panel = window(TITLE)
    write(find(panel, "text", "Prompt"), "é")
    wait_for(lambda: "pixels" in str(labels(panel)), 20, "the plan")
    time.sleep(0.5)
    picture_of(TITLE, "fine")
    result["labels"] = labels(panel)
    result["asked again"] = card()
    close(TITLE)
finally:
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
