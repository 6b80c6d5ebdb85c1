"""Check Installation: what GIMP's side and the core find out about themselves, line by line."""

import json
import platform
import subprocess
import sys
import threading
from typing import NamedTuple

from gi.repository import Gdk, Gimp, GLib, Gtk

from dialogs import set_up
from dialogs.widgets import later, named
from errors import Cancelled
from setup.children import clean_environment
from setup.marks import marked_version
from setup.places import packaging
from setup.state import find
from text.i18n import _
from worker.process import PLUGIN

__all__ = ["button"]

COPY, ANEW = 1, 2
SECONDS = 120


class Line(NamedTuple):
    """What one look found."""

    name: str
    ok: bool
    says: str
    do: str = ""


def button(window: Gtk.Window) -> Gtk.Widget:
    """Make the button that opens the window.

    Parameters
    ----------
    window : Gtk.Window
        Which it belongs to.
    """
    opens = Gtk.Button.new_with_mnemonic(_("C_heck Installation…"))
    opens.set_halign(Gtk.Align.START)
    opens.connect("clicked", later(lambda: _show(window)))
    return opens


def _show(window: Gtk.Window) -> None:
    title = _("Check Installation")
    dialog = named(Gtk.Dialog(title=title, transient_for=window, modal=True), title)
    dialog.add_button(_("Set Up _Anew"), ANEW)
    dialog.add_button(_("_Copy"), COPY)
    dialog.add_button(_("_Close"), Gtk.ResponseType.CLOSE)
    dialog.set_default_response(Gtk.ResponseType.CLOSE)
    shown = Gtk.Label(xalign=0.0, yalign=0.0, wrap=True, selectable=True, max_width_chars=90)
    frame = Gtk.ScrolledWindow(min_content_width=640, min_content_height=360)
    frame.add(shown)
    content = dialog.get_content_area()
    content.set_border_width(12)
    content.pack_start(frame, True, True, 0)
    lines = _own_lines()
    shown.set_text(f"{_told(lines)}\n\n{_('Checking…')}")

    def checked(found: list[Line]) -> bool:
        lines.extend(found)
        shown.set_text(_told(lines))
        return GLib.SOURCE_REMOVE  # type: ignore[no-any-return]

    threading.Thread(target=lambda: GLib.idle_add(checked, _core_lines()), daemon=True).start()
    dialog.show_all()
    response = dialog.run()
    while response == COPY:
        Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).set_text(_told(lines), -1)
        response = dialog.run()
    dialog.destroy()
    if response == ANEW:
        try:
            set_up.offer("broken", anew=True)
        except Cancelled:
            return


def _told(lines: list[Line]) -> str:
    """Say all lines as one text, in which nothing is secret."""
    said = []
    for line in lines:
        said.append(f"{'✓' if line.ok else '✗'} {line.name}: {line.says}")
        if line.do:
            said.append(f"    {line.do}")
    return "\n".join(said)


def _own_lines() -> list[Line]:
    """Look at what only GIMP's side knows."""
    state = find(PLUGIN)
    home = GLib.get_home_dir()
    version, python = marked_version(PLUGIN) or "?", platform.python_version()
    lines = [
        Line("GIMP", True, f"{Gimp.version()}, {packaging()}, {Gimp.directory()}"),
        Line(_("Plug-in"), True, f"{version}, {PLUGIN}"),
        Line(_("GIMP's Python"), sys.version_info >= (3, 11), f"{python}, {sys.executable}"),
        Line(
            _("Environment"), state.fits, f"{state.version or '–'}, {state.python or '–'}",
            "" if state.fits else _("Choose Set Up Anew."),
        ),
    ]  # fmt: skip
    return [line._replace(says=line.says.replace(home, "~")) for line in lines]


def _core_lines() -> list[Line]:
    """Let the core look at itself; in a thread, since it may ask an endpoint."""
    python = find(PLUGIN).python
    failed = Line("Seamfill", False, "", _("Choose Set Up Anew."))
    if python is None:
        return [failed]
    try:
        done = subprocess.run(
            [str(python), "-m", "seamfill", "doctor", "--json"],
            stdin=subprocess.DEVNULL, capture_output=True, env=clean_environment(),
            timeout=SECONDS, check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
        found = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return [failed._replace(says=type(error).__name__)]
    return [Line(name, each["ok"], each["says"], each["do"]) for name, each in found.items()]
