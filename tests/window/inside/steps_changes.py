"""The dialog follows what changes around it: the selection, the endpoint, and whose image it is."""

import json
from typing import Any

from .desktop import (
    HOME,
    Gimp,
    button,
    choose,
    close,
    expand_all,
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


def generates() -> bool:
    """Whether Generate can be pressed."""
    return sensitive(button(dialog, "Generate"))


gimp = Gimp(str(HOME / "photo.png"))
try:
    gimp.menu("Filters", "Seamfill", f"{TITLE}…")
    dialog = window(TITLE)
    result["title"] = dialog.get_name().removeprefix(f"{TITLE} – ") in gimp.title()
    result["announced"] = says(NOTHING)
    expand_all(dialog)
    endpoint = find(dialog, "combo box", "Endpoint")
    choose(endpoint, "Offline")
    result["refused before"] = says(OFFLINE) and not sensitive(button(dialog, "Generate"))
    gimp.menu("Select", "All")
    result["all refused"] = says("Everything is selected") and not generates()
    gimp.menu("Select", "None")
    says(OFFLINE)
    choose(endpoint, "Default")
    result["allowed again"] = says(NOTHING) and sensitive(button(dialog, "Generate"))

    write(find(dialog, "text", "Prompt"), "ein Café, 日本 🙂")
    press(button(dialog, "Generate"))
    result["error"] = says("does not accept the key")
    result["hint"] = says("Enter the key in Filters ▸ Seamfill ▸ Settings.")
    result["of a shell"] = "seamfill key" in str(labels(dialog))
    press(button(dialog, "Open Settings…"))
    settings = window("Seamfill Settings")
    result["settings"] = bool(wait_for(lambda: find(settings, None, "API key"), 10, "the key"))
    press(button(settings, "Cancel"))
    no_window("Seamfill Settings")
    choose(find(dialog, "combo box", "Model"), "DALL-E 2")
    write(find(dialog, "text", "Prompt"), "")
    result["unsaid"] = says("Left empty, this is sent: “Remove what")
    press(button(dialog, "Generate"))
    says("does not accept the key")
    choose(find(dialog, "combo box", "Model"), "GPT Image 1 mini")
    result["error gone"] = no_more("does not accept the key")

    gimp.menu("Select", "All")
    result["followed"] = no_more(NOTHING)
    screenshot("changes")
    close(TITLE)
finally:
    screenshot("changes-end")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
