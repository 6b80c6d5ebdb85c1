"""A smooth local warp beyond the affine drift, where the context holds evidence for one.

Lucas-Kanade in the cells of a grid, under a Gaussian-process prior: where there is context the
warp follows the evidence, and inside the selection it goes on smoothly. How far it reaches, and
whether there is one at all, is what the marginal likelihood says. The process is approximated by
its smoothest modes (Solin and Särkkä 2020, Hilbert space methods for reduced-rank Gaussian
process regression).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seamfill.fit.gate import bounded, carries
from seamfill.fit.grid import Grid
from seamfill.fit.perspective import match_perspective
from seamfill.fit.transform import IDENTITY, farthest
from seamfill.geometry import Size

if TYPE_CHECKING:
    from seamfill.fit.pyramid import Pair
    from seamfill.fit.transform import Matrix
    from seamfill.image.arrays import FloatPixels

__all__ = ["match_warp"]

# The longest sides, in pixels, at which a warp is looked for and at which it is measured; and what
# is blurred away before. A sharper picture tells more of a small displacement.
_COARSE, _FINE, _BLUR = 480, 960, 1.0
_ROUNDS = 2
# A warp tilts an affine match by as much, as a share of the longest side: beside a warp no smaller
# match is believed, and the warp is measured from where the answer lies.
_SLIGHT = 1 / 480
# Where the warp cannot be continued, nobody knows whether the match can: this much of it is never
# far from the better of all and nothing.
_SHARE = 1 / 3
# A logarithm of odds that leaves no doubt: drifts without a warp stay below 8, real warps begin
# at 46.
_CLEAR = 25.0


def match_warp(pair: Pair, drift: Matrix) -> tuple[Matrix, FloatPixels | None]:
    """Estimate what is left after an affine drift.

    Parameters
    ----------
    pair : Pair
    drift : Matrix
        In region pixels.

    Returns
    -------
    drift : Matrix
        The affine drift to go with the warp.
    warp : array of float32, shape (rows, columns, 2), or None
        What to add to x and y, in region pixels, at the middles of the grid's cells; None where
        the context leaves doubt that there is a warp, or that it goes on inside the selection.
    """
    coarse = pair.at(_COARSE, drift, _BLUR)
    grid = Grid(coarse)
    evidence = grid.evidence(coarse, grid.none)
    found = grid.likeliest(evidence, grid.none)
    if found.odds < _CLEAR:
        return drift, None
    known = pair.share((grid.columns, grid.rows))
    scale = np.array([coarse.to_region[0, 0], coarse.to_region[1, 1]], np.float32)
    fine = pair.at(_FINE, drift, _BLUR)
    perspective = match_perspective(grid, evidence, found, fine)
    if perspective is not None:
        return drift, bounded(perspective * scale, known)
    doubtful = drift
    if farthest(drift, Size(*pair.size)) < _SLIGHT * max(pair.size):
        drift, doubtful = IDENTITY, IDENTITY + _SHARE * (drift - IDENTITY)
        coarse, fine = (pair.at(longest, drift, _BLUR) for longest in (_COARSE, _FINE))
        evidence = grid.evidence(coarse, grid.none)
        found = grid.likeliest(evidence, grid.none)
    if not carries(grid, evidence, found, known):
        return doubtful, None
    for _ in range(_ROUNDS):
        found = grid.likeliest(grid.evidence(fine, found.weights), found.weights)
    return drift, bounded(grid.field(found.weights) * scale, known)
