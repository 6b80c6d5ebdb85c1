"""What of an image an edit depends on, told so cheaply that it can be asked again and again."""

from typing import NamedTuple

from gi.repository import Gimp

from worker.messages import Box, Size

__all__ = ["Situation", "situation"]


class Situation(NamedTuple):
    """What is selected and active in an image.

    Parameters
    ----------
    size : Size
        Of the canvas.
    selection : Box or None
        Bounds of the selection.
    active : tuple of int
        GIMP's numbers of the active layers.
    floating : bool
        Whether there is a floating selection.
    """

    size: Size
    selection: "Box | None"
    active: "tuple[int, ...]"
    floating: bool


def situation(image: Gimp.Image) -> "Situation | None":
    """Look at an image, which takes less than a millisecond; None where it is gone."""
    if not image.is_valid():
        return None
    _ok, selected, left, top, right, bottom = Gimp.Selection.bounds(image)
    return Situation(
        Size(image.get_width(), image.get_height()),
        Box(left, top, right - left, bottom - top) if selected else None,
        tuple(layer.get_id() for layer in image.get_selected_layers()),
        image.get_floating_sel() is not None,
    )
