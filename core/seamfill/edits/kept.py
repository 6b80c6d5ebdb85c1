"""What the journal keeps of an edit: its place, its answers, and what they are fitted to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from seamfill.api import AnswerImage
from seamfill.edits.region import Evidence
from seamfill.errors import AnswerUnusable, BadInput
from seamfill.geometry import Box, Size
from seamfill.image.reading import read_source
from seamfill.image.source import Selection
from seamfill.journal.journal import read_summary
from seamfill.journal.records import read_record
from seamfill.transport.recovery import held

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from seamfill.image.arrays import Pixels
    from seamfill.transport.recovery import Held

__all__ = ["chains", "decoded", "evidence", "places", "read_selection"]


def read_selection(entry: Path) -> Selection:
    """What was to be edited, put together of what every request was to fill.

    Parameters
    ----------
    entry : Path
        The entry's folder.

    Returns
    -------
    Selection

    Raises
    ------
    BadInput
        If the folder is no entry, or does not hold it any more.
    """
    _size, regions = places(entry, read_summary(entry))
    box = regions[0]
    for region in regions[1:]:
        box = box.union(region)
    values = np.zeros((box.h, box.w), np.uint8)
    for request, region in enumerate(regions, 1):
        part = values[region.slices(box)]
        np.maximum(part, evidence(entry, request, region).selected, out=part)
    return Selection(box, values)


def places(entry: Path, summary: Mapping[str, Any]) -> tuple[Size, list[Box]]:
    """The size of the source and the regions that were uploaded.

    Parameters
    ----------
    entry : Path
        The entry's folder.
    summary : mapping
        From `read_summary`.

    Raises
    ------
    BadInput
        If it does not say so any more.
    """
    size, uploads = summary.get("source_size"), summary.get("uploads")
    if not size or not uploads:
        raise BadInput(
            f"The journal entry {entry.name} is damaged: it does not say where its answers belong.",
            f"seamfill recover {entry} writes them out as they came.",
        )
    return Size(*size), [Box(*upload["region"]) for upload in uploads]


def chains(entry: Path, tiles: int) -> list[list[Held]]:
    """Group the answers that make up one patch; tiles came in turns.

    Parameters
    ----------
    entry : Path
        The entry's folder.
    tiles : int
        How many regions were uploaded.
    """
    record = read_record(entry)
    found = {answer.id: answer for answer in held(entry)}
    if record is not None and record.patches:
        groups = [[found.get(key) for key in keys] for keys in record.patches]
        wanted = [[answer for answer in group if answer] for group in groups]
        return [group for group in wanted if len(group) == tiles]
    if tiles == 1:
        usable = [[answer] for answer in found.values() if _can_be_decoded(answer)]
        return usable or [[answer] for answer in found.values()]
    first = {request: answer for (request, _number), answer in reversed(found.items())}
    complete = []
    for start in range(1, max(first, default=0) + 1, tiles):
        requests = range(start, start + tiles)
        if all(request in first for request in requests):
            complete.append([first[request] for request in requests])
    return complete


def _can_be_decoded(answer: Held) -> bool:
    try:
        decoded(answer)
    except AnswerUnusable:
        return False
    return True


def evidence(entry: Path, request: int, region: Box) -> Evidence:
    """What the answers of a request are fitted to.

    Parameters
    ----------
    entry : Path
        The entry's folder.
    request : int
        From 1.
    region : Box
        The one that it uploaded.

    Raises
    ------
    BadInput
        If it is not there any more.
    """
    source = read_source(entry / f"region-{request}.png").source
    maps = read_source(entry / f"selection-{request}.png").source.pixels
    if maps.ndim != 3 or maps.shape != (region.h, region.w, 3) or source.size != region.size:
        raise BadInput(
            f"The journal entry {entry.name} is damaged: it does not hold the region any more."
        )
    selected, missing, painted = (np.ascontiguousarray(maps[..., i]) for i in range(3))
    return Evidence(source.pixels, selected, missing, painted, source.space)


def decoded(answer: Held) -> Pixels:
    """The pixels of an answer.

    Parameters
    ----------
    answer : Held

    Returns
    -------
    array of uint8, shape (h, w, 3 or 4)

    Raises
    ------
    AnswerUnusable
        If it is no picture.
    """
    return AnswerImage(answer.data, answer.path).decode()
