"""What a user may do while an edit runs; the endpoint waits for the file ``release``."""

import json
import time
from typing import Any

from .desktop import (
    HOME,
    Gimp,
    button,
    find,
    key,
    labels,
    no_window,
    picture_of,
    press,
    screenshot,
    showing,
    wait_for,
    window,
    windows,
    write,
)

given = json.loads((HOME / "given.json").read_text())
result: dict[str, object] = {}
RELEASE = HOME / "release"


def in_progress(dialog: Any) -> bool:
    """Whether the dialog shows how far an edit is."""
    bar = find(dialog, "progress bar", None)
    return bar is not None and showing(bar)


def begin(gimp: Gimp, prompt: str) -> Any:
    """Open the dialog and press Generate; the edit is under way then."""
    RELEASE.unlink(missing_ok=True)
    gimp.menu("Filters", "Seamfill", "Generative Fill…")
    dialog = window("Generative Fill")
    write(find(dialog, "text", "Prompt"), prompt)
    press(button(dialog, "Generate"))
    wait_for(lambda: in_progress(dialog), 10, "progress")
    bar = find(dialog, "progress bar", None)
    wait_for(lambda: "Waiting for the model" in bar.get_description(), 20, "the wait")
    return dialog


gimp = Gimp(str(HOME / "photo.png"))
try:
    dialog = begin(gimp, "cancelled")
    screenshot("running")
    result["running"] = labels(dialog)
    press(button(dialog, "Stop this edit"))
    press(button(window("Stop This Edit?"), "Stop"))
    RELEASE.touch()
    again = wait_for(lambda: not in_progress(dialog), 20, "the form")
    result["cancelled"] = [bool(again), "1 layer)" in gimp.title()]

    begin(gimp, "undone")
    gimp.focus()
    key("ctrl+z")
    RELEASE.touch()
    result["undone"] = bool(wait_for(lambda: gimp.layer("undone"), 10, "the layer"))

    begin(gimp, "layer gone")
    gimp.menu("Layer", "Delete Layer*")
    time.sleep(0.5)
    result["title meanwhile"] = gimp.title()
    RELEASE.touch()
    result["layer gone"] = bool(wait_for(lambda: gimp.layer("layer gone"), 10, "the layer"))
    screenshot("layer-gone")

    begin(gimp, "image gone")
    gimp.menu("File", "Close View")
    discard = wait_for(lambda: button(gimp.app, "Discard Changes"), 10, "close")
    press(discard)
    time.sleep(1)
    RELEASE.touch()
    no_window("Generative Fill")
    messages = wait_for(lambda: windows("GIMP Message"), 20, "the message")
    screenshot("image-gone")
    result["image gone"] = labels(messages[0])
    result["alive"] = gimp.alive()
finally:
    screenshot("adversity-end")
    gimp.close()


def answers() -> int:
    """How many the journal holds."""
    return len(list((HOME / ".local/share/seamfill").rglob("answer-*")))


gimp = Gimp(str(HOME / "photo.png"))
try:
    begin(gimp, "quit")
    kept = answers()
    gimp.menu("File", "Quit")
    time.sleep(2)
    discard = button(gimp.app, "Discard Changes") if gimp.alive() else None
    if discard:
        press(discard)
    wait_for(lambda: not gimp.alive(), 20, "the end of GIMP")
    result["sent meanwhile"] = answers() - kept
    RELEASE.touch()
    wait_for(lambda: answers() > kept, 20, "the answer")
    result["kept"] = answers() - kept
finally:
    screenshot("quit-end")
    gimp.close()

gimp = Gimp(str(HOME / "other.png"))
try:
    gimp.menu("Filters", "Seamfill", "Recover Results…")
    dialog = window("Recover Results")
    wait_for(lambda: find(dialog, None, "Variation 1"), 20, "its picture")
    wait_for(lambda: "does not look like" in str(labels(dialog)), 20, "the warning")
    time.sleep(0.7)
    picture_of("Recover Results", f"recover-warning-{given['scheme']}")
    result["warned"] = labels(dialog)
    its_own = button(dialog, "Open Its Image")
    result["opened"] = its_own is not None and showing(its_own)
    press(its_own if result["opened"] else button(dialog, "Insert as Layers"))
    no_window("Recover Results")
    wait_for(lambda: "2 layers" in gimp.title(), 20, "it there")
    result["recovered in"] = gimp.title()
    result["recovered"] = bool(gimp.layer("quit"))
finally:
    screenshot("recovered-end")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
