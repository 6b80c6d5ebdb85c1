"""Translation of what the user reads."""

__all__ = ["_"]


def _(text: str) -> str:
    """Translate a text into the language of the user's GIMP; outside GIMP it stays as it is."""
    try:
        from gi.repository import GLib
    except ImportError:
        return text
    translated: str = GLib.dgettext(None, text)
    return translated
