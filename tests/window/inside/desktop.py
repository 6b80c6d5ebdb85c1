"""GIMP's windows by name: what a user of a screen reader can find, press and type into.

Runs inside the private system, on the screen that ``desktop.sh`` made.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

HOME = Path(os.environ["HOME"])


class Missing(AssertionError):
    """Something that should be on the screen is not."""


class Gimp:
    """A GIMP with windows: the one that runs, as if it were new, or else another one.

    Parameters
    ----------
    files : str
        Paths of the pictures that are open in it, and nothing else.
    """

    process: "subprocess.Popen[bytes] | None" = None
    """The one that runs; of the class, since it outlives what uses it."""

    def __init__(self, *files: str) -> None:
        new = not self.alive()
        if new:
            with (HOME / "gimp.log").open("w") as log:
                command = ["gimp", "--no-splash"]
                Gimp.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        self.app = wait_for(lambda: application("gimp"), 60, "GIMP")
        self._menus = wait_for(lambda: find(self.app, "menu bar", None), 60, "the image window")
        if new:
            self._close_welcome()
        self.open(*files)

    def _close_welcome(self) -> None:
        """GIMP greets whoever starts it first; that comes a little after the image window."""
        with suppress(Missing):
            greeting = wait_for(lambda: _starting(self.app, "Welcome"), 5, "the greeting")
            press(button(greeting, "Close"))
            wait_for(lambda: not _starting(self.app, "Welcome"), 5, "its end")

    def open(self, *files: str) -> None:
        """Close all that is open without asking, and open other pictures."""
        for message in windows("GIMP Message"):  # which would lie over the canvas
            press(button(message, "OK"))
        before, order = self.title(), HOME / "afresh.json"
        order.write_text(json.dumps(files))
        press(wait_for(lambda: self._item("Begin Afresh"), 60, "the plug-ins"))
        wait_for(lambda: not order.exists(), 20, "the pictures")
        wait_for(lambda: not files or self.title() not in ("", before), 10, "their windows")

    def alive(self) -> bool:
        """Whether it runs still."""
        return self.process is not None and self.process.poll() is None

    def menu(self, *names: str) -> None:
        """Choose an item: ``menu("Filters", "Seamfill", "Generative Fill…")``."""
        press(wait_for(lambda: self._item(*names), 10, f"menu {names}"))

    def open_menu(self, *names: str) -> Any:
        """Open the menus down to an item; the item, not yet chosen."""
        for depth in range(1, len(names)):
            press(self._item(*names[:depth]))
            time.sleep(0.3)
        return self._item(*names)

    def _item(self, *names: str) -> Any:
        """Find an item of the menus; where a name ends in a star, by how it begins."""
        found = self._menus
        for name in names:
            items = (node for node in walk(found) if node.get_role_name() in MENUS)
            found = next((n for n in items if _matches(n.get_name() or "", name)), None)
        return found

    def title(self) -> str:
        """The title of the image window, which tells how many layers there are; or nothing."""
        frames = [node for node in walk(self.app, 1) if node.get_role_name() == "frame"]
        return next((n for f in frames if (n := f.get_name() or "").endswith(" – GIMP")), "")

    def layer(self, name: str) -> Any:
        """A row of the Layers dialog, whose name begins so."""
        for node in walk(self.app):
            if node.get_role_name() == "table cell" and (node.get_name() or "").startswith(name):
                return node
        return None

    def choose_layer_above(self) -> None:
        """Make the layer above the active one active."""
        self.focus()
        key("Page_Up")
        time.sleep(0.5)

    def select(self, x: int, y: int, right: int, bottom: int) -> None:
        """Drag a rectangular selection on the canvas, in pixels of the screen from its corner."""
        self.focus()
        key("r")
        canvas = self.canvas()
        drag((canvas.x + x, canvas.y + y), (canvas.x + right, canvas.y + bottom))
        time.sleep(0.5)

    def canvas(self) -> Any:
        """Where the picture is on the screen."""
        areas = [
            Atspi.Component.get_extents(node, Atspi.CoordType.SCREEN)
            for node in walk(self.app)
            if node.get_role_name() in ("drawing area", "unknown", "canvas") and showing(node)
        ]
        return max(areas, key=lambda box: box.width * box.height)

    def focus(self) -> None:
        """Let the image window have the keyboard."""
        command = ["xdotool", "search", "--onlyvisible", "--name", "GIMP$", "windowactivate"]
        wait_for(
            lambda: subprocess.run(command, check=False).returncode == 0, 10, "the image window"
        )
        time.sleep(0.3)

    def close(self) -> None:
        """Leave it to the next test, unless something went wrong in it."""
        if sys.exc_info()[0] is not None:
            end()
            return
        ours = (app for app in applications() if (app.get_name() or "").startswith("seamfill"))
        left = [node.get_name() for app in ours for node in _windows(app)]
        assert not left, f"{left} is open still, and would lie over the next test's picture"


def end() -> None:
    """End the GIMP that runs."""
    if Gimp.process is not None:
        Gimp.process.kill()
        Gimp.process.wait()
        Gimp.process = None


def _matches(name: str, wanted: str) -> bool:
    return name.startswith(wanted[:-1]) if wanted.endswith("*") else name == wanted


MENUS = ("menu", "menu item", "check menu item", "tearoff menu item")


WINDOWS = ("dialog", "frame", "alert", "window", "file chooser")


def applications() -> Iterator[Any]:
    """Everything on the accessibility bus."""
    desktop = Atspi.get_desktop(0)
    for number in range(desktop.get_child_count()):
        child = desktop.get_child_at_index(number)
        if child is not None:
            yield child


def application(name: str) -> Any:
    """The application whose name begins so."""
    return next((a for a in applications() if (a.get_name() or "").lower().startswith(name)), None)


def window(title: str, seconds: float = 20, pause: float = 0.05) -> Any:
    """Wait for a window of whatever process."""

    return wait_for(lambda: next(iter(windows(title)), None), seconds, f"window “{title}”", pause)


def no_window(title: str, seconds: float = 20) -> None:
    """Wait until no process has such a window."""
    wait_for(
        lambda: not windows(title),
        seconds,
        f"window “{title}” gone",
    )


def windows(title: str) -> list[Any]:
    """All windows of that title, of whatever processes."""
    found = (node for app in applications() for node in _windows(app))
    return [node for node in found if _titled(node.get_name() or "", title)]


def _windows(app: Any) -> Iterator[Any]:
    for node in walk(app, 1):
        with suppress(GLib.Error):  # it does not answer: it has ended, or is about to
            if node.get_role_name() in WINDOWS:
                yield node


def _starting(app: Any, words: str) -> Any:
    """A window whose title begins so."""
    return next((w for w in _windows(app) if (w.get_name() or "").startswith(words)), None)


def _titled(name: str, title: str) -> bool:
    """Whether a window is called so, and perhaps after its image besides."""
    return name == title or name.startswith(f"{title} – ")


def walk(node: Any, depth: int = 40) -> Iterator[Any]:
    """A node and all below it."""
    yield node
    if depth <= 0:
        return
    try:
        count = node.get_child_count()
    except Exception:  # it went away meanwhile
        return
    for number in range(count):
        child = _child(node, number)
        if child is not None:
            yield from walk(child, depth - 1)


def _child(node: Any, number: int) -> Any:
    try:
        return node.get_child_at_index(number)
    except Exception:  # it went away meanwhile
        return None


def find(
    node: Any,
    role: str | None,
    name: str | None,
    roles: Sequence[str] | None = None,
    depth: int = 40,
) -> Any:
    """The first node below with a role and a name; None for any."""
    for each in walk(node, depth):
        try:
            found_role, found_name = each.get_role_name(), each.get_name() or ""
        except Exception:  # it went away meanwhile
            found_role, found_name = None, None
        if (role and found_role != role) or (roles and found_role not in roles):
            continue
        if name is None or found_name == name:
            return each
    return None


def button(node: Any, name: str) -> Any:
    """The button of that name, whatever its role is called."""
    return find(node, None, name, roles=("button", "push button"))


def showing(node: Any) -> bool:
    """Whether it is on the screen."""
    return bool(node.get_state_set().contains(Atspi.StateType.SHOWING))


def visible(node: Any) -> bool:
    """Whether it is there, though one may have to scroll to it."""
    return bool(node.get_state_set().contains(Atspi.StateType.VISIBLE))


def sensitive(node: Any) -> bool:
    """Whether it can be used."""
    return bool(node.get_state_set().contains(Atspi.StateType.SENSITIVE))


def close(title: str) -> None:
    """Close a panel."""
    press(button(window(title), "Close"))
    no_window(title)


def press(node: Any) -> None:
    """Do what a click does."""
    Atspi.Action.do_action(node, 0)


def choose(combo: Any, name: str) -> None:
    """Choose an item of a combo box by how its name begins."""
    items = [node for node in walk(combo) if node.get_role_name() == "menu item"]
    names = [item.get_name() or "" for item in items]
    number = next(n for n, found in enumerate(names) if found.startswith(name))
    Atspi.Selection.select_child(combo, number)
    time.sleep(0.5)


def chosen_item(combo: Any) -> str:
    """The item of a combo box that is chosen."""
    return str(Atspi.Selection.get_selected_child(combo, 0).get_name())


def extents(node: Any) -> list[int]:
    """Left, top, width and height on the screen; of a window, with its frame."""
    box = Atspi.Component.get_extents(node, Atspi.CoordType.SCREEN)
    return [box.x, box.y, box.width, box.height]


def unfold(node: Any, name: str) -> Any:
    """Open what is folded away under a name, and give what holds it."""
    part = wait_for(lambda: find(node, None, name), 10, name)
    if not part.get_state_set().contains(Atspi.StateType.EXPANDED):
        press(part)
    return part


def expand_all(node: Any) -> None:
    """Open all that is folded away."""
    for each in walk(node):
        states = each.get_state_set()
        folded = states.contains(Atspi.StateType.EXPANDABLE) and showing(each)
        if folded and not states.contains(Atspi.StateType.EXPANDED):
            press(each)


def translated(text: str) -> str:
    """A text of Seamfill's as its user reads it; mnemonics are given, and not read."""
    texts = json.loads((HOME / "given.json").read_text()).get("texts", {})
    return str(texts.get(text, text)).replace("_", "")


