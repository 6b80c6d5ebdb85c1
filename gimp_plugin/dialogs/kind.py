"""What tells one command's dialog from another's; known without anything that has windows."""

from collections.abc import Callable
from typing import NamedTuple

from gi.repository import Gimp, GObject

import canvas

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
        Finds out what is to be edited; raises `Problem` where it cannot be.
    first_rows : callable, optional
        Makes a widget for the command's own arguments.
    """

    title: str
    chapter: str
    image: Gimp.Image
    subject: Callable[[], canvas.Subject]
    first_rows: "Callable[[], GObject.Object] | None" = None
