"""The dialog follows what changes around it: the selection, the endpoint, and whose image it is."""

import json
import subprocess
from typing import Any

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
    sensitive,
    wait_for,
    window,
    write,
)

TITLE = "Generative Fill"
NOTHING, OFFLINE = "Nothing is selected: the whole image is edited", "only continues what surrounds"
result: dict[str, Any] = {}


def says(words: str) -> bool:
    """Wait until the dialog says something."""
    return bool(wait_for(lambda: words in str(labels(dialog)), 10, words))


def no_more(words: str) -> bool:
    """Wait until the dialog says it no more."""
    return bool(wait_for(lambda: words not in str(labels(dialog)), 10, f"no “{words}”"))


gimp = Gimp(str(HOME / "photo.png"))
try:
    gimp.menu("Filters", "Seamfill", f"{TITLE}…")
    dialog = window(TITLE)
    result["title"] = dialog.get_name().removeprefix(f"{TITLE} – ") in gimp.title()
    result["announced"] = says(NOTHING)
    endpoint = find(dialog, "combo box", "Endpoint")
    choose(endpoint, "Offline")
    result["refused before"] = says(OFFLINE) and not sensitive(button(dialog, "Generate"))
    choose(endpoint, "Default")
    result["allowed again"] = says(NOTHING) and sensitive(button(dialog, "Generate"))

    write(find(dialog, "text", "Prompt"), "ein Café, 日本 🙂")
    press(button(dialog, "Generate"))
    result["error"] = says("does not accept the key")
    result["hint"] = says("Enter the key in Filters ▸ Seamfill ▸ Settings.")
    result["of a shell"] = "seamfill key" in str(labels(dialog))
    choose(find(dialog, "combo box", "Model"), "DALL-E 2")
    result["error gone"] = no_more("does not accept the key")

    gimp.menu("Select", "All")
    command = ["xdotool", "search", "--onlyvisible", "--name", f"^{TITLE}", "windowactivate"]
    gimp.focus()
    subprocess.run(command, check=True)
    result["followed"] = no_more(NOTHING)
    screenshot("changes")
    press(button(dialog, "Cancel"))
    no_window(TITLE)
finally:
    screenshot("changes-end")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
