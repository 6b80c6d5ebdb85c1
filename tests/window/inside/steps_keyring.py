"""A key that the keyring refuses: dropped by Cancel, kept in a file where that is wanted."""

import json
from pathlib import Path
from typing import Any

from .desktop import (
    HOME,
    Gimp,
    button,
    find,
    labels,
    no_window,
    press,
    screenshot,
    text_of,
    wait_for,
    window,
    write,
)

TITLE, QUESTION = "Seamfill Settings", "Keyring Refused"
KEYS = Path(json.loads((HOME / "given.json").read_text())["keys"])
result: dict[str, Any] = {}
gimp = Gimp(str(HOME / "photo.png"))
try:
    gimp.menu("Filters", "Seamfill", "Settings…")
    dialog = window(TITLE)
    wait_for(lambda: find(dialog, "menu item", "OpenAI"), 10, "the endpoints")
    field = find(dialog, None, "API key")
    write(field, "sk-window-refused")
    press(button(dialog, "OK"))
    question = window(QUESTION)
    result["question"] = labels(question)
    screenshot("keyring")
    press(button(question, "Cancel"))
    no_window(QUESTION)
    wait_for(lambda: "was not stored" in str(labels(dialog)), 10, "the message")
    result["kept meanwhile"] = KEYS.exists()
    result["typed still"] = bool(text_of(field))
    press(button(dialog, "OK"))
    press(button(window(QUESTION), "Keep in a File"))
    no_window(TITLE)
    result["kept"] = "sk-window-refused" in KEYS.read_text()
    result["told"] = wait_for(
        lambda: [text for text in labels(gimp.app) if "in a file" in text], 10, "the message"
    )
finally:
    screenshot("keyring-end")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
