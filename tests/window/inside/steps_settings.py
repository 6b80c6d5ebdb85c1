"""Keys entered and stored in three ways, one mistyped, one deleted; and the help page."""

import json
from pathlib import Path
from typing import Any

from .desktop import (
    HOME,
    Gimp,
    button,
    choose,
    find,
    key,
    labels,
    no_window,
    press,
    screenshot,
    text_of,
    type_text,
    wait_for,
    window,
    write,
)

TITLE = "Seamfill Settings"
KEYS = Path(json.loads((HOME / "given.json").read_text())["keys"])
result: dict[str, Any] = {"typed": [], "labels": []}
gimp = Gimp(str(HOME / "photo.png"))


def opened() -> Any:
    """Open the dialog at an endpoint that has no key in the environment."""
    gimp.menu("Filters", "Seamfill", "Settings…")
    dialog = window(TITLE)
    endpoint = find(dialog, "combo box", "Endpoint")
    wait_for(lambda: find(endpoint, "menu item", "Azure OpenAI"), 10, "the endpoints")
    choose(endpoint, "Azure OpenAI")
    return dialog


def says(words: str) -> bool:
    """Wait for what the dialog says of the key."""

    def look() -> bool:
        result["labels"] = labels(dialog)
        return words in str(result["labels"])

    return bool(wait_for(look, 10, words))


def kept() -> str:
    """The key that is stored."""
    return str(next(iter(json.loads(KEYS.read_text()).values()))["key"])


try:
    dialog = opened()
    result["before"] = says("no key")
    write(find(dialog, None, "API key"), "sk-window-by-button")
    press(button(dialog, "Store Key"))
    result["stored"] = says("The key is stored in a file")
    result["typed"].append(kept())
    press(button(dialog, "Delete Key"))
    result["deleted"] = says("no key")
    find(dialog, None, "API key").grab_focus()
    type_text("sk-window by-enter")
    key("Return")
    result["refused"] = says("holds a character that no key has")
    field = find(dialog, None, "API key")
    result["mended"] = len(text_of(field)) == len("sk-window by-enter")
    write(field, "sk-window-by-enter")
    field.grab_focus()
    key("Return")
    says("The key is stored in a file")
    result["typed"].append(kept())
    link = button(dialog, "Help")
    result["help"] = link.get_hyperlink().get_uri(0)
    write(find(dialog, None, "API key"), "sk-window-by-ok")
    press(button(dialog, "OK"))
    no_window(TITLE)
    result["typed"].append(kept())
    result["told"] = bool(
        wait_for(lambda: "in a file that only you" in str(labels(gimp.app)), 10, "the message")
    )
finally:
    screenshot("settings-end")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
