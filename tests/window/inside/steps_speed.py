"""From menu item to drawn dialog: Seamfill's beside one of GIMP's own Python plug-ins."""

import json
import time

from .desktop import HOME, Gimp, button, no_window, press, showing, wait_for, window

given = json.loads((HOME / "given.json").read_text())
result: dict[str, list[float]] = {}


def seconds(gimp: Gimp, path: tuple[str, ...], title: str) -> float:
    """Open a dialog and close it again; how long it took to be on the screen."""
    item = gimp.open_menu(*path)
    began = time.monotonic()
    press(item)
    dialog = window(title, pause=0.01)
    wait_for(lambda: showing(dialog), 10, title, pause=0.01)
    took = time.monotonic() - began
    time.sleep(0.5)
    press(button(dialog, "Close") or button(dialog, "Cancel"))
    no_window(title)
    return took


gimp = Gimp(str(HOME / "photo.png"))
try:
    for _ in range(given["rounds"]):
        for path, title in given["dialogs"]:
            result.setdefault(title, []).append(seconds(gimp, tuple(path), title))
finally:
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
