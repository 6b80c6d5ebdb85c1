"""Which regions of the source are uploaded, and at which sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seamfill.errors import BadInput
from seamfill.geometry.boxes import Box, Placement, Size, SizeRule
from seamfill.geometry.context import view_of
from seamfill.geometry.single import place_one

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["plan_uploads"]


def plan_uploads(
    source: Size,
    selection: Box,
    rule: SizeRule,
    context: str | Box = "auto",
    size: Size | None = None,
    *,
    islands: Sequence[Box] = (),
    tiles: bool = True,
) -> tuple[Placement, ...]:
    """Choose regions and upload sizes.

    A region is shifted, not cut, where it would reach beyond the source, and goes beyond it only
    where the source is too small for the model. Pixels are sent one for one wherever the model's
    sizes allow it.

    Parameters
    ----------
    source : Size
        The source's size in pixels.
    selection : Box
        Bounds of the selection, in source pixels, inside the source.
    rule : SizeRule
        What the model takes.
    context : str or Box
        ``"auto"``, ``"25%"`` of the selection's mean side, ``"120px"`` on each side, ``"layer"``
        for the whole source, or a box that the region is to cover.
    size : Size, optional
        The upload size the user asked for; chosen when omitted.
    islands : sequence of Box
        Bounds of the selection's separate parts. Those far apart get uploads of their own where a
        common one would lose detail.
    tiles : bool
        Whether a selection larger than the model's largest upload is filled in tiles, pixel for
        pixel; False sends one upload, scaled down.

    Returns
    -------
    tuple of Placement
        In the order in which they are to be sent: each one sees what those before it filled. Just
        one unless the selection is tiled or its islands are sent apart.

    Raises
    ------
    BadInput
        If the selection is empty or outside the source, or the context is not understood.
    """
    if min(selection.size) < 1 or not Box(0, 0, *source).contains(selection):
        raise BadInput(
            "Nothing that is selected lies inside the picture.",
            "Select the part that is to change, then try again.",
        )
    return (place_one(source, view_of(source, selection, context), rule, size),)
