"""An edit in the journal once more: what it saw, small pictures of it, and what it can be sent as.

What is read here is 8 bits deep and coded as sRGB, as uploads are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from seamfill.edits.kept import chains, decoded, evidence, places
from seamfill.geometry import Box
from seamfill.image.arrays import to_uint8
from seamfill.image.reading import selection_from
from seamfill.image.source import Selection
from seamfill.journal.journal import read_summary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from seamfill.geometry import Size
    from seamfill.image.arrays import Pixels, SelectionMap

__all__ = ["Seen", "difference", "glimpses", "seen"]

_AROUND = 0.25
"""How much of its surroundings a small picture shows, of the selection's longer side."""
_LEAST_AROUND = 16
"""The same in pixels, at least."""


@dataclass(frozen=True)
class Seen:
    """What an edit saw of its source.

    Parameters
    ----------
    size : Size
        Of the whole source.
    box : Box
        The part that is known, in source pixels.
    pixels : array of uint8, shape (box.h, box.w, 4)
        RGBA; see-through where the source was.
    selection : Selection
    request : mapping
        The edit's options.
    """

    size: Size
    box: Box
    pixels: Pixels
    selection: Selection
    request: Mapping[str, Any]


def seen(entry: Path) -> Seen:
    """Put together what an edit saw.

    Parameters
    ----------
    entry : Path
        The entry's folder.

    Raises
    ------
    BadInput
        If the folder is no entry, or does not hold it any more.
    """
    summary = read_summary(entry)
    size, regions = places(entry, summary)
    box = _around_all(regions)
    pixels, values = np.zeros((box.h, box.w, 4), np.uint8), np.zeros((box.h, box.w), np.uint8)
    # Each part saw what the ones before it had filled: the earlier ones say how it had been.
    for request, region in reversed([*enumerate(regions, 1)]):
        kept = evidence(entry, request, region)
        colours = to_uint8(kept.region)
        if kept.space is not None:
            colours = kept.space.to_srgb(colours)
        place = region.slices(box)
        pixels[place][..., :3] = colours
        pixels[place][..., 3] = np.where(kept.missing == 0, 255, 0)
        np.maximum(values[place], kept.selected, out=values[place])
    inside = box.intersection(Box(0, 0, *size))
    part = inside.slices(box)
    found = selection_from(np.ascontiguousarray(values[part]))
    selection = Selection(found.box.moved(inside.x, inside.y), found.values)
    return Seen(size, inside, pixels[part], selection, summary.get("request", {}))


def glimpses(entry: Path, side: int) -> list[Pixels]:
    """Make small pictures of what was selected before an edit, and of each answer in its place.

    The answers are as they came, not fitted: that takes long, and shows in larger pictures only.

    Parameters
    ----------
    entry : Path
        The entry's folder.
    side : int
        Their longer side, in pixels.

    Returns
    -------
    list of array of uint8, shape (h, w, 3)
        First what was there before, then each answer in the order in which they came.

    Raises
    ------
    BadInput
        If the folder is no entry, or does not hold it any more.
    """
    before = seen(entry)
    _size, regions = places(entry, read_summary(entry))
    around = _around(before.selection.box, before.box)
    selected = before.selection.read(before.box)
    colours = before.pixels[..., :3]
    pictures = [_small(colours, around, before.box, side)]
    for answers in chains(entry, len(regions)):
        filled = colours.copy()
        for region, found in zip(regions, answers, strict=True):
            _lay(filled, before.box, region, decoded(found)[..., :3], selected)
        pictures.append(_small(filled, around, before.box, side))
    return pictures


def difference(entry: Path, box: Box, pixels: Pixels) -> float:
    """How much a picture differs from what an edit saw around its selection.

    Parameters
    ----------
    entry : Path
        The entry's folder.
    box : Box
        What `pixels` covers, in source pixels.
    pixels : array of uint8, shape (box.h, box.w, 4)
        RGBA.

    Returns
    -------
    float
        From 0 to 1: the median, over all pixels that were not selected and are known in both, of
        the largest difference of a channel. 1 where there are none.

    Raises
    ------
    BadInput
        If the folder is no entry, or does not hold it any more.
    """
    before = seen(entry)
    common = before.box.intersection(box)
    if not (common.w and common.h):
        return 1.0
    then, now = before.pixels[common.slices(before.box)], pixels[common.slices(box)]
    known = (then[..., 3] > 0) & (now[..., 3] > 0) & (before.selection.read(common) == 0)
    if not known.any():
        return 1.0
    apart = cv2.absdiff(
        np.ascontiguousarray(then[..., :3]), np.ascontiguousarray(now[..., :3])
    ).max(axis=2)
    return float(np.median(apart[known])) / 255


def _around_all(regions: list[Box]) -> Box:
    box = regions[0]
    for region in regions[1:]:
        box = box.union(region)
    return box


def _around(selected: Box, known: Box) -> Box:
    margin = max(_LEAST_AROUND, int(_AROUND * max(selected.size)))
    wider = Box(
        selected.x - margin,
        selected.y - margin,
        selected.w + 2 * margin,
        selected.h + 2 * margin,
    )
    return wider.intersection(known)


def _lay(picture: Pixels, box: Box, region: Box, answer: Pixels, selected: SelectionMap) -> None:
    """Lay an answer over its region of a picture that covers a box, where that is selected."""
    inside = region.intersection(box)
    answer = cv2.resize(answer, tuple(region.size), interpolation=cv2.INTER_AREA)
    part = answer[inside.slices(region)].astype(np.float32)
    place = inside.slices(box)
    opacity = selected[place][..., None].astype(np.float32) / 255
    picture[place] = np.rint(picture[place] * (1 - opacity) + part * opacity).astype(np.uint8)


def _small(picture: Pixels, part: Box, box: Box, side: int) -> Pixels:
    scale = side / max(part.size)
    size = (max(1, round(part.w * scale)), max(1, round(part.h * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small: Pixels = cv2.resize(
        np.ascontiguousarray(picture[part.slices(box)]), size, interpolation=how
    )
    return small
