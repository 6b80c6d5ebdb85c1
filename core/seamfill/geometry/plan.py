"""Which regions of the source are uploaded, and at which sizes."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seamfill.errors import BadInput
from seamfill.geometry.boxes import Box, Placement, Size, SizeRule
from seamfill.geometry.context import view_of
from seamfill.geometry.single import place_one
from seamfill.geometry.tiles import fits_pixel_for_pixel, place_tiles

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["plan_uploads"]

# So many uploads for one edit are not what anybody means: speckles, planned as one.
_MOST_ISLANDS = 64
# Of a side of a source: more than GIMP (524,288) or any format of files here takes.
_LONGEST_SIDE = 1_000_000
# The pixels that one more upload is worth.
_UPLOAD = 500_000


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
        If the selection is empty or outside the source, the context is not understood, or nobody
        can mean so large a source or so many uploads.
    """
    if max(source) > _LONGEST_SIDE:
        raise BadInput(
            f"The picture is {_pixels(source.w)} × {_pixels(source.h)} pixels; at most "
            f"{_pixels(_LONGEST_SIDE)} each way can be edited.",
            "Scale it down, or cut out the part that is to change.",
            advice="selection",
        )
    if min(selection.size) < 1 or not Box(0, 0, *source).contains(selection):
        raise BadInput(
            "Nothing that is selected lies inside the picture.",
            "Select the part that is to change, then try again.",
            advice="selection",
        )
    grouped = context != "layer" and not isinstance(context, Box) and tiles
    if not grouped or selection == Box(0, 0, *source):
        return (place_one(source, view_of(source, selection, context), rule, size),)
    plans = _Planner(source, rule, context, size)
    together = plans.of(selection)
    if _keeps_detail(together):
        return together
    if not 1 < len(islands) <= _MOST_ISLANDS:
        return together
    apart = tuple(p for group in _groups(islands, plans) for p in plans.of(group))
    return min((together, apart), key=_lost)


def _pixels(side: int) -> str:
    return f"{side:,}" if side < 10**12 else "far too many"


@dataclass(frozen=True)
class _Planner:
    """Plans boxes of one edit."""

    source: Size
    rule: SizeRule
    context: str | Box
    size: Size | None

    def of(self, selection: Box) -> tuple[Placement, ...]:
        """One upload for a box, or tiles where it is larger than any upload."""
        view = view_of(self.source, selection, self.context)
        if self.size or fits_pixel_for_pixel(selection.size, self.rule):
            return (place_one(self.source, view, self.rule, self.size),)
        return place_tiles(self.source, selection, self.rule)


def _groups(islands: Sequence[Box], plans: _Planner) -> list[Box]:
    """Join neighbouring islands as long as one upload holds them without a loss of detail."""
    groups = _overlapping_joined(islands)
    while True:
        pairs = sorted(
            itertools.combinations(groups, 2),
            key=lambda pair: math.prod(pair[0].union(pair[1]).size),
        )
        for a, b in pairs:
            if _keeps_detail(plans.of(a.union(b))):
                rest = [group for group in groups if group not in (a, b)]
                groups = _overlapping_joined([*rest, a.union(b)])
                break
        else:
            return groups


def _overlapping_joined(boxes: Sequence[Box]) -> list[Box]:
    """The boxes with those that share pixels made one, so that nothing is filled twice."""
    joined: list[Box] = []
    for box in boxes:
        grown = box
        while meeting := [other for other in joined if math.prod(grown.intersection(other).size)]:
            for other in meeting:
                joined.remove(other)
                grown = grown.union(other)
        joined.append(grown)
    return sorted(joined, key=lambda box: (box.y, box.x))


def _keeps_detail(plan: tuple[Placement, ...]) -> bool:
    """Whether it is a single upload that is not scaled down."""
    return len(plan) == 1 and plan[0].size.w >= plan[0].region.w


def _lost(plan: tuple[Placement, ...]) -> tuple[float, int]:
    """Detail that a plan loses, then what it costs: each upload has a price beside its pixels."""
    detail = max(1.0, *(p.region.w / p.size.w for p in plan))
    return detail, sum(p.size.w * p.size.h + _UPLOAD for p in plan)
