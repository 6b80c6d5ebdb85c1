"""Begins everything that shows windows; a call without them never imports this."""

import gi

gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import GimpUi  # noqa: E402

__all__ = ["begin"]


def begin() -> None:
    """Open the display, with GIMP's own theme and icons."""
    GimpUi.init("seamfill")
