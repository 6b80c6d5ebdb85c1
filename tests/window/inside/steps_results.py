"""Results beside the picture: compared with the keyboard, kept, discarded, and found again."""

import json
import subprocess
import time
from typing import Any

from .desktop import (
    HOME,
    Gimp,
    button,
    close,
    extents,
    find,
    focused,
    key,
    picture_of,
    pixels,
    press,
    screenshot,
    sensitive,
    text_of,
    wait_for,
    walk,
    window,
    write,
)

given = json.loads((HOME / "given.json").read_text())
result: dict[str, Any] = {}
TITLE = "Generative Fill"
NAMES = ("Original", "Variation 1", "Variation 2", "Variation 3", "Variation 4")


def seen() -> bytes:
    """What the canvas shows in the middle of the selection."""
    return pixels(area.x + 200, area.y + 180, 60, 60)


def fitted() -> bytes:
    """What the canvas shows of the selection's edge."""
    return pixels(area.x + 140, area.y + 180, 60, 60)


def becomes(before: bytes, name: str) -> bytes:
    """Wait until the canvas shows something else there; what that is."""
    wait_for(lambda: seen() != before, 10, name)
    return seen()


def texts(dialog: Any) -> list[str]:
    """What can be read in the panel, however far it is scrolled."""
    return [node.get_name() or "" for node in walk(dialog)]


def thumbnail(dialog: Any, name: str) -> Any:
    """A picture of a result, if there is one, however far the panel is scrolled."""
    return find(dialog, None, name)


def hold(name: str, down: bool) -> None:
    """Press a key and keep it down, or let it go."""
    subprocess.run(["xdotool", "keydown" if down else "keyup", name], check=True)


gimp = Gimp(str(HOME / "photo.png"))
try:
    gimp.select(150, 130, 330, 310)
    area = gimp.canvas()
    gimp.menu("Filters", "Seamfill", "Generative Fill…")
    dialog = window(TITLE)
    result["none yet"] = thumbnail(dialog, "Original") is None
    write(find(dialog, "text", "Prompt"), "four of “them” 日本")
    find(dialog, "spin button", "Variations").set_current_value(4)
    wait_for(lambda: sensitive(button(dialog, "Generate")), 10, "the plan")
    key("ctrl+Return")
    wait_for(lambda: thumbnail(dialog, NAMES[4]), 40, "the results")
    wait_for(lambda: focused(dialog).get_name() == NAMES[1], 10, "the keyboard")
    wait_for(lambda: "“four of “them” 日本”" in texts(dialog), 10, "the prompt")
    time.sleep(0.7)
    result["labels"] = texts(dialog)
    result["sizes"] = [min(extents(thumbnail(dialog, name))[2:]) for name in NAMES]
    result["window"] = extents(dialog)
    screenshot(f"results-screen-{given['scheme']}")
    picture_of(TITLE, f"results-{given['scheme']}")
    result["faults"] = [thumbnail(dialog, name).get_description() for name in NAMES]
    first = seen()
    key("Right")
    second = becomes(first, "the second")
    key("4")
    fourth = becomes(second, "the fourth")
    hold("0", True)
    before = becomes(fourth, "what was before")
    hold("0", False)
    result["held"] = becomes(before, "the fourth again") == fourth
    key("1")
    result["the first again"] = becomes(fourth, "the first") == first
    press(thumbnail(dialog, "Original"))
    result["original"] = becomes(first, "the original") == before
    key("2")
    becomes(before, "the second again")
    write(find(dialog, "text", "Prompt"), "something else")
    press(button(dialog, "Use This Prompt"))
    result["prompt"] = text_of(find(dialog, "text", "Prompt"))
    press(button(dialog, "Discard"))
    wait_for(lambda: "5 layers" in gimp.title(), 10, "one less")
    wait_for(lambda: thumbnail(dialog, NAMES[4]) is None, 10, "its picture gone")
    press(thumbnail(dialog, NAMES[3]))
    kept = becomes(seen(), "the last") if seen() != fourth else fourth
    press(button(dialog, "Keep This One"))
    wait_for(lambda: "2 layers" in gimp.title(), 10, "one layer")
    result["its name"] = bool(gimp.layer("four of “them” 日本"))
    result["kept"] = seen() == fourth
    wait_for(lambda: thumbnail(dialog, NAMES[2]) is None, 10, "one picture")
    result["about one"] = texts(dialog)
    picture_of(TITLE, f"results-one-{given['scheme']}")

    press(find(dialog, None, "Not Kept (3)"))
    press(wait_for(lambda: button(dialog, "Bring Back Answer 2"), 10, "what was not kept"))
    wait_for(lambda: "4 layers" in gimp.title(), 20, "it")
    becomes(fourth, "what was brought back")
    result["brought back"] = [seen() == second, bool(thumbnail(dialog, NAMES[2]))]
    press(button(dialog, "Generate Similar"))
    wait_for(lambda: "8 layers" in gimp.title(), 40, "four more")
    wait_for(lambda: thumbnail(dialog, "Variation 6"), 10, "their pictures")
    becomes(second, "the first of them")
    result["similar"] = seen() == first
    gimp.focus()
    key("ctrl+z")
    wait_for(lambda: "4 layers" in gimp.title(), 10, "undo")
    press(thumbnail(dialog, NAMES[1]))

    gimp.focus()
    key("ctrl+shift+a")  # what marks a selection on the canvas moves
    press(find(dialog, None, "How It Fits"))
    wait_for(lambda: "5 layers" in gimp.title(), 20, "the fit on the canvas")
    before = fitted()
    press(find(dialog, "check box", "Automatic"))
    wait_for(lambda: fitted() != before, 20, "another edge")
    time.sleep(0.5)
    screenshot(f"results-refit-{given['scheme']}")
    another = fitted()
    press(button(dialog, "Refit"))
    wait_for(lambda: "4 layers" in gimp.title(), 20, "the layer replaced")
    time.sleep(0.7)
    result["refitted"] = fitted() == another
    gimp.focus()
    key("ctrl+z")
    wait_for(lambda: fitted() == before, 10, "undo")
    close(TITLE)
    gimp.focus()
    key("ctrl+z", "ctrl+z", "ctrl+z", "ctrl+z")
    wait_for(lambda: "6 layers" in gimp.title(), 10, "all of them")
    gimp.menu("Filters", "Seamfill", "Generative Fill…")
    dialog = window(TITLE)
    result["found again"] = bool(wait_for(lambda: thumbnail(dialog, NAMES[4]), 10, "them again"))
    press(thumbnail(dialog, "Original"))
    time.sleep(0.3)
    press(button(dialog, "Keep This One"))
    wait_for(lambda: "1 layer)" in gimp.title(), 10, "the photograph alone")
    wait_for(lambda: thumbnail(dialog, "Original") is None, 10, "no results")
    close(TITLE)
finally:
    screenshot("results-end")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))