def focused(node: Any) -> Any:
    """What has the keyboard in a window."""
    return next(
        (n for n in walk(node) if n.get_state_set().contains(Atspi.StateType.FOCUSED)), None
    )


def write(node: Any, text: str) -> None:
    """Put a text into an entry or a text view."""
    node.set_text_contents(text)


def text_of(node: Any) -> str:
    """The text in an entry, a text view or a label."""
    return str(Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node)))


def wait_for(what: Callable[[], Any], seconds: float, name: str, pause: float = 0.05) -> Any:
    """Wait until `what` returns something true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            found = what()
        except Exception:
            found = None
        if found:
            return found
        time.sleep(pause)
    raise Missing(f"{name} did not come within {seconds} s")


def key(*names: str) -> None:
    """Press keys in whatever has the focus."""
    subprocess.run(["xdotool", "key", "--clearmodifiers", *names], check=True)


def type_text(text: str) -> None:
    """Type letters into whatever has the focus."""
    subprocess.run(["xdotool", "type", "--delay", "30", text], check=True)


def screenshot(name: str) -> None:
    """Keep a picture of the screen."""
    folder = HOME / "pictures"
    folder.mkdir(exist_ok=True)
    subprocess.run(["import", "-window", "root", str(folder / f"{name}.png")], check=True)


def pixels(x: int, y: int, width: int, height: int) -> bytes:
    """What a part of the screen shows."""
    crop = ["-crop", f"{width}x{height}+{x}+{y}", "-depth", "8", "rgb:-"]
    command = ["import", "-window", "root", *crop]
    return subprocess.run(command, check=True, capture_output=True).stdout


def picture_of(title: str, name: str) -> None:
    """Keep a picture of one window, without a tooltip over it."""
    subprocess.run(["xdotool", "mousemove", "--", "-1", "-1"], check=True)
    time.sleep(0.7)
    folder = HOME / "pictures"
    folder.mkdir(exist_ok=True)
    found = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--name", f"^{title}( – .*)?$"],
        capture_output=True,
        text=True,
        check=True,
    )
    number = found.stdout.split()[-1]
    subprocess.run(["import", "-window", number, str(folder / f"{name}.png")], check=True)


def move(title: str, x: int, y: int) -> None:
    """Move a window to a place on the screen."""
    found = ["xdotool", "search", "--onlyvisible", "--name", f"^{title}( – .*)?$"]
    wait_for(
        lambda: subprocess.run([*found, "windowmove", str(x), str(y)], check=False).returncode == 0,
        10,
        f"window “{title}” moved",
    )


def labels(node: Any) -> list[str]:
    """What can be read in a window."""
    return [name for n in walk(node) if showing(n) and (name := n.get_name() or "")]


def drag(start: tuple[int, int], end: tuple[int, int]) -> None:
    """Drag with the first button."""
    between = ((start[0] + end[0]) // 2, (start[1] + end[1]) // 2)
    steps = [f"mousemove {x} {y}" for x, y in (between, end)]
    words = f"mousemove {start[0]} {start[1]} mousedown 1 {' '.join(steps)} mouseup 1"
    for part in re.findall(r"mousemove \d+ \d+|mousedown 1|mouseup 1", words):
        subprocess.run(["xdotool", *part.split()], check=True)
        time.sleep(0.1)
