"""What tells one command's dialog from another's; known without anything that has windows."""

from typing import TYPE_CHECKING, NamedTuple

from gi.repository import Gimp, GObject

if TYPE_CHECKING:
    from collections.abc import Callable

    import canvas
    from edits.intents import Intent

__all__ = ["Kind"]


class Kind(NamedTuple):
    """What tells one command's dialog from another's.

    Parameters
    ----------
    title : str
        Of the window, and of the progress where there is none.
    chapter : str
        Of the help page.
    image : Gimp.Image
        Whose layers can go along.
    subject : callable
        Finds out what is to be edited where some drawables are active; raises `Problem` where
        nothing can be.
    intents : tuple of Intent
        What its edits may be for; the first to begin with.
    first_rows : callable, optional
        Makes a widget for the command's own arguments.
    """

    title: str
    chapter: str
    image: Gimp.Image
    subject: "Callable[[list[Gimp.Drawable]], canvas.Subject]"
    intents: "tuple[Intent, ...]"
    first_rows: "Callable[[], GObject.Object] | None" = None
