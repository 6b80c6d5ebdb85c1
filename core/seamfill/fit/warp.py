"""A smooth local warp beyond the affine drift, where the context holds evidence for one.

Lucas-Kanade in the cells of a grid, under a Gaussian-process prior: where there is context the
warp follows the evidence, and inside the selection it goes on smoothly. How far it reaches, and
whether there is one at all, is what the marginal likelihood says. The process is approximated by
its smoothest modes (Solin and Särkkä 2020, Hilbert space methods for reduced-rank Gaussian
process regression).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from seamfill.fit.levels import Level
    from seamfill.picture import FloatPixels

__all__ = ["match_warp", "spread_over"]

Vector = npt.NDArray[np.floating[Any]]

# Cells along the longest side, and modes.
_CELLS, _MODES = 40, 11
# The region lies inside a larger box at whose border the modes vanish.
_BOX = 1.3
# Warps that are likely before anything was measured: how large, in pixels of the level, and over
# which part of the longest side they change.
_SIZES, _LENGTHS = (0.2, 0.6, 1.8), (0.1, 0.16, 0.3)
_ROUNDS = 4
# Neighbouring pixels err alike: so many count as one.
_ALIKE = 12.0
# A logarithm of odds that leaves no doubt. Drifts without a warp stay below 270, on charts; real
# warps of flat pictures reach 300 to 600, and following those made as many worse as better.
_CLEAR = 600.0


def match_warp(level: Level) -> FloatPixels | None:
    """Estimate what is left after the affine drift.

    Parameters
    ----------
    level : Level
        With the affine drift undone.

    Returns
    -------
    array of float32, shape (rows, columns, 2), or None
        What to add to x and y, in region pixels, at the middles of the grid's cells; None where
        the evidence is not clear.
    """
    h, w = level.old.shape
    cell = max(w, h) / _CELLS
    grid = _Grid(max(2, round(h / cell)), max(2, round(w / cell)))
    normal, target = _evidence(level, level.new, grid)
    spectra = [grid.spectrum(size, length) for size, length in product(_SIZES, _LENGTHS)]
    odds = [_odds(normal, target, spectrum) for spectrum in spectra]
    best = int(np.argmax(odds))
    if odds[best] < _CLEAR:
        return None
    prior = np.diag(1 / spectra[best])
    weights: Vector = np.linalg.solve(normal + prior, target)
    for _ in range(_ROUNDS):
        new = _moved(level.new, spread_over(grid.field(weights), (w, h)))
        normal, target = _evidence(level, new, grid)
        weights = np.linalg.solve(normal + prior, target + normal @ weights)
    scale = np.array([level.to_region[0, 0], level.to_region[1, 1]], np.float32)
    return grid.field(weights) * scale


def spread_over(warp: FloatPixels, size: tuple[int, int]) -> FloatPixels:
    """A warp at every pixel, from the middles of its cells."""
    field: FloatPixels = cv2.resize(warp, size, interpolation=cv2.INTER_CUBIC)
    return field


@dataclass(frozen=True)
class _Grid:
    """Cells over the region, and the smooth modes of a warp on them."""

    rows: int
    columns: int

    def modes(self) -> Vector:
        """The modes at the cells: shape (cells, modes)."""
        across, _ = self._along(self.columns)
        down, _ = self._along(self.rows)
        modes: Vector = np.einsum("yi,xj->yxij", down, across)
        return modes.reshape(self.rows * self.columns, -1)

    def spectrum(self, size: float, length: float) -> Vector:
        """Variances of the modes' weights, x first, for a squared-exponential covariance."""
        density = []
        for count in (self.rows, self.columns):
            _, frequencies = self._along(count)
            density.append(length * np.sqrt(2 * np.pi) * np.exp(-((length * frequencies) ** 2) / 2))
        variances = size**2 * np.outer(*density).ravel() + 1e-9
        return np.concatenate([variances, variances])

    def field(self, weights: Vector) -> FloatPixels:
        """The warp that weights stand for, at the cells."""
        field = self.modes() @ weights.reshape(2, -1).T
        return field.reshape(self.rows, self.columns, 2).astype(np.float32)

    def _along(self, count: int) -> tuple[Vector, Vector]:
        """Modes along one axis, and their frequencies; the longest side has length 1."""
        longest = max(self.rows, self.columns)
        half = _BOX / 2 * count / longest
        number = np.arange(1, max(4, round(_MODES * count / longest)) + 1)
        at = (np.arange(count) + 0.5 - count / 2) / longest
        frequencies = np.pi * number / (2 * half)
        return np.sin(np.outer(at + half, frequencies)) / np.sqrt(half), frequencies


def _odds(normal: Vector, target: Vector, spectrum: Vector) -> float:
    """How much likelier the evidence is with such a warp than with none.

    The logarithm of the ratio of the marginal likelihoods of the linearised model.
    """
    both = np.eye(len(target)) + spectrum[:, None] * normal
    gain = target @ np.linalg.solve(both, spectrum * target)
    return float(gain - np.linalg.slogdet(both)[1]) / 2


def _moved(picture: FloatPixels, field: FloatPixels) -> FloatPixels:
    h, w = picture.shape
    x = np.arange(w, dtype=np.float32)[None, :] + field[..., 0]
    y = np.arange(h, dtype=np.float32)[:, None] + field[..., 1]
    moved: FloatPixels = cv2.remap(picture, x, y, cv2.INTER_LINEAR)
    return moved


def _evidence(level: Level, new: FloatPixels, grid: _Grid) -> tuple[Vector, Vector]:
    """Normal equations of the modes' weights: each cell speaks for its own displacement."""
    old, context = level.old, level.context.astype(np.float32)
    picked = level.context
    gain = float(old[picked] @ new[picked]) / max(float(new[picked] @ new[picked]), 1e-9)
    rest = np.float32(gain) * new - old
    spread = 1.4826 * float(np.median(np.abs(rest[picked]))) + 1 / 255
    weight = context / (1 + (rest / (2.385 * spread)) ** 2)
    mean = (old + np.float32(gain) * new) / 2
    gx, gy = (cv2.Sobel(mean, cv2.CV_32F, dx, 1 - dx, ksize=1, scale=0.5) for dx in (1, 0))

    def summed(values: FloatPixels) -> Vector:
        size = grid.columns, grid.rows
        means = cv2.resize(weight * values, size, interpolation=cv2.INTER_AREA)
        column: Vector = means.ravel().astype(np.float64)
        return column

    # A cell may be lighter or darker as a whole without anything having moved.
    count = summed(np.ones_like(rest)) + 1e-6
    first = [summed(values) for values in (gx, gy, rest)]
    pairs = ((gx, gx, 0, 0), (gx, gy, 0, 1), (gy, gy, 1, 1), (gx, rest, 0, 2), (gy, rest, 1, 2))
    area = old.size / (grid.rows * grid.columns) / (spread**2 * _ALIKE)
    xx, xy, yy, xr, yr = (
        (summed(a * b) - first[i] * first[j] / count) * area for a, b, i, j in pairs
    )
    modes = grid.modes()
    blocks = [modes.T @ (part[:, None] * modes) for part in (xx, xy, yy)]
    normal = np.block([[blocks[0], blocks[1]], [blocks[1], blocks[2]]])
    return normal, -np.concatenate([modes.T @ xr, modes.T @ yr])
