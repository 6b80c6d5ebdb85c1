"""The drift of an answer: what was found, and whether it is believed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from seamfill.fit.affine import Match, match_affine
from seamfill.fit.grid import spread_over
from seamfill.fit.pyramid import Pair
from seamfill.fit.transform import IDENTITY, Matrix, covered, farthest, laid_over, preview, size_of
from seamfill.fit.warp import match_warp

if TYPE_CHECKING:
    import numpy.typing as npt

    from seamfill.fit.original import Original
    from seamfill.geometry import Size
    from seamfill.image.arrays import FloatPixels

__all__ = ["Drift", "find_drift"]

# Context that agrees less than this after registration shows something else. What had to be moved
# far, as a share of the longest side, has to agree better: a wrong picture finds a match somewhere.
_ALIKE, _FAR, _FARTHER = 0.5, 0.05, 1.5
# A drift that moves no corner farther than this costs less than the blur of undoing it.
_STILL = 0.06
# An answer of so nearly the region's shape was made for all of it.
_SAME_SHAPE = 0.03


@dataclass(frozen=True)
class Drift:
    """Where the region's pixels lie in the answer that was laid over it.

    Parameters
    ----------
    size : Size
        Of the region.
    layout : str
        How the answer was laid over the region, see `laid_over`.
    known : bool
        Whether the context showed enough to judge by.
    registered : bool
        Whether the context matched.
    agreement : float
        Of the context, 0..1.
    matrix : Matrix
        From region pixels to pixels of the answer laid over the region.
    warp : array of float32, shape (rows, columns, 2), optional
        What to add to a region pixel's x and y before the matrix, at the middles of a coarse
        grid's cells.
    """

    size: Size
    layout: str = "stretched"
    known: bool = False
    registered: bool = False
    agreement: float = 0.0
    matrix: Matrix = field(default_factory=lambda: IDENTITY)
    warp: FloatPixels | None = None

    def at(
        self, x: npt.NDArray[np.intp], y: npt.NDArray[np.intp]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Where pixels of the region lie.

        Parameters
        ----------
        x, y : array of int, shape (n,)
            In region pixels.

        Returns
        -------
        x, y : array of float64, shape (n,)
            In pixels of the answer laid over the region.
        """
        points = np.stack([x, y]).astype(np.float64)
        if self.warp is not None:
            points += spread_over(self.warp, self.size)[y, x].T
        lie = self.matrix[:, :2] @ points + self.matrix[:, 2:]
        return lie[0], lie[1]


def find_drift(original: Original, answer: FloatPixels) -> Drift:
    """Register an answer on the context.

    Parameters
    ----------
    original : Original
    answer : array of float32, shape (ah, aw, 3 or 4)
        As it came.
    """
    size = original.size
    found = [
        (layout, *_matched(original, answer, layout)) for layout in _layouts(size, size_of(answer))
    ]
    layout, pair, match = max(found, key=lambda each: each[2].agreement)
    if not pair.telling():
        return Drift(size, agreement=match.agreement)
    moved = farthest(match.matrix, size) / max(size)
    if match.agreement < _ALIKE + _FARTHER * max(0.0, moved - _FAR):
        return Drift(size, known=True, agreement=match.agreement)
    matrix, warp = match_warp(pair, match.matrix)
    if warp is None and farthest(matrix, size) < _STILL:
        matrix = IDENTITY
    return Drift(size, layout, True, True, match.agreement, matrix, warp)


def _layouts(region: Size, answer: Size) -> tuple[str, ...]:
    """Ways in which the answer may lie over the region."""
    shape = (answer.w / answer.h) / (region.w / region.h)
    if abs(np.log(shape)) < _SAME_SHAPE:
        return ("stretched",)
    return "stretched", "cropped", "letterboxed"


def _matched(original: Original, answer: FloatPixels, layout: str) -> tuple[Pair, Match]:
    size, context = original.size, original.evidence
    base = laid_over(size, size_of(answer), layout)
    laid = preview(answer, base, size, layout)
    if layout == "cropped":
        context = context * covered(base, size, size_of(answer), slack=0)
    if laid.shape[2] == 4:
        context = context * (laid[..., 3] > 0.99).astype(np.uint8)
    pair = Pair(original, laid, None if context is original.evidence else context)
    return pair, match_affine(pair)
