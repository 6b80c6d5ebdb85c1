"""A second edit begun while the first still runs; the endpoint waits for the file ``release``."""

import json
import time
from functools import partial
from typing import Any

from .desktop import (
    HOME,
    Gimp,
    button,
    find,
    no_window,
    press,
    screenshot,
    sensitive,
    wait_for,
    windows,
    write,
)

TITLE = "Generative Fill"
RELEASE = HOME / "release"
result: dict[str, object] = {}


def dialogs() -> list[Any]:
    """All that are open."""
    return windows(TITLE)


def running(dialog: Any) -> bool:
    """Whether its edit is under way."""
    return not sensitive(button(dialog, "Generate"))


gimp = Gimp(str(HOME / "photo.png"))
try:
    RELEASE.unlink(missing_ok=True)
    gimp.select(150, 130, 330, 310)
    for prompt in ("the first", "the second"):
        gimp.menu("Filters", "Seamfill", f"{TITLE}…")
        wait_for(lambda: [d for d in dialogs() if sensitive(button(d, "Generate"))], 10, "a form")
        [dialog] = [d for d in dialogs() if sensitive(button(d, "Generate"))]
        write(find(dialog, "text", "Prompt"), prompt)
        press(button(dialog, "Generate"))
        wait_for(partial(running, dialog), 10, "an edit")
    time.sleep(2)
    screenshot("together")
    RELEASE.touch()
    no_window(TITLE)
    result["layers"] = bool(wait_for(lambda: "3 layers" in gimp.title(), 10, "both layers"))
finally:
    screenshot("together-end")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
