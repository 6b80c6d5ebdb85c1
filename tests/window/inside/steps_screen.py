"""Every dialog at its tallest, options open and an error shown, in whatever language GIMP has."""

import json
from functools import partial
from typing import Any

from .desktop import (
    HOME,
    Gimp,
    button,
    expand_all,
    extents,
    find,
    no_window,
    press,
    screenshot,
    showing,
    translated,
    wait_for,
    walk,
    window,
    write,
)

PROMPT = "Ein Café mit „Schild“ — 日本 🙂"
result: dict[str, Any] = {}


def opened(item: str) -> Any:
    """Choose a command and wait for its dialog, which is called after it."""
    gimp.menu("Seamfill", translated(item))
    title = item.replace("_", "").removesuffix("…")
    return window(translated("Seamfill Settings" if title == "Settings" else title))


def measured(dialog: Any, name: str, words: str = "") -> None:
    """Note down where a dialog, its buttons and its message are, as soon as all is shown."""

    def look() -> bool:
        said = [node for node in walk(dialog) if words and words in (node.get_name() or "")]
        result[name] = {
            "window": extents(dialog),
            "buttons": {n.get_name(): extents(n) for n in outside_of_scrolling(dialog)},
            "message": extents(said[0]) if said else None,
        }
        return bool(said or not words)

    wait_for(look, 20, f"the message of {name}")
    wait_for(lambda: at_rest(look), 10, f"{name} at rest")
    screenshot(f"screen-{name}-{given['language']}")
    press(button(dialog, translated("_Close")) or button(dialog, translated("_Cancel")))
    no_window(dialog.get_name())


def at_rest(look: Any) -> bool:
    """Whether nothing has moved between two looks."""
    look()
    before = json.dumps(result)
    wait_for(lambda: True, 1, "", pause=0)
    look()
    return before == json.dumps(result)


def outside_of_scrolling(node: Any) -> Any:
    """The buttons of a dialog that are always to be seen."""
    if node.get_role_name() in ("button", "push button") and showing(node):
        yield node
    if node.get_role_name() == "scroll pane":
        return
    for number in range(node.get_child_count()):
        yield from outside_of_scrolling(node.get_child_at_index(number))


given = json.loads((HOME / "given.json").read_text())
gimp = Gimp(str(HOME / "photo.png"))
try:
    gimp.select(190, 130, 300, 290)
    for item in ("_Generative Fill…", "_Expand Canvas…"):
        dialog = opened(item)
        expand_all(dialog)
        wait_for(partial(find, dialog, "combo box", translated("_Model")), 10, "the form")
        write(find(dialog, "text", translated("Prompt")), PROMPT)
        press(button(dialog, translated("_Generate")))
        measured(dialog, item.replace("_", ""), given["words"])
    dialog = opened("_Settings…")
    key = wait_for(lambda: find(dialog, None, translated("API ke_y")), 10, "the field")
    wait_for(lambda: find(dialog, "menu item", "OpenAI"), 10, "the endpoints")
    write(key, "sk-with a blank")
    press(button(dialog, translated("_OK")))
    measured(dialog, "Settings…", "holds a character")
    gimp.menu("Seamfill", translated("_Remove Selection"))
    wait_for(lambda: gimp.layer(translated("Removed")), 30, "the layer")
    gimp.choose_layer_above()
    measured(opened("Re_fit Layer…"), "Refit Layer…")
    measured(opened("Re_cover Results…"), "Recover Results…")
finally:
    screenshot("screen-end")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
