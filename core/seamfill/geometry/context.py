"""How much of the source around the selection goes along with an upload."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from seamfill.errors import BadInput
from seamfill.geometry.boxes import Box, Size

__all__ = ["LEAST_MARGIN", "View", "view_of"]

# The least margin that registration and tone can measure anything on.
LEAST_MARGIN = 48


@dataclass(frozen=True)
class View:
    """What the upload should show of the source.

    Parameters
    ----------
    selection : Box
        What is to be filled.
    wanted : Box
        What the region should hold; inside the source.
    needed : Box
        What it has to hold at least; inside `wanted`.
    """

    selection: Box
    wanted: Box
    needed: Box


def view_of(source: Size, selection: Box, context: str | Box) -> View:
    """Turn the user's word for context into boxes.

    Parameters
    ----------
    source : Size
    selection : Box
        Inside the source.
    context : str or Box
        As `plan_uploads` takes it.

    Raises
    ------
    BadInput
        If the context is not understood.
    """
    whole = Box(0, 0, *source)
    if isinstance(context, Box):
        wanted = context.union(selection).intersection(whole)
        return View(selection, wanted, wanted)
    if context == "layer" or selection == whole:
        return View(selection, whole, whole)
    mean = (selection.w + selection.h) / 2
    if context == "auto":
        margin = math.ceil(max(mean / 2, max(selection.size) / 16, LEAST_MARGIN))
        wanted = selection.grown(margin).intersection(whole)
        return View(selection, wanted, _least(selection, margin).intersection(whole))
    wanted = selection.grown(_margin(context, mean)).intersection(whole)
    return View(selection, wanted, wanted)


def _least(selection: Box, margin: int) -> Box:
    """The selection with so much around it that context is a third of the whole."""
    w, h = selection.size
    half = (w + h) / 4
    third = (math.sqrt(4 * half * half + w * h / 2) - 2 * half) / 2
    return selection.grown(min(margin, max(math.ceil(third), LEAST_MARGIN)))


def _margin(context: str, mean: float) -> int:
    """Pixels on each side that a text such as ``25%`` or ``120px`` asks for."""
    match = re.fullmatch(r"\s*(\d{1,6}(?:\.\d{1,6})?)\s*(%|px)?\s*", context)
    if not match:
        raise BadInput(
            f"The context {context!r} is not understood.",
            "Give auto, layer, a percentage such as 25%, or pixels such as 120px.",
        )
    number = float(match[1])
    return math.ceil(number / 100 * mean if match[2] == "%" else number)
