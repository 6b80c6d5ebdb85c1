"""What a layer was made of, attached to it; by that, Seamfill knows its own layers again."""

import zlib
from typing import Any

from gi.repository import Gegl, Gimp

from canvas.subject import refuse_gone
from errors import Problem
from text.i18n import _
from user import parasites

__all__ = ["attach", "made_here", "mask_changed", "newest", "recipe_of"]

PARASITE = "seamfill-recipe"
KEPT = ("report", "answer")
"""What is kept of a patch."""


def attach(
    layer: Gimp.Layer,
    about: "dict[str, Any]",
    patch: "dict[str, Any]",
    like: "Gimp.Layer | None" = None,
) -> None:
    """Attach what a layer is made of, before it is in the image: undo takes both back.

    Parameters
    ----------
    layer : Gimp.Layer
        With its pixels and its layer mask as they were made.
    about : dict
        Recipe and journal of the edit, and when the layer was made, in seconds since 1970.
    patch : dict
        As the worker describes it.
    like : Gimp.Layer, optional
        The layer whose mask this one has, which is not as it was made.
    """
    known = {name: patch[name] for name in KEPT if name in patch}
    mask = _digest(layer.get_mask()) if like is None else recipe_of(like).get("mask")
    flags = Gimp.PARASITE_PERSISTENT | Gimp.PARASITE_UNDOABLE  # saved with the image
    parasites.attach(layer, PARASITE, {**about, **known, "mask": mask}, flags)


def recipe_of(layer: Gimp.Layer) -> "dict[str, Any]":
    """Read what `attach` attached to a layer.

    Raises
    ------
    Problem
        If the layer was not made by Seamfill.
    """
    recipe: dict[str, Any] | None = parasites.find(layer, PARASITE)
    if recipe is None:
        raise Problem(
            _("The layer “{name}” was not made by Seamfill.").format(name=layer.get_name()),
            _("Choose a layer that Generative Fill made, and try again."),
        )
    return recipe


def made_here(item: Gimp.Item) -> bool:
    """Whether Seamfill made a layer, or a group with all that is in it."""
    if item.is_group():
        children = item.get_children()
        return bool(children) and all(made_here(child) for child in children)
    return item.get_parasite(PARASITE) is not None


def newest(items: "list[Gimp.Layer]") -> "Gimp.Layer | None":
    """Find what Seamfill made last, in groups too; of several variations, the one that is shown."""
    found = [layer for layer in _leaves(items) if made_here(layer)]
    return max(found, key=lambda layer: (_made(layer), layer.get_visible()), default=None)


def _made(layer: Gimp.Layer) -> float:
    return float(recipe_of(layer).get("made", 0.0))


def mask_changed(layer: Gimp.Layer) -> bool:
    """Whether the user changed a layer's mask, such as by painting on it.

    Raises
    ------
    Problem
        If the layer is gone.
    """
    refuse_gone(layer)
    mask, made = layer.get_mask(), recipe_of(layer).get("mask")
    return mask is not None and made is not None and _digest(mask) != made


def _digest(mask: "Gimp.LayerMask | None") -> "int | None":
    if mask is None:
        return None
    area = Gegl.Rectangle.new(0, 0, mask.get_width(), mask.get_height())
    data = mask.get_buffer().get(area, 1.0, "Y u8", Gegl.AbyssPolicy.NONE)
    return zlib.crc32(data)


def _leaves(items: "list[Gimp.Layer]") -> "list[Gimp.Layer]":
    found = []
    for item in items:
        found += _leaves(item.get_children()) if item.is_group() else [item]
    return found
