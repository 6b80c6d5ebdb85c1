"""What an edit is for: what is changed, and what is sent where the user says nothing."""

from typing import NamedTuple

__all__ = ["BACKGROUND", "EXPAND", "FILL", "REMOVE", "Intent", "said"]


class Intent(NamedTuple):
    """What an edit is for.

    Parameters
    ----------
    name : str
    unsaid : str
        The prompt of an edit without one, for models that read it.
    asks : bool
        Whether the user says what should be there.
    inverse : bool
        Whether all but the selection is changed.
    """

    name: str
    unsaid: str
    asks: bool = True
    inverse: bool = False


_GONE = (
    "Remove what is in the masked area and continue the background there naturally, as if "
    "nothing had ever been there. Add no new objects."
)

FILL = Intent("fill", _GONE)
REMOVE = Intent("remove", _GONE, asks=False)
BACKGROUND = Intent(
    "background",
    "Replace the background in the masked area by another one that suits the subject, with the "
    "same light and perspective.",
    inverse=True,
)
EXPAND = Intent(
    "expand",
    "Continue the picture naturally in the masked area, with the same light, perspective and "
    "style, as if it had always been that large.",
)


def said(prompt: str) -> str:
    """Tell what of a prompt the user has said: nothing where it stood in for one."""
    unsaid = {intent.unsaid for intent in (FILL, REMOVE, BACKGROUND, EXPAND)}
    return "" if prompt in unsaid else prompt
