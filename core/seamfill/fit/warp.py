"""A smooth local warp beyond the affine drift, where the context holds evidence for one.

Displacements on a coarse grid, by Lucas-Kanade in its cells, under a Gaussian-process prior:
where there is context it follows the evidence, and inside the selection it goes on smoothly.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from seamfill.fit.levels import Level
    from seamfill.picture import FloatPixels

Vector = npt.NDArray[np.float64]

__all__ = ["match_warp", "spread_over"]

# Nodes along the longest side; and the warp that is likely before anything was measured: how
# large, in pixels of the level, and over which part of the longest side it changes.
_NODES = 20
_SIZES, _LENGTHS = (0.25, 1.0), (0.1, 0.18, 0.35)
_ROUNDS = 3
# Neighbouring pixels err alike: so many count as one.
_ALIKE = 12.0
_CLEAR = 6.0


def match_warp(level: Level) -> FloatPixels | None:
    """Estimate what is left after the affine drift.

    Parameters
    ----------
    level : Level
        With the affine drift undone.

    Returns
    -------
    array of float32, shape (rows, columns, 2), or None
        What to add to x and y, in region pixels, at the nodes; None where the evidence is not
        clear.
    """
    h, w = level.old.shape
    cell = max(w, h) / _NODES
    rows, columns = max(2, round(h / cell)), max(2, round(w / cell))
    context = level.context.astype(np.float32)
    normal, target = _evidence(level.old, level.new, context, (columns, rows))
    covariances = [
        _covariance(rows, columns, size, length) for size, length in product(_SIZES, _LENGTHS)
    ]
    odds = [_odds(normal, target, covariance) for covariance in covariances]
    best = int(np.argmax(odds))
    if odds[best] < _CLEAR:
        return None
    prior = np.linalg.inv(covariances[best])
    warp = _apart(np.linalg.solve(normal + prior, target), rows, columns)
    for _ in range(_ROUNDS):
        new = _moved(level.new, spread_over(warp, (w, h)))
        normal, target = _evidence(level.old, new, context, (columns, rows))
        # Gauss-Newton about the warp so far.
        flat = np.concatenate([warp[..., 0].ravel(), warp[..., 1].ravel()]).astype(np.float64)
        warp = _apart(np.linalg.solve(normal + prior, target + normal @ flat), rows, columns)
    scale = np.array([level.to_region[0, 0], level.to_region[1, 1]], np.float32)
    return warp * scale


def _odds(normal: Vector, target: Vector, covariance: Vector) -> float:
    """How much likelier the evidence is with such a warp than with none.

    The logarithm of the ratio of the marginal likelihoods of the linearised model.
    """
    both = np.eye(len(target)) + covariance @ normal
    gain = target @ np.linalg.solve(both, covariance @ target)
    return float(gain - np.linalg.slogdet(both)[1]) / 2


def spread_over(warp: FloatPixels, size: tuple[int, int]) -> FloatPixels:
    """A warp at every pixel, from its nodes: those lie at the middles of cells."""
    field: FloatPixels = cv2.resize(warp, size, interpolation=cv2.INTER_CUBIC)
    return field


def _moved(picture: FloatPixels, field: FloatPixels) -> FloatPixels:
    h, w = picture.shape
    x = np.arange(w, dtype=np.float32)[None, :] + field[..., 0]
    y = np.arange(h, dtype=np.float32)[:, None] + field[..., 1]
    moved: FloatPixels = cv2.remap(picture, x, y, cv2.INTER_LINEAR)
    return moved


def _evidence(
    old: FloatPixels, new: FloatPixels, context: FloatPixels, nodes: tuple[int, int]
) -> tuple[Vector, Vector]:
    """Normal equations of all nodes: each cell speaks for its own."""
    rest = new - old
    picked = rest[context > 0]
    spread = 1.4826 * float(np.median(np.abs(picked))) + 1 / 255
    weight = context / (1 + (rest / (2.385 * spread)) ** 2)
    mean = (old + new) / 2
    gx, gy = (cv2.Sobel(mean, cv2.CV_32F, dx, 1 - dx, ksize=1, scale=0.5) for dx in (1, 0))
    area = old.size / (nodes[0] * nodes[1]) / (spread**2 * _ALIKE)
    products = (gx * gx, gx * gy, gy * gy, -gx * rest, -gy * rest)
    sums = [cv2.resize(weight * p, nodes, interpolation=cv2.INTER_AREA) * area for p in products]
    xx, xy, yy, tx, ty = (s.ravel().astype(np.float64) for s in sums)
    n = len(xx)
    normal = np.zeros((2 * n, 2 * n))
    i = np.arange(n)
    normal[i, i], normal[i + n, i + n] = xx, yy
    normal[i, i + n] = normal[i + n, i] = xy
    return normal, np.concatenate([tx, ty])


def _covariance(rows: int, columns: int, size: float, length: float) -> Vector:
    """Of the warp before anything was measured."""
    y, x = np.mgrid[:rows, :columns].reshape(2, -1) / _NODES
    distance = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2
    one = size**2 * (np.exp(-distance / (2 * length**2)) + 1e-4 * np.eye(len(x)))
    covariance: Vector = np.kron(np.eye(2), one)
    return covariance


def _apart(solution: npt.NDArray[Any], rows: int, columns: int) -> FloatPixels:
    both: FloatPixels = solution.reshape(2, rows, columns).transpose(1, 2, 0).astype(np.float32)
    return np.ascontiguousarray(both)
