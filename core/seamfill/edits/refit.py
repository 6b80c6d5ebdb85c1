"""Fit an answer in the journal once more, with other options and at no cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seamfill.edits.compositing import merge_patches
from seamfill.edits.kept import chains, decoded, evidence, places
from seamfill.edits.patch import ranked
from seamfill.edits.region import fit_patch
from seamfill.errors import BadInput
from seamfill.events import raise_if_cancelled
from seamfill.journal.journal import read_summary

if TYPE_CHECKING:
    from pathlib import Path
    from threading import Event as Flag

    from seamfill.edits.patch import Patch
    from seamfill.options import FitOptions

__all__ = ["refit"]


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
    size, regions = places(entry, summary)
    patches = []
    first = answer or 0
    groups = chains(entry, len(regions))
    for answers in groups if answer is None else groups[first : first + 1]:
        parts = []
        for region, found in zip(regions, answers, strict=True):
            raise_if_cancelled(cancel)
            kept = evidence(entry, found.id[0], region)
            parts.append(fit_patch(options, region, size, kept, decoded(found)))
        patches.append(merge_patches(parts))
    if not patches:
        which = "no whole answer" if answer is None else f"no answer {answer}"
        raise BadInput(f"The journal entry {entry.name} holds {which}.", "Try another one.")
    return ranked(patches, first)
