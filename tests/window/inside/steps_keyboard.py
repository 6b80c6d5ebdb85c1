"""The dialog without a mouse: typed into, walked through, sent, and closed."""

import json
import time

from .desktop import (
    HOME,
    Gimp,
    button,
    chosen_item,
    close,
    find,
    focused,
    key,
    no_window,
    screenshot,
    sensitive,
    showing,
    type_text,
    unfold,
    wait_for,
    window,
)

TITLE = "Generative Fill"
result: dict[str, object] = {}


def chosen() -> str:
    """The model that is chosen; GTK hides a combo box's own button from assistive technology."""
    return chosen_item(find(dialog, "combo box", "Model"))


gimp = Gimp(str(HOME / "photo.png"))
try:
    gimp.select(150, 130, 330, 310)
    gimp.menu("Filters", "Seamfill", f"{TITLE}…")
    dialog = window(TITLE)
    wait_for(lambda: find(dialog, "combo box", "Model"), 10, "the form")
    time.sleep(1)
    type_text("ivy")
    models = [chosen()]
    part = unfold(dialog, "Model and Quality")
    wait_for(lambda: showing(find(dialog, "combo box", "Model")), 10, "what was folded away")
    part.grab_focus()
    for name in ("Tab", "Tab", "space", "Down", "Down", "Return"):
        key(name)
        time.sleep(0.5)
    result["models"] = [*models, chosen()]
    key("alt+w")
    time.sleep(0.3)
    reached: list[str] = []
    for _step in range(60):
        node = focused(dialog)
        reached.append((node.get_name() or "") if node else "")
        if reached.count("Prompt") > 1:
            break
        key("Tab")
        time.sleep(0.15)
    result["reached"] = reached
    screenshot("keyboard")
    key("alt+w")
    time.sleep(0.3)
    key("Tab", "Tab", "Tab")
    result["elsewhere"] = wait_for(lambda: focused(dialog), 5, "the keyboard").get_name()
    key("ctrl+Return")  # which generates from anywhere
    result["filled"] = bool(wait_for(lambda: gimp.layer("ivy"), 10, "the layer"))
    close(TITLE)
    gimp.menu("Filters", "Seamfill", f"{TITLE}…")
    dialog = window(TITLE)
    wait_for(lambda: sensitive(button(dialog, "Generate")), 10, "the form")
    key("alt+r")  # the background
    key("ctrl+Return")
    result["behind"] = bool(wait_for(lambda: "3 layers" in gimp.title(), 20, "the layer"))
    key("Escape")
    no_window(TITLE)
finally:
    screenshot("keyboard-end")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
