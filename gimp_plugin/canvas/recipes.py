"""What a layer was made of, attached to it; by that, Seamfill knows its own layers again."""

import zlib
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from gi.repository import Gegl, Gimp

from canvas.subject import refuse_gone
from errors import Problem
from text.i18n import _
from user import parasites
from worker.messages import FitReport, PatchFiles
from worker.parse import NotAsExpected, parse

__all__ = [
    "Recipe",
    "attach",
    "is_trial",
    "made_here",
    "mark_trial",
    "mask_changed",
    "newest",
    "recipe_of",
    "write_mask",
]

PARASITE = "seamfill-recipe"
TRIAL = "seamfill-trial"


class Recipe(NamedTuple):
    """What a layer was made of.

    Parameters
    ----------
    recipe : dict
        The edit's options, by the core's names.
    journal : str
        The entry of the journal that its answer is in.
    made : float
        When, in seconds since 1970.
    report : FitReport or None
        How well it fits.
    answer : int
        Which of the entry's answers it is.
    mask : int or None
        What its layer mask was when it was made.
    model : str
        Title of the model that made it; empty where that is not known.
    cost_usd : float or None
        What it cost by itself in US dollars; None where that is not known.
    billed : bool
        Whether the endpoint counted that; otherwise it was estimated.
    seconds : float or None
        How long its edit took.
    """

    recipe: "dict[str, object]"
    journal: str
    made: float = 0.0
    report: "FitReport | None" = None
    answer: int = 0
    mask: "int | None" = None
    model: str = ""
    cost_usd: "float | None" = None
    billed: bool = False
    seconds: "float | None" = None


def attach(
    layer: Gimp.Layer, recipe: Recipe, patch: PatchFiles, like: "Gimp.Layer | None" = None
) -> None:
    """Attach what a layer is made of, before it is in the image: undo takes both back.

    Parameters
    ----------
    layer : Gimp.Layer
        With its pixels and its layer mask as they were made.
    recipe : Recipe
        Of the edit.
    patch : PatchFiles
        What the layer shows of it.
    like : Gimp.Layer, optional
        The layer whose mask this one has, which is not as it was made.
    """
    mask = _digest(layer.get_mask()) if like is None else recipe_of(like).mask
    whole = recipe._replace(answer=patch.answer, mask=mask)._asdict()
    flags = Gimp.PARASITE_PERSISTENT | Gimp.PARASITE_UNDOABLE  # saved with the image
    parasites.attach(layer, PARASITE, whole | {"report": patch.report._asdict()}, flags)


def recipe_of(layer: Gimp.Layer) -> Recipe:
    """Read what `attach` attached to a layer.

    Raises
    ------
    Problem
        If the layer was not made by Seamfill.
    """
    found = parasites.find(layer, PARASITE)
    for kept in (found, found | {"report": None} if isinstance(found, dict) else None):
        with suppress(NotAsExpected):  # another version may have told more or less of the fit
            return parse(Recipe, kept)
    raise Problem(
        _("The layer “{name}” was not made by Seamfill.").format(name=layer.get_name()),
        _("Choose a layer that Generative Fill made, and try again."),
    )


def made_here(item: Gimp.Item) -> bool:
    """Whether Seamfill made a layer, or a group with all that is in it."""
    if item.is_group():
        children = item.get_children()
        return bool(children) and all(made_here(child) for child in children)
    return item.get_parasite(PARASITE) is not None


def mark_trial(layer: Gimp.Layer) -> None:
    """Mark a layer that is only there to be looked at, and is no result by itself."""
    parasites.attach(layer, TRIAL, value=True)


def is_trial(layer: Gimp.Layer) -> bool:
    """Whether a layer is only there to be looked at."""
    return layer.get_parasite(TRIAL) is not None


def newest(items: "list[Gimp.Layer]") -> "Gimp.Layer | None":
    """Find what Seamfill made last, in groups too; of several variations, the one that is shown."""
    found = [each for each in _leaves(items) if made_here(each) and not is_trial(each)]
    return max(found, key=lambda layer: (_made(layer), layer.get_visible()), default=None)


def _made(layer: Gimp.Layer) -> float:
    return recipe_of(layer).made


def mask_changed(layer: Gimp.Layer) -> bool:
    """Whether the user changed a layer's mask, such as by painting on it.

    Raises
    ------
    Problem
        If the layer is gone.
    """
    refuse_gone(layer)
    mask, made = layer.get_mask(), recipe_of(layer).mask
    return mask is not None and made is not None and _digest(mask) != made


def write_mask(layer: Gimp.Layer, path: Path) -> str:
    """Write a layer's mask into a file, one byte a pixel, and tell its path."""
    path.write_bytes(_bytes(layer.get_mask()))
    return str(path)


def _digest(mask: "Gimp.LayerMask | None") -> "int | None":
    return None if mask is None else zlib.crc32(_bytes(mask))


def _bytes(mask: Gimp.LayerMask) -> bytes:
    area = Gegl.Rectangle.new(0, 0, mask.get_width(), mask.get_height())
    data: bytes = mask.get_buffer().get(area, 1.0, "Y u8", Gegl.AbyssPolicy.NONE)
    return data


def _leaves(items: "list[Gimp.Layer]") -> "list[Gimp.Layer]":
    found = []
    for item in items:
        found += _leaves(item.get_children()) if item.is_group() else [item]
    return found
