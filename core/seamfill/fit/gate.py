"""Whether a warp that was found in the context can be believed inside the selection.

A warp that changes over a shorter way than the selection is wide says nothing of the selection's
middle, yet the smooth modes go on there, at several times its size. So the same is tried where the
truth is known: parts of the context as large as the way into the selection are left out in turn,
and the warp is found again without them (cross-validation by blocks: Roberts et al. 2017). Poor
evidence fails that, too, so a warp that fails is still believed where the cells' own displacements
stay alike some cells apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from seamfill.fit.grid import Grid, Likeliest, Vector
    from seamfill.image.arrays import FloatPixels

__all__ = ["bounded", "carries"]

# Cells with less context belong to the hole; those with more are surely seen.
_HOLE, _SEEN = 0.5, 0.9
# Of the warp's own energy, so much may be missed where it was left out; and so much where
# displacements are fairly alike.
_MISSED, _MORE = 0.15, 0.2
# Displacements so many cells apart are fairly alike, and surely, if they correlate so much by those
# of neighbouring cells: warps that change over a sixth of the region keep 0.46 and more, such as
# change over a sixteenth up to 0.52.
_APART, _FAIRLY, _SURELY = 3, 0.45, 0.58
# Evidence of a cell, by the median's, that holds its own displacement back.
_DOUBT = 0.3
# The warp inside grows no longer than this share of what was seen outside.
_USUAL = 0.98


def carries(grid: Grid, evidence: Vector, found: Likeliest, known: FloatPixels) -> bool:
    """Whether a warp goes on smoothly enough to be continued across the hole.

    Parameters
    ----------
    grid : Grid
    evidence : array, shape (5, cells)
        Of the grid's cells, linearised about no warp.
    found : Likeliest
        What the evidence gave.
    known : array of float32, shape (rows, columns)
        How much of each cell is context.
    """
    hole = int(np.count_nonzero(known < _HOLE))
    if not hole:
        return True
    far = max(1, round(np.sqrt(hole) / 2))
    field = grid.field(found.weights)
    telling = (evidence[0] + evidence[2]).reshape(known.shape) * (known > _SEEN)
    missed = energy = 0.0
    for left_out in _checkerboards(known.shape, far):
        kept = evidence * (1 - left_out.ravel())
        other = grid.field(grid.again(kept, found.spectrum))
        weight = (telling * left_out)[..., None]
        missed += float((weight * (field - other) ** 2).sum())
        energy += float((weight * field**2).sum())
    if missed <= _MISSED * energy:
        return True
    alike = _coherence(evidence, known)
    return alike >= _SURELY or (missed <= _MORE * energy and alike >= _FAIRLY)


def _coherence(evidence: Vector, known: FloatPixels) -> float:
    """How alike the cells' own displacements stay with distance; noise has no say in it."""
    xx, xy, yy, xr, yr = evidence
    telling = xx + yy
    if not (telling > 0).any():
        return 0.0
    usual, most = np.quantile(telling[telling > 0], (0.5, 0.9))
    doubt = _DOUBT * usual
    determinant = (xx + doubt) * (yy + doubt) - xy * xy
    x, y = (yy + doubt) * xr - xy * yr, (xx + doubt) * yr - xy * xr
    own = (np.stack([x, y], axis=-1) / determinant[:, None]).reshape(*known.shape, 2)
    weight = np.minimum(telling, most).reshape(known.shape) * (known > _SEEN)
    near, far = (_correlation(own, weight, apart) for apart in (1, _APART))
    return far / near if near > 0 else 0.0


def _correlation(own: Vector, weight: Vector, apart: int) -> float:
    """The mean product of displacements so many cells apart, along both axes."""
    total = count = 0.0
    for displaced, told in ((own, weight), (own.swapaxes(0, 1), weight.T)):
        both = np.sqrt(told[apart:] * told[:-apart])
        total += float((both * (displaced[apart:] * displaced[:-apart]).sum(axis=-1)).sum())
        count += float(both.sum())
    return total / count if count > 0 else 0.0


def _checkerboards(shape: tuple[int, ...], side: int) -> list[Vector]:
    """Blocks with as much between them, shifted so that each cell is left out once."""
    rows, columns = (np.arange(count) for count in shape)
    return [
        ((rows + down) // side % 2 == 0)[:, None] & ((columns + along) // side % 2 == 0)
        for down in (0, side)
        for along in (0, side)
    ]


def bounded(warp: FloatPixels, known: FloatPixels) -> FloatPixels:
    """A warp that nowhere reaches farther than it does in the context.

    Parameters
    ----------
    warp : array of float32, shape (rows, columns, 2)
    known : array of float32, shape (rows, columns)
    """
    length = np.linalg.norm(warp, axis=2)
    seen = length[known > _SEEN]
    if not seen.size:
        return warp
    most = np.quantile(seen, _USUAL)
    shortened: FloatPixels = warp * np.minimum(1, most / np.maximum(length, 1e-6))[..., None]
    return shortened.astype(np.float32)
