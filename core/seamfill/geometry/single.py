"""One upload: the region and the size that keep most of the source's detail."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from seamfill.geometry.boxes import Box, Placement, Size, SizeRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seamfill.geometry.context import View

__all__ = ["place_one"]

# What a candidate loses, in units of one octave of detail. Detail weighs most, since nothing
# brings it back; then pixels that do not exist, then context, then the price of a larger upload.
_DETAIL_LOST = 8.0
_FRACTIONAL = 1.0
_ENLARGED = 0.5
_BEYOND_SOURCE = 4.0
_CONTEXT_MISSING = 3.0
_PIXELS = 0.25

_Candidate = tuple[Size, Size]


def place_one(source: Size, view: View, rule: SizeRule, size: Size | None = None) -> Placement:
    """Choose region and size of a single upload.

    Every way to place it is weighed: pixel for pixel, enlarged by an integer, or scaled.

    Parameters
    ----------
    source : Size
    view : View
        What it should show, and what it has to.
    rule : SizeRule
    size : Size, optional
        The upload size to use.
    """
    sizes = (size,) if size else rule.fixed
    candidates = _fixed(sizes, source, view) if sizes else _free(rule, source, view)
    least = view.needed.size
    fitting = sorted({c for c in candidates if c[0].w >= least.w and c[0].h >= least.h})
    placed = [_around(source, view, *candidate) for candidate in fitting]
    smallest = min(p.size.w * p.size.h for p in placed)
    return min(placed, key=lambda p: _loss(source, view, p, smallest))


def _fixed(sizes: tuple[Size, ...], source: Size, view: View) -> Iterator[_Candidate]:
    """Regions for each size that is on offer."""
    for size in sizes:
        for zoom in {1, 2, 3, 4, min(size.w // source.w, size.h // source.h)} - {0}:
            if size.w % zoom == 0 and size.h % zoom == 0:
                yield Size(size.w // zoom, size.h // zoom), size
        for box in (view.wanted, view.needed):
            yield _covering(size, box.size), size
        scale = min(source.w / size.w, source.h / size.h)
        yield Size(max(1, int(size.w * scale)), max(1, int(size.h * scale))), size


def _free(rule: SizeRule, source: Size, view: View) -> Iterator[_Candidate]:
    """Regions and sizes where the model takes any that keeps a rule."""
    enlarged = math.ceil(math.sqrt(rule.min_pixels / (source.w * source.h)))
    raised = math.ceil(rule.min_edge / min(view.wanted.size))
    for zoom in {1, 2, 3, 4, enlarged, raised}:
        for size in _free_sizes(rule, source, view, zoom):
            yield Size(size.w // zoom, size.h // zoom), size
    for box in (view.wanted, view.needed):
        size = _reduced(rule, box.size)
        yield _covering(size, box.size), size


def _free_sizes(rule: SizeRule, source: Size, view: View, zoom: int) -> Iterator[Size]:
    """Sizes that show whole source pixels, each as zoom x zoom pixels of the upload."""
    step = math.lcm(rule.multiple, zoom)
    limit = Size(source.w * zoom // step * step, source.h * zoom // step * step)
    sides = [
        {_up(want * zoom, step), _up(need * zoom, step), inside} - {0}
        for want, need, inside in zip(view.wanted.size, view.needed.size, limit, strict=True)
    ]
    for w in sides[0]:
        for h in sides[1]:
            for size in _enlarged(rule, Size(w, h), limit, step):
                if rule.allows(size):
                    yield size


def _enlarged(rule: SizeRule, size: Size, limit: Size, step: int) -> Iterator[Size]:
    """Ways to grow a size to the model's least pixels and its shapes, inside the source first."""
    w, h = _shaped(rule, size, step)
    yield Size(w, h)
    if w * h >= rule.min_pixels:
        return
    factor = math.sqrt(rule.min_pixels / (w * h))
    yield _shaped(
        rule, Size(_up(math.ceil(w * factor), step), _up(math.ceil(h * factor), step)), step
    )
    side = _up(math.ceil(math.sqrt(rule.min_pixels)), step)
    yield Size(side, side)
    if limit.w >= w:
        yield _shaped(rule, Size(limit.w, max(h, _up(-(-rule.min_pixels // limit.w), step))), step)
    if limit.h >= h:
        yield _shaped(rule, Size(max(w, _up(-(-rule.min_pixels // limit.h), step)), limit.h), step)


def _shaped(rule: SizeRule, size: Size, step: int) -> Size:
    """The size with its shorter side grown until the model takes its shape."""
    shorter = _up(max(math.ceil(max(size) / rule.max_ratio), rule.min_edge), step)
    return Size(max(size.w, shorter), max(size.h, shorter))


def _reduced(rule: SizeRule, size: Size) -> Size:
    """The largest size of about the same shape that the model takes, not above the given one."""
    w, h = _shaped(rule, size, 1)
    scale = min(1.0, rule.max_edge / max(w, h), math.sqrt(rule.max_pixels / (w * h)))
    scale = max(scale, math.sqrt(rule.min_pixels / (w * h)))
    step = rule.multiple
    options = [
        Size(a, b)
        for a in {int(w * scale) // step * step, _up(math.ceil(w * scale), step)}
        for b in {int(h * scale) // step * step, _up(math.ceil(h * scale), step)}
    ]
    shaped = [_shaped(rule, option, step) for option in options if min(option) > 0]
    allowed = [option for option in shaped if rule.allows(option)]
    side = int(math.sqrt(rule.max_pixels)) // step * step
    return min(
        allowed or [Size(side, side)],
        key=lambda s: abs(math.log(s.w * h / (s.h * w))),
        default=size,
    )


def _covering(size: Size, box: Size) -> Size:
    """The smallest region of the upload's shape that holds a box."""
    scale = max(box.w / size.w, box.h / size.h)
    return Size(max(box.w, round(size.w * scale)), max(box.h, round(size.h * scale)))


def _around(source: Size, view: View, region: Size, size: Size) -> Placement:
    """The region laid around what it should show: shifted at the source's borders, not cut."""
    x, w = _interval(view.needed.x, view.needed.w, view.wanted.x, view.wanted.w, region.w, source.w)
    y, h = _interval(view.needed.y, view.needed.h, view.wanted.y, view.wanted.h, region.h, source.h)
    return Placement(Box(x, y, w, h), size, view.selection)


def _interval(
    need: int, need_length: int, want: int, want_length: int, length: int, limit: int
) -> tuple[int, int]:
    """Start and length along one axis."""
    start = want + (want_length - length) // 2
    start = min(max(start, need + need_length - length), need)
    if length > limit:
        return -((length - limit) // 2), length
    return min(max(start, 0), limit - length), length


def _loss(source: Size, view: View, placement: Placement, smallest: int) -> tuple[float, int]:
    """How much a placement loses; the least wins."""
    region, size = placement.region, placement.size
    zoom = size.w / region.w
    loss = _PIXELS * math.log2(size.w * size.h / smallest)
    if placement.resampled:
        loss += _DETAIL_LOST * max(0.0, -math.log2(zoom)) + _ENLARGED * max(0.0, math.log2(zoom))
        if size.w % region.w or size.h % region.h or size.w // region.w != size.h // region.h:
            loss += _FRACTIONAL
    inside = region.intersection(Box(0, 0, *source))
    loss += _BEYOND_SOURCE * (1 - inside.w * inside.h / (region.w * region.h))
    shown = region.intersection(view.wanted)
    loss += _CONTEXT_MISSING * (1 - shown.w * shown.h / (view.wanted.w * view.wanted.h))
    return loss, size.w * size.h


def _up(value: int, step: int) -> int:
    """The next multiple."""
    return -(-value // step) * step
