"""A patch: an answer that was fitted to its region."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seamfill.fit import rank
from seamfill.image.arrays import SelectionMap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seamfill.fit import FitReport
    from seamfill.geometry import Box
    from seamfill.image.arrays import FloatPixels, SelectionMap

__all__ = ["Patch", "ranked"]


def ranked(patches: Sequence[Patch], first: int = 0) -> list[Patch]:
    """Order patches from best to worst fit, each marked with the answer that it was made of.

    Parameters
    ----------
    patches : sequence of Patch
        In the order of their answers.
    first : int
        Number of the first patch's answer.
    """
    order = rank([patch.report for patch in patches])
    return [dataclasses.replace(patches[index], answer=first + index) for index in order]


@dataclass(frozen=True)
class Patch:
    """An answer fitted to its place.

    Parameters
    ----------
    box : Box
        Where it lies, in source pixels.
    pixels : array of float32, shape (box.h, box.w, 3 or 4)
        RGB or RGBA, 0..1, coded in the source's own space (`Source.space`).
    mask : array of uint8, shape (box.h, box.w)
        The layer mask: how much of the patch shows; 0 wherever the selection is 0.
    report : FitReport
        What the fit found and did.
    answer : int
        Which of an edit's answers it was made of, from 0 in the order in which they came.
    """

    box: Box
    pixels: FloatPixels
    mask: SelectionMap
    report: FitReport
    answer: int = 0
