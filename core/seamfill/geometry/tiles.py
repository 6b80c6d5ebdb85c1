"""A selection larger than the largest upload: overlapping tiles, pixel for pixel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

from seamfill.errors import BadInput
from seamfill.geometry.boxes import Box, Placement, Size, SizeRule
from seamfill.geometry.context import LEAST_MARGIN

__all__ = ["fits_pixel_for_pixel", "place_tiles"]

# Of a tile's side: context on either side leaves a third of the upload as evidence, and the
# overlap gives the edge between two tiles room to mix them.
_CONTEXT = 1 / 5
_OVERLAP = 1 / 16
_LEAST_OVERLAP = 32
# Every upload is paid: 1,000 of 1024 pixels each way fill half a billion pixels, for some $40.
_MOST_TILES = 1000


@dataclass(frozen=True)
class _Row:
    """Tiles along one axis: all regions of one length; from each start its part reaches on.

    Parameters
    ----------
    length : int
        Of every region.
    starts : tuple of int
        Of the regions.
    parts : tuple of (int, int)
        Start and end of the part of the selection that each fills.
    """

    length: int
    starts: tuple[int, ...]
    parts: tuple[tuple[int, int], ...]


def fits_pixel_for_pixel(selection: Size, rule: SizeRule) -> bool:
    """Whether any upload can hold the whole selection unscaled.

    Parameters
    ----------
    selection : Size
    rule : SizeRule

    Returns
    -------
    bool
    """
    if rule.fixed:
        return any(s.w >= selection.w and s.h >= selection.h for s in rule.fixed)
    step = rule.multiple
    w, h = (-(-side // step) * step for side in selection)
    w, h = max(w, math.ceil(h / rule.max_ratio)), max(h, math.ceil(w / rule.max_ratio))
    return max(w, h) <= rule.max_edge and w * h <= rule.max_pixels


def place_tiles(source: Size, selection: Box, rule: SizeRule) -> tuple[Placement, ...]:
    """Fill a selection in the fewest tiles, row by row.

    The first tile's part reaches to the end of its region on the sides where the selection goes
    on, so that the model sees nothing there of what is to be replaced. The next one starts inside
    that part and has the rest of it, filled by then, as context.

    Parameters
    ----------
    source : Size
    selection : Box
        Inside the source; larger than an upload.
    rule : SizeRule

    Raises
    ------
    BadInput
        If it takes more uploads than anybody means.
    """
    options = [_grid(source, selection, size) for size in _sizes(rule)]
    across, down = min(options, key=lambda g: (_number(g), _area(g)))
    if _number((across, down)) > _MOST_TILES:
        raise BadInput(
            f"To fill so large a selection takes {_number((across, down)):,} uploads; "
            f"{_MOST_TILES:,} at most are sent for one edit.",
            "Select less, take a model with larger uploads, or send one that is scaled down.",
            advice="selection",
        )
    if not rule.fixed:
        across, down = _trimmed(source, selection, rule, across, down)
    size = Size(across.length, down.length)
    return tuple(
        Placement(
            Box(across.starts[i], down.starts[j], *size),
            size,
            _box(across.parts[i], down.parts[j]),
        )
        for j, i in product(range(len(down.starts)), range(len(across.starts)))
    )


def _sizes(rule: SizeRule) -> tuple[Size, ...]:
    """The largest uploads, of the shapes that make a difference."""
    if rule.fixed:
        return rule.fixed
    step = rule.multiple
    square = min(math.isqrt(rule.max_pixels), rule.max_edge) // step * step
    longer = min(rule.max_edge, math.isqrt(int(rule.max_pixels * rule.max_ratio))) // step * step
    shorter = min(rule.max_pixels // longer, longer) // step * step
    return Size(square, square), Size(longer, shorter), Size(shorter, longer)


def _grid(source: Size, selection: Box, size: Size) -> tuple[_Row, _Row]:
    return (
        _row(selection.x, selection.right, size.w, source.w),
        _row(selection.y, selection.bottom, size.h, source.h),
    )


def _row(start: int, end: int, length: int, limit: int) -> _Row:
    """Regions of one length that cover a stretch of the selection along one axis."""
    context = int(length * _CONTEXT)
    overlap = min(max(_LEAST_OVERLAP, int(length * _OVERLAP)), length // 4)
    first, last = max(0, start - context), min(limit, end + context)
    margin = min(LEAST_MARGIN, context)  # of which small uploads have less
    if min(limit, end + margin) - max(0, start - margin) <= length:
        begin = (start + end - length) // 2
        begin = min(max(begin, 0), limit - length) if length <= limit else (limit - length) // 2
        return _Row(length, (begin,), ((start, end),))
    stride = length - context - overlap
    number = math.ceil((last - first - length) / stride) + 1
    starts = [first + round(i * (last - first - length) / (number - 1)) for i in range(number)]
    parts = [
        (start if i == 0 else begin + context, end if i == number - 1 else begin + length)
        for i, begin in enumerate(starts)
    ]
    return _Row(length, tuple(starts), tuple(parts))


def _trimmed(
    source: Size, selection: Box, rule: SizeRule, across: _Row, down: _Row
) -> tuple[_Row, _Row]:
    """The same number of tiles, as small as the model and the overlap allow: they cost less."""
    for w in range(across.length - rule.multiple, 0, -rule.multiple):
        row = _row(selection.x, selection.right, w, source.w)
        if len(row.starts) > len(across.starts) or not rule.allows(Size(w, down.length)):
            break
        across = row
    for h in range(down.length - rule.multiple, 0, -rule.multiple):
        row = _row(selection.y, selection.bottom, h, source.h)
        if len(row.starts) > len(down.starts) or not rule.allows(Size(across.length, h)):
            break
        down = row
    return across, down


def _number(grid: tuple[_Row, _Row]) -> int:
    return len(grid[0].starts) * len(grid[1].starts)


def _area(grid: tuple[_Row, _Row]) -> int:
    return grid[0].length * grid[1].length


def _box(across: tuple[int, int], down: tuple[int, int]) -> Box:
    return Box(across[0], down[0], across[1] - across[0], down[1] - down[0])
