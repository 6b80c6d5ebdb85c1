"""A key entered, stored and deleted, and the help page."""

import json
import time

from .desktop import (
    HOME,
    Gimp,
    button,
    choose,
    find,
    labels,
    no_window,
    press,
    screenshot,
    wait_for,
    window,
    write,
)

TITLE = "Seamfill Settings"
result: dict[str, object] = {}
gimp = Gimp(str(HOME / "photo.png"))
try:
    gimp.menu("Filters", "Seamfill", "Settings…")
    dialog = window(TITLE)

    def says(words: str) -> bool:
        """Wait for what the dialog says of the key."""
        return bool(wait_for(lambda: words in str(labels(dialog)), 10, words))

    choose(find(dialog, "combo box", "Endpoint"), "FLUX gateway")
    result["before"] = says("no key")
    write(find(dialog, None, "API key"), "sk-window-test")
    press(button(dialog, "Store Key"))
    result["stored"] = says("There is a key")
    time.sleep(0.5)
    press(button(dialog, "Delete Key"))
    result["deleted"] = says("no key")
    link = button(dialog, "Help")
    result["help"] = link.get_hyperlink().get_uri(0)
    press(button(dialog, "Cancel"))
    no_window(TITLE)
finally:
    screenshot("settings-end")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
