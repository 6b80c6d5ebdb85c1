"""The drift of an answer: what was found, and whether it is believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from seamfill.fit.levels import Pair
from seamfill.fit.place import IDENTITY, Matrix, size_of
from seamfill.fit.register import match_affine
from seamfill.fit.warp import match_warp, spread_over

if TYPE_CHECKING:
    import numpy.typing as npt

    from seamfill.geometry import Size
    from seamfill.picture import FloatPixels, SelectionMap

__all__ = ["Drift", "find_drift"]

# Context that agrees less than this after registration shows something else.
_ALIKE = 0.5


@dataclass(frozen=True)
class Drift:
    """Where the region's pixels lie in the answer that was laid over it.

    Parameters
    ----------
    size : Size
        Of the region.
    registered : bool
        Whether the context matched.
    agreement : float
        Of the context, 0..1.
    matrix : Matrix
        From region pixels to pixels of the answer laid over the region.
    warp : array of float32, shape (rows, columns, 2), optional
        What to add to a region pixel's x and y before the matrix, at the nodes of a coarse grid
        over the region.
    """

    size: Size
    registered: bool
    agreement: float
    matrix: Matrix
    warp: FloatPixels | None = None

    def at(
        self, x: npt.NDArray[np.intp], y: npt.NDArray[np.intp]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Where pixels of the region lie."""
        points = np.stack([x, y]).astype(np.float64)
        if self.warp is not None:
            points += spread_over(self.warp, self.size)[y, x].T
        lie = self.matrix[:, :2] @ points + self.matrix[:, 2:]
        return lie[0], lie[1]


def find_drift(
    original: FloatPixels,
    answer: FloatPixels,
    selection: SelectionMap,
    known: SelectionMap | None = None,
) -> Drift:
    """Register an answer on the context.

    Parameters
    ----------
    original, answer : array of float32, shape (h, w, 3 or more)
        The region, and the answer laid over it.
    selection : array of uint8, shape (h, w)
    known : array of uint8, shape (h, w), optional
        0 where the original was made up.
    """
    pair = Pair(original, answer, context_of(selection, known), 768)
    size = size_of(original)
    match = match_affine(pair)
    if match.agreement < _ALIKE:
        return Drift(size, False, match.agreement, IDENTITY)
    warp = match_warp(pair.at(480, match.matrix))
    return Drift(size, True, match.agreement, match.matrix, warp)


def context_of(selection: SelectionMap, known: SelectionMap | None) -> SelectionMap:
    """1 where the answer should show what the original shows."""
    away = cv2.dilate((selection > 0).astype(np.uint8), np.ones((7, 7), np.uint8))
    context: SelectionMap = 1 - away
    if known is not None:
        context[known == 0] = 0
    return context
