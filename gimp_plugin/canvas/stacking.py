"""Where new layers go among those that are there, so that they are seen."""

from typing import TYPE_CHECKING, NamedTuple

from gi.repository import Gimp

from canvas.recipes import made_here
from canvas.subject import Subject, box_of

if TYPE_CHECKING:
    from worker.messages import PatchFiles

__all__ = ["Place", "place_for"]


class Place(NamedTuple):
    """Where a layer is inserted.

    Parameters
    ----------
    parent : Gimp.GroupLayer or None
        The group; None for the image itself.
    position : int
        From the top.
    offset : (int, int)
        Where the source's top left corner lies in the image now.
    """

    parent: "Gimp.GroupLayer | None"
    position: int
    offset: "tuple[int, int]"


def place_for(subject: Subject, patches: "tuple[PatchFiles, ...]") -> Place:
    """Find the place of new layers.

    What the image looks like was edited: on top of it. One layer was edited: directly above it, and
    above all layers of Seamfill's that lie over it at that place already. Where the edited layer is
    gone, on top of the image.

    Parameters
    ----------
    subject : Subject
        From `canvas.examine`.
    patches : tuple of PatchFiles
    """
    layer, image = subject.layer, subject.image
    if layer is None or not layer.is_valid() or layer.get_image() != image:
        return Place(None, 0, subject.offset)
    x, y = subject.offset
    if subject.frame is None:
        _ok, x, y = layer.get_offsets()  # the user may have moved it
    places = [patch.box for patch in patches]
    boxes = [box._replace(x=x + box.x, y=y + box.y) for box in places]
    beneath = layer
    for item in _above(image.get_layers(), layer):
        if made_here(item) and any(box_of(item).meets(box) for box in boxes):
            beneath = item
            break
    while beneath.get_parent() is not None and made_here(beneath.get_parent()):
        beneath = beneath.get_parent()  # nothing is added to variations of another edit
    return Place(beneath.get_parent(), image.get_item_position(beneath), (x, y))


def _above(items: "list[Gimp.Layer]", layer: Gimp.Layer) -> "list[Gimp.Layer]":
    """List what lies above a layer, from the top: groups of Seamfill's whole, others opened."""
    found: list[Gimp.Layer] = []
    for item in items:
        if item == layer:
            break
        within = _is_within(layer, item)
        if item.is_group() and (within or not made_here(item)):
            found += _above(item.get_children(), layer)
        else:
            found.append(item)
        if within:
            break
    return found


def _is_within(item: "Gimp.Item | None", group: Gimp.Item) -> bool:
    while item is not None:
        item = item.get_parent()
        if item == group:
            return True
    return False
