"""What nobody foresaw, as something to tell the user."""

import traceback

from errors import Problem
from text.i18n import _

__all__ = ["unforeseen"]


def unforeseen(error: Exception) -> Problem:
    """Make a problem of a defect; GIMP's error output gets the traceback."""
    traceback.print_exception(error)
    return Problem(
        _("Something went wrong inside Seamfill ({error}). The image was not changed.").format(
            error=type(error).__name__
        ),
        _("Please report it; GIMP's error output, seen in a terminal, says where."),
        "internal",
    )
