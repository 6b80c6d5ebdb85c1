"""A perspective, where it explains what a smooth warp was found for.

To first order a homography moves a point by an affine map and two terms that grow with the square
of the distance from the middle. Eight numbers for all of the region go on inside the selection as
they are, where a warp can only be continued.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from seamfill.fit.grid import Grid, Likeliest, Vector
    from seamfill.fit.pyramid import Level
    from seamfill.image.arrays import FloatPixels

__all__ = ["match_perspective"]

# Of what a warp explains, so much has to be explained by a perspective to be preferred.
_EXPLAINED = 0.9
_ROUNDS = 2


def match_perspective(
    grid: Grid, evidence: Vector, found: Likeliest, fine: Level
) -> FloatPixels | None:
    """Measure a perspective, if there is no need of a warp for what a warp was found for.

    Parameters
    ----------
    grid : Grid
    evidence : array, shape (5, cells)
        Of the cells, linearised about no warp.
    found : Likeliest
        The warp that was found.
    fine : Level
        Where it is measured.

    Returns
    -------
    array of float32, shape (rows, columns, 2), or None
        Displacements at the cells in pixels of the coarse level; None where a warp is needed.
    """
    terms = _terms(grid.rows, grid.columns)
    normal, target = _equations(evidence, terms)
    numbers = _solved(normal, target)
    by_warp = _gain(evidence, grid.field(found.weights))
    if float(target @ numbers) / 2 < _EXPLAINED * by_warp:
        return None
    for _ in range(_ROUNDS):
        field = _field(numbers, terms, grid)
        normal, target = _equations(grid.evidence_about(fine, field), terms)
        numbers = _solved(normal, target + normal @ numbers)
    return _field(numbers, terms, grid)


def _terms(rows: int, columns: int) -> Vector:
    """What each number moves each cell by, in x and then in y."""
    longest = max(rows, columns)
    u, v = (
        each.ravel() / longest * 2
        for each in np.meshgrid(
            np.arange(columns) - (columns - 1) / 2, np.arange(rows) - (rows - 1) / 2
        )
    )
    one, none = np.ones_like(u), np.zeros_like(u)
    along = np.stack([one, u, v, none, none, none, u * u, u * v], axis=-1)
    down = np.stack([none, none, none, one, u, v, u * v, v * v], axis=-1)
    return np.stack([along, down])


def _equations(evidence: Vector, terms: Vector) -> tuple[Vector, Vector]:
    xx, xy, yy, xr, yr = evidence[..., None]
    x, y = terms
    normal: Vector = x.T @ (xx * x + xy * y) + y.T @ (xy * x + yy * y)
    target: Vector = -((xr * x).sum(axis=0) + (yr * y).sum(axis=0))
    return normal, target


def _solved(normal: Vector, target: Vector) -> Vector:
    least = 1e-9 * np.trace(normal) + 1e-12
    solved: Vector = np.linalg.solve(normal + least * np.eye(len(normal)), target)
    return solved


def _gain(evidence: Vector, field: FloatPixels) -> float:
    """How much likelier a displacement makes the evidence than none, as a logarithm."""
    xx, xy, yy, xr, yr = evidence
    x, y = field.reshape(-1, 2).T.astype(np.float64)
    bend = xx * x * x + 2 * xy * x * y + yy * y * y
    return float(-(xr * x + yr * y).sum() - bend.sum() / 2)


def _field(numbers: Vector, terms: Vector, grid: Grid) -> FloatPixels:
    field = (terms @ numbers).T.reshape(grid.rows, grid.columns, 2)
    return field.astype(np.float32)
