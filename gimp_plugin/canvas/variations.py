"""Several variations in a group: one of them shown, kept alone, or all of them discarded."""

from gi.repository import Gimp

from canvas.subject import refuse_gone
from canvas.undo import done, one_step, unrecorded

__all__ = ["discard", "keep_one", "show_only", "shown_of"]


def show_only(layers: "list[Gimp.Layer]", index: int) -> None:
    """Show one variation and hide the others, which is no step of undo; none where it is -1."""
    there = [layer for layer in layers if layer.is_valid()]
    if not there:
        return
    with unrecorded(there[0].get_image()):
        for number, layer in enumerate(layers):
            if layer.is_valid():
                layer.set_visible(number == index)


def shown_of(layers: "list[Gimp.Layer]") -> int:
    """Tell which of some variations is shown, from 1; 0 for none."""
    return next((n for n, layer in enumerate(layers, 1) if layer.get_visible()), 0)


def keep_one(layer: Gimp.Layer) -> None:
    """Let one variation take the place and the name of its group, in one undo step.

    Raises
    ------
    Problem
        If the layer is gone.
    """
    refuse_gone(layer)
    image, group = layer.get_image(), layer.get_parent()
    if group is None:  # the user took it out of the group already
        return
    with one_step(image):
        name = group.get_name()
        done(image.reorder_item(layer, group.get_parent(), image.get_item_position(group)))
        done(image.remove_layer(group))
        layer.set_name(name)


def discard(layers: "list[Gimp.Layer]") -> None:
    """Take variations out of the image in one undo step, with their group where it gets empty."""
    there = [layer for layer in layers if layer.is_valid()]
    if not there:
        return
    image, group = there[0].get_image(), there[0].get_parent()
    with one_step(image):
        if group is not None and all(child in there for child in group.get_children()):
            there = [group]
        for item in there:
            done(image.remove_layer(item))
