"""A second edit in the panel of a first that still runs; both wait for the file ``release``."""

import json
from functools import partial
from typing import Any

from .desktop import (
    HOME,
    Gimp,
    button,
    choose,
    close,
    expand_all,
    find,
    press,
    screenshot,
    sensitive,
    wait_for,
    walk,
    window,
    windows,
    write,
)

TITLE = "Generative Fill"
RELEASE = HOME / "release"
result: dict[str, object] = {}


def panel() -> Any:
    """The one panel."""
    return window(TITLE)


def under_way(dialog: Any, number: int) -> bool:
    """Whether the panel shows how far so many edits are."""
    bars = [node for node in walk(dialog) if node.get_role_name() == "progress bar"]
    return len(bars) == number


def ready(dialog: Any) -> bool:
    """Whether another edit can begin."""
    return sensitive(button(dialog, "Generate"))


gimp = Gimp(str(HOME / "photo.png"))
try:
    RELEASE.unlink(missing_ok=True)
    gimp.select(150, 130, 330, 310)
    for number, prompt in enumerate(("the first", "the second"), 1):
        gimp.menu("Filters", "Seamfill", f"{TITLE}…")
        dialog = window(TITLE)
        wait_for(partial(ready, dialog), 10, "the form")
        write(find(dialog, "text", "Prompt"), prompt)
        expand_all(dialog)
        choose(wait_for(lambda: find(panel(), "combo box", "Quality"), 10, "the qualities"), "low")
        press(button(dialog, "Generate"))
        wait_for(partial(under_way, dialog, number), 10, "an edit")
    result["windows"] = len(windows(TITLE))
    wait_for(partial(ready, dialog), 10, "the second to be sent")
    screenshot("together")
    RELEASE.touch()
    result["layers"] = bool(wait_for(lambda: "3 layers" in gimp.title(), 10, "both layers"))
    result["over"] = bool(wait_for(partial(under_way, dialog, 0), 5, "the end"))
    gimp.menu("Filters", "Repeat*")
    result["repeated"] = bool(wait_for(lambda: "4 layers" in gimp.title(), 20, "its layer"))
    close(TITLE)
finally:
    screenshot("together-end")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
