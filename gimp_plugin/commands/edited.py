"""An edit with a dialog or without one, as the call has it."""

from typing import TYPE_CHECKING

from edits.edit import edit
from edits.options import options_of
from edits.progress import progress

if TYPE_CHECKING:
    from gi.repository import Gimp

    from commands.frame import Call
    from dialogs.kind import Kind

__all__ = ["edited"]


def edited(call: "Call", kind: "Kind") -> "list[Gimp.Layer]":
    """Carry out an edit; only where there is a dialog is anything with windows imported.

    Raises
    ------
    Problem, Cancelled
        If no layer was made; the image is as it was then.
    """
    if not call.interactive:
        return edit(call.worker, kind.subject(), options_of(call.config), progress(kind.title))
    from dialogs import display

    display.begin()
    from dialogs.fill import ask_and_fill

    return ask_and_fill(call.procedure, call.config, call.worker, kind)
