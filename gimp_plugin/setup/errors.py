"""What can stand in the way of setting Seamfill up."""

from __future__ import annotations

import shutil

__all__ = ["SetupError", "Stopped", "Unsuitable", "told"]


class SetupError(Exception):
    """Something cannot be set up.

    Parameters
    ----------
    message : str
        What happened.
    hint : str
        What to do next.
    code : str
        A name for it, by which GIMP's dialogs say it in the user's language.
    """

    exit_code = 4

    def __init__(self, message: str, hint: str = "", code: str = "setup_failed") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code

    def __str__(self) -> str:
        """Message and hint, each on a line of its own."""
        return "\n".join(filter(None, (self.message, self.hint)))


class Unsuitable(SetupError):
    """What is there already stands in the way; nothing was changed."""

    exit_code = 2


class Stopped(Exception):
    """The user stopped it; what worked before still works."""


def told(error: OSError) -> str:
    """Put what the operating system refused into one sentence."""
    if isinstance(error, shutil.Error):
        return f"Files cannot be copied: {error.args[0][0][2]}."
    why = error.strerror or str(error)
    return f"{error.filename}: {why}." if error.filename else f"{why}."
