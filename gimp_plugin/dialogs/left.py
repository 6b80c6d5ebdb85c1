"""How the user left a window: its size and what was unfolded in it."""

from typing import NamedTuple

from user.files import never_failing, read, write
from worker.parse import NotAsExpected, parse

__all__ = ["Left", "left", "remember"]

LARGEST = 10_000
"""Pixels; no window is larger."""


class Left(NamedTuple):
    """A window as it was left.

    Parameters
    ----------
    width, height : int
        In GTK's pixels; 0 for one that was never shown.
    open : tuple of str
        Names of what was unfolded.
    """

    width: int = 0
    height: int = 0
    open: "tuple[str, ...]" = ()


def left(name: str, first: Left) -> Left:
    """Tell how a window was left; `first` where it was never shown."""
    try:
        kept = parse(Left, read("windows").get(name))
    except NotAsExpected:
        return first
    if not (0 < kept.width <= LARGEST and 0 < kept.height <= LARGEST):
        return first
    return kept


def remember(name: str, window: Left) -> None:
    """Take note of how a window was left."""
    with never_failing():
        write("windows", {**read("windows"), name: window._asdict()})
