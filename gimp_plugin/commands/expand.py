"""Expand Canvas: the picture goes on beyond its border."""

from typing import TYPE_CHECKING

from gi.repository import Gimp

import canvas
from commands.arguments import PLAIN, add_options
from commands.edited import edited
from commands.frame import Call, Command
from dialogs.kind import Kind
from edits import references
from edits.intents import EXPAND
from text.i18n import _
from user.preferences import preferences

if TYPE_CHECKING:
    from gi.repository import Gtk

__all__ = ["command"]

SIDES = ("left", "top", "right", "bottom")
LARGEST = 20_000


def command() -> Command:
    """Describe the command."""
    return Command(
        _("_Expand Canvas…"),
        "gimp-tool-crop",
        _("Enlarge the canvas and let an image model continue the picture there"),
        _(
            "What the image looks like is sent with empty space around it; the answer becomes a "
            "new layer and the canvas grows. What was there stays as it is."
        ),
        _add_arguments,
        _run,
        converts=True,
    )


def _add_arguments(procedure: Gimp.Procedure) -> None:
    labels = {"left": _("_Left"), "top": _("To_p"), "right": _("_Right"), "bottom": _("_Bottom")}
    for side in SIDES:
        tip = _("Pixels to add on this side")
        procedure.add_int_argument(side, labels[side], tip, 0, LARGEST, 0, PLAIN)
    add_options(procedure)


def _run(call: Call) -> "list[Gimp.Layer]":
    config = call.config

    def subject(drawables: "list[Gimp.Drawable]") -> canvas.Subject:
        left, top, right, bottom = (config.get_property(side) for side in SIDES)
        frame, mark = (left, top, right, bottom), preferences().private_mark
        source, markup = (config.get_property(name) for name in ("source", "markup"))
        found = canvas.examine_canvas(call.image, drawables, frame, source, mark)
        return references.with_markup(found, markup)

    if call.interactive:
        canvas.examine(call.image, call.drawables)  # what cannot be edited is refused at once
        if not any(config.get_property(side) for side in SIDES):
            config.set_property("right", call.image.get_width() // 4)
    title = _("Expand Canvas")
    kind = Kind(title, "expand", call.image, subject, (EXPAND,), lambda: _sides(call))
    return edited(call, kind)


def _sides(call: Call) -> "Gtk.Widget":
    """Make the rows for ratio and sides."""
    from dialogs.sides import Sides

    return Sides(call.procedure, call.config, call.image).widget
