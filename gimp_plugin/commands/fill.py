"""Generative Fill: from a selection to new layers."""

from typing import TYPE_CHECKING

import canvas
from commands.arguments import add_options
from commands.edited import edited
from commands.frame import Call, Command
from dialogs.kind import Kind
from edits import references
from edits.intents import BACKGROUND, FILL, REMOVE
from text.i18n import _
from user.preferences import preferences

if TYPE_CHECKING:
    from gi.repository import Gimp

__all__ = ["command"]


def command() -> Command:
    """Describe the command."""
    return Command(
        _("_Generative Fill…"),
        "gimp-tool-heal",
        _("Fill the selection with what an image model makes of a description"),
        _(
            "Sends the selection with some of its surroundings to an image model and puts the "
            "answer onto a new layer, fitted to the picture. Nothing outside the selection "
            "changes. Without a selection the whole layer is edited."
        ),
        add_options,
        _run,
        converts=True,
    )


def _run(call: Call) -> "list[Gimp.Layer]":
    def subject(drawables: "list[Gimp.Drawable]") -> canvas.Subject:
        source, markup = (call.config.get_property(name) for name in ("source", "markup"))
        mark = preferences().private_mark
        found = canvas.examine(call.image, drawables, source, mark)
        return references.with_markup(found, markup)

    if call.interactive:
        subject(
            call.drawables
        )  # what cannot be edited is refused before a dialog asks for anything
    title = _("Generative Fill")
    return edited(call, Kind(title, "fill", call.image, subject, (FILL, REMOVE, BACKGROUND)))
