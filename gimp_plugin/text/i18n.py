"""Translation of what the user reads."""

from gi.repository import GLib

__all__ = ["_"]


def _(text: str) -> str:
    """Translate a text into the language of the user's GIMP."""
    translated: str = GLib.dgettext(None, text)
    return translated
