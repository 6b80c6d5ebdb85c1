"""How far an edit is, where GIMP shows that of any plug-in."""

from typing import TYPE_CHECKING

from gi.repository import Gimp

from text.stages import stage_text
from worker.messages import Partial, Progress

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["progress"]


def progress(title: str) -> "Callable[[Progress | Partial], None]":
    """Show the worker's progress where GIMP shows that of any plug-in."""
    Gimp.progress_init(title)

    def notify(told: "Progress | Partial") -> None:
        if isinstance(told, Partial):
            return
        Gimp.progress_set_text(stage_text(told.stage, told.number, told.total))
        if told.fraction is None:
            Gimp.progress_pulse()
        else:
            Gimp.progress_update(told.fraction)

    return notify
