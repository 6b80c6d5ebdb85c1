"""Begins everything that shows windows; a call without them never imports this."""

import gi

gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gimp, GimpUi  # noqa: E402

from errors import Cancelled  # noqa: E402

__all__ = ["ask", "begin"]


def begin() -> None:
    """Open the display, with GIMP's own theme and icons."""
    GimpUi.init("seamfill")


def ask(
    procedure: Gimp.Procedure,
    config: Gimp.ProcedureConfig,
    title: str,
    ok: str,
    arguments: "list[str]",
) -> None:
    """Ask for arguments with the widgets that GIMP chooses for them.

    Raises
    ------
    Cancelled
        If the user does not go on.
    """
    dialog = GimpUi.ProcedureDialog.new(procedure, config, title)
    dialog.set_ok_label(ok)
    dialog.fill(arguments)
    go_on = dialog.run()
    dialog.destroy()
    if not go_on:
        raise Cancelled
