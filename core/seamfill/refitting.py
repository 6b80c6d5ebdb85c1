"""Fit an answer in the journal once more, with other settings and at no cost."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from seamfill.answer import AnswerImage
from seamfill.composition import merge_patches
from seamfill.errors import BadInput
from seamfill.evidence import Evidence, fit_patch, ranked
from seamfill.geometry import Box, Size
from seamfill.reading import read_source
from seamfill.transport import restore

if TYPE_CHECKING:
    from pathlib import Path

    from seamfill.fit import FitOptions
    from seamfill.picture import Patch

__all__ = ["read_summary", "refit"]

_ANSWER = re.compile(r"answer-(\d+)-(\d+)\.")


def refit(entry: Path, options: FitOptions, *, answer: int | None = None) -> list[Patch]:
    """Fit the answers of a journal entry anew.

    Parameters
    ----------
    entry : Path
        The entry's folder.
    options : FitOptions
    answer : int, optional
        Which answer alone is to be fitted, as in `Patch.answer`; all of them when omitted.

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
    """
    summary = read_summary(entry)
    restore(entry)  # a process that was killed may not have come to take its answers out
    size = Size(*summary["source_size"])
    regions = [Box(*upload["region"]) for upload in summary["uploads"]]
    chains = _chains(entry, len(regions))
    first = answer or 0
    patches = []
    for answers in chains if answer is None else chains[first : first + 1]:
        parts = [
            fit_patch(options, region, size, _evidence(entry, number), _decoded(path))
            for region, (number, path) in zip(regions, answers, strict=True)
        ]
        patches.append(merge_patches(parts))
    if not patches:
        which = "no whole answer" if answer is None else f"no answer {answer}"
        raise BadInput(f"The journal entry {entry.name} holds {which}.", "Try another one.")
    return ranked(patches, first)


def read_summary(entry: Path) -> dict[str, Any]:
    """What an entry says was asked for.

    Raises
    ------
    BadInput
        If the folder is no entry of the journal.
    """
    try:
        summary: dict[str, Any] = json.loads((entry / "entry.json").read_bytes())
    except (OSError, ValueError):
        raise BadInput(
            f"{entry} is not an entry of the journal.", "List them with: seamfill recover"
        ) from None
    return summary


def _chains(entry: Path, tiles: int) -> list[list[tuple[int, Path]]]:
    """Group the answers that make up one patch, as (request, file); tiles came in turns."""
    matches = ((_ANSWER.match(path.name), path) for path in entry.iterdir())
    found = sorted((int(match[1]), int(match[2]), path) for match, path in matches if match)
    if tiles == 1:
        return [[(request, path)] for request, _number, path in found]
    first = {request: path for request, number, path in reversed(found)}
    chains = []
    for start in range(1, max(first, default=0) + 1, tiles):
        requests = range(start, start + tiles)
        if all(request in first for request in requests):
            chains.append([(request, first[request]) for request in requests])
    return chains


def _evidence(entry: Path, request: int) -> Evidence:
    region = read_source(entry / f"region-{request}.png").source
    maps = read_source(entry / f"selection-{request}.png").source.pixels
    selected, missing, painted = (np.ascontiguousarray(maps[..., i]) for i in range(3))
    return Evidence(region.pixels, selected, missing, painted, region.space)


def _decoded(path: Path) -> Any:
    return AnswerImage(path.read_bytes()).decode()
