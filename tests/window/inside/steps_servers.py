"""A server of one's own: added with its key, tried, chosen for an edit, changed, and removed."""

import json
import time
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
    picture_of,
    press,
    screenshot,
    wait_for,
    walk,
    window,
    write,
)

SETTINGS, EDITOR, FILL = "Seamfill Settings", "Server", "Generative Fill"
given = json.loads((HOME / "given.json").read_text())
NAME, PLACE, KEY = given["name"], given["place"], given["key"]
CATALOGUE = HOME / ".config" / "seamfill" / "catalog.toml"
result: dict[str, object] = {}


def field_of(editor: Any, name: str) -> Any:
    """A field of the editor."""
    return find(editor, None, name, roles=("text", "password text"))


def says(title: str, words: str) -> bool:
    """Wait until a window says something."""
    return bool(wait_for(lambda: words in str(labels(window(title))), 20, words))


gimp = Gimp(str(HOME / "photo.png"))
try:
    gimp.menu("Filters", "Seamfill", "Settings…")
    settings = window(SETTINGS)
    wait_for(lambda: button(settings, "Add Server…"), 10, "the servers")
    press(button(settings, "Add Server…"))
    editor = window(EDITOR)
    for field, text in (("Name", NAME), ("Address", "nowhere"), ("API key", KEY)):
        write(field_of(editor, field), text)
    press(button(editor, "Save"))
    result["refused"] = says(EDITOR, "not an http or https address")
    write(field_of(editor, "Address"), PLACE)
    write(field_of(editor, "Price of an answer (USD)"), "0,02")
    press(button(editor, "Test"))
    result["tried"] = says(EDITOR, f"{NAME} answers as OpenAI-compatible server does")
    time.sleep(0.5)
    picture_of(EDITOR, f"server-{given['scheme']}")
    press(button(editor, "Save"))
    no_window(EDITOR)
    result["listed"] = says(SETTINGS, f"Edit {NAME}") and says(SETTINGS, "The key is stored")
    time.sleep(0.5)
    picture_of(SETTINGS, f"servers-{given['scheme']}")
    result["catalogue"] = CATALOGUE.read_text("utf-8")
    press(button(settings, "OK"))
    no_window(SETTINGS)

    gimp.select(150, 130, 330, 310)
    gimp.menu("Filters", "Seamfill", f"{FILL}…")
    panel = window(FILL)
    expand_all(panel)
    choose(wait_for(lambda: find(panel, "combo box", "Endpoint"), 10, "the endpoints"), NAME)
    write(find(panel, "text", "Prompt"), "é 日本")
    result["price"] = says(FILL, "About $0.020")
    press(button(panel, "Generate"))
    result["filled"] = bool(wait_for(lambda: gimp.layer("é"), 20, "the layer"))
    close(FILL)

    gimp.menu("Filters", "Seamfill", "Settings…")
    settings = window(SETTINGS)
    press(wait_for(lambda: button(settings, f"Edit {NAME}"), 10, "the server"))
    editor = window(EDITOR)
    time_out = next(n for n in walk(editor) if n.get_role_name() == "spin button")
    time_out.set_current_value(900)
    press(button(editor, "Save"))
    no_window(EDITOR)
    wait_for(lambda: "900" in CATALOGUE.read_text("utf-8"), 10, "the time-out")
    press(wait_for(lambda: button(settings, f"Remove {NAME}"), 10, "the server"))
    wait_for(lambda: NAME not in CATALOGUE.read_text("utf-8"), 10, "its removal")
    result["removed"] = CATALOGUE.read_text("utf-8")
    press(button(settings, "Cancel"))
    no_window(SETTINGS)
finally:
    screenshot("servers-end")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
