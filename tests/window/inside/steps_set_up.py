"""A plug-in without an environment: refused, failed, taken up again, and on with the command."""

import json
import shutil
from pathlib import Path
from typing import Any

from .desktop import (
    HOME,
    Gimp,
    button,
    close,
    labels,
    no_window,
    press,
    screenshot,
    wait_for,
    window,
)

TITLE = "Set Up Seamfill"
given = json.loads((HOME / "given.json").read_text())
DATA, PIP = Path(given["data"]), Path(given["pip"])
result: dict[str, Any] = {}
gimp = Gimp(str(HOME / "photo.png"))


def opened() -> Any:
    gimp.menu("Filters", "Seamfill", "Generative Fill…")
    return window(TITLE)


try:
    dialog = opened()
    result["asked"] = " ".join(labels(dialog))
    screenshot("set-up")
    press(button(dialog, "Cancel"))
    no_window(TITLE)
    result["refused"] = sorted(each.name for each in DATA.iterdir())

    dialog = opened()
    press(button(dialog, "Set Up"))
    again = wait_for(lambda: button(dialog, "Try Again"), 20, "what went wrong")
    result["failed"] = " ".join(labels(dialog))
    screenshot("set-up-failed")
    PIP.write_text(given["right"])
    press(again)
    window("Generative Fill", 120)
    result["after"] = sorted(each.name for each in DATA.iterdir())
    close("Generative Fill")

    gimp.menu("Filters", "Seamfill", "Settings…")
    settings = window("Seamfill Settings")
    press(button(settings, "Check Installation…"))
    check = window("Check Installation")
    wait_for(lambda: "journal" in " ".join(labels(check)), 60, "what the core says")
    result["checked"] = "\n".join(labels(check))
    screenshot("check-installation")
    press(button(check, "Close"))
    no_window("Check Installation")
    press(button(settings, "Cancel"))
    no_window("Seamfill Settings")
finally:
    gimp.close()
    shutil.rmtree(PIP.parent, ignore_errors=True)
(HOME / "result.json").write_text(json.dumps(result))
