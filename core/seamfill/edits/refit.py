"""Fit an answer in the journal once more, with other options and at no cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seamfill.api import AnswerImage
from seamfill.edits.compositing import merge_patches
from seamfill.edits.patch import ranked
from seamfill.edits.region import Evidence, fit_patch
from seamfill.errors import AnswerUnusable, BadInput
from seamfill.events import raise_if_cancelled
from seamfill.geometry import Box, Size
from seamfill.image.reading import read_source
from seamfill.image.source import Selection
from seamfill.journal.journal import read_summary
from seamfill.journal.records import read_record
from seamfill.transport.recovery import held

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from threading import Event as Flag

    from seamfill.edits.patch import Patch
    from seamfill.image.arrays import Pixels
    from seamfill.options import FitOptions
    from seamfill.transport.recovery import Held

__all__ = ["read_selection", "refit"]


def refit(
    entry: Path, options: FitOptions, *, answer: int | None = None, cancel: Flag | None = None
) -> list[Patch]:
    """Fit the answers of a journal entry anew.

    Parameters
    ----------
    entry : Path
        The entry's folder.
    options : FitOptions
    answer : int, optional
        Which answer alone is to be fitted, as in `Patch.answer`; all of them when omitted.
    cancel : threading.Event, optional
        Set it from another thread to end the fit after the answer that it is at.

    Returns
    -------
    list of Patch
        The best fit first.

    Raises
    ------
    BadInput
        If the folder is no entry, or does not hold the answer.
    AnswerUnusable
        If an answer cannot be decoded.
    Cancelled
        If the user wanted it to end.
    """
    summary = read_summary(entry)
    size, regions = _places(entry, summary)
    patches = []
    first = answer or 0
    chains = _chains(entry, len(regions))
    for answers in chains if answer is None else chains[first : first + 1]:
        parts = []
        for region, found in zip(regions, answers, strict=True):
            raise_if_cancelled(cancel)
            evidence = _evidence(entry, found.id[0], region)
            parts.append(fit_patch(options, region, size, evidence, _decoded(found)))
        patches.append(merge_patches(parts))
    if not patches:
        which = "no whole answer" if answer is None else f"no answer {answer}"
        raise BadInput(f"The journal entry {entry.name} holds {which}.", "Try another one.")
    return ranked(patches, first)


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
    _size, regions = _places(entry, read_summary(entry))
    box = regions[0]
    for region in regions[1:]:
        box = box.union(region)
    values = np.zeros((box.h, box.w), np.uint8)
    for request, region in enumerate(regions, 1):
        part = values[region.slices(box)]
        np.maximum(part, _evidence(entry, request, region).selected, out=part)
    return Selection(box, values)


def _places(entry: Path, summary: Mapping[str, Any]) -> tuple[Size, list[Box]]:
    """The size of the source and the regions that were uploaded."""
    size, uploads = summary.get("source_size"), summary.get("uploads")
    if not size or not uploads:
        raise BadInput(
            f"The journal entry {entry.name} is damaged: it does not say where its answers belong.",
            f"seamfill recover {entry} writes them out as they came.",
        )
    return Size(*size), [Box(*upload["region"]) for upload in uploads]


def _chains(entry: Path, tiles: int) -> list[list[Held]]:
    """Group the answers that make up one patch; tiles came in turns."""
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
    chains = []
    for start in range(1, max(first, default=0) + 1, tiles):
        requests = range(start, start + tiles)
        if all(request in first for request in requests):
            chains.append([first[request] for request in requests])
    return chains


def _can_be_decoded(answer: Held) -> bool:
    try:
        _decoded(answer)
    except AnswerUnusable:
        return False
    return True


def _evidence(entry: Path, request: int, region: Box) -> Evidence:
    source = read_source(entry / f"region-{request}.png").source
    maps = read_source(entry / f"selection-{request}.png").source.pixels
    if maps.ndim != 3 or maps.shape != (region.h, region.w, 3) or source.size != region.size:
        raise BadInput(
            f"The journal entry {entry.name} is damaged: it does not hold the region any more."
        )
    selected, missing, painted = (np.ascontiguousarray(maps[..., i]) for i in range(3))
    return Evidence(source.pixels, selected, missing, painted, source.space)


def _decoded(answer: Held) -> Pixels:
    return AnswerImage(answer.data, answer.path).decode()
