"""New results in the group of earlier ones, which stay as they are."""

import time
from typing import TYPE_CHECKING

from gi.repository import Gimp

from canvas.layers import deleted_unless_inserted, explained, fill, new_layer
from canvas.recipes import Recipe, attach, made_here
from canvas.subject import refuse_gone
from canvas.undo import done, one_step

if TYPE_CHECKING:
    from worker.messages import PatchFiles

__all__ = ["insert_beside"]


def insert_beside(
    layer: Gimp.Layer, patches: "tuple[PatchFiles, ...]", recipe: Recipe
) -> "list[Gimp.Layer]":
    """Put patches where an earlier result of the same place is, as one step of undo.

    Parameters
    ----------
    layer : Gimp.Layer
        The earlier result; it and the others of its group are hidden. Where it stands alone, it
        comes into a group.
    patches : tuple of PatchFiles
        The best first; it is shown.
    recipe : Recipe
        Of the edit.

    Returns
    -------
    list of Gimp.Layer
        The new layers, in the order of the patches.

    Raises
    ------
    Problem
        If the layer is gone, or the image does not take them; it is as it was then.
    """
    refuse_gone(layer)
    image, (_ok, x, y) = layer.get_image(), layer.get_offsets()
    recipe = recipe._replace(made=time.time())
    with explained(), deleted_unless_inserted() as layers:
        name, there = _name_and_count(layer)
        for number, patch in enumerate(patches, there + 1):
            layers.append(new_layer(image, patch, f"{name} {number}"))
            fill(layers[-1], patch)
            attach(layers[-1], recipe, patch)
        with one_step(image) as inserted:
            group = _group_of(layer)
            for other in group.get_children():
                other.set_visible(False)
            for number, new in enumerate(layers):
                done(image.insert_layer(new, group, number))
                inserted.append(new)
                done(new.set_offsets(x, y))
                new.set_visible(number == 0)
    return layers


def _name_and_count(layer: Gimp.Layer) -> "tuple[str, int]":
    group = layer.get_parent()
    if group is None or not made_here(group):
        return layer.get_name(), 1
    return group.get_name(), len(group.get_children())


def _group_of(layer: Gimp.Layer) -> Gimp.GroupLayer:
    """The group of a result, which is made where it stands alone."""
    image, parent = layer.get_image(), layer.get_parent()
    if parent is not None and made_here(parent):
        return parent
    group = Gimp.GroupLayer.new(image, layer.get_name())
    done(image.insert_layer(group, parent, image.get_item_position(layer)))
    done(image.reorder_item(layer, group, 0))
    group.set_expanded(True)
    return group
