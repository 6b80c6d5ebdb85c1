"""Cells over a region, what each says of its displacement, and the smooth warps that explain it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from seamfill.fit.pyramid import Level
    from seamfill.image.arrays import FloatPixels

__all__ = ["Grid", "Likeliest", "Vector", "spread_over"]

Vector = npt.NDArray[np.floating[Any]]
# Cells along the longest side, and modes.
_CELLS, _MODES = 40, 14
# The region lies inside a larger box at whose border the modes vanish.
_BOX = 1.3
# Warps that are likely before anything was measured: how large, in pixels of the coarse level, and
# over which part of the longest side they change.
_SIZES, _LENGTHS = (0.2, 0.6, 1.8), (0.1, 0.16, 0.3)
# The variance of a mode that such a warp has nothing of.
_NEVER = 1e-9
# Neighbouring pixels err alike: so many count as one.
_ALIKE = 24.0
# How much lighter or darker, and richer or poorer in contrast, a cell may be as a whole without
# anything having moved: next to nothing is known of either.
_TONES = np.diag([1e-6, 1e-5])


def spread_over(warp: FloatPixels, size: tuple[int, int]) -> FloatPixels:
    """A warp at every pixel, from the middles of its cells.

    Parameters
    ----------
    warp : array of float32, shape (rows, columns, 2)
        Displacements in x and y, in pixels.
    size : tuple of (int, int)
        Width and height in pixels.

    Returns
    -------
    array of float32, shape (height, width, 2)
    """
    field: FloatPixels = cv2.resize(warp, size, interpolation=cv2.INTER_CUBIC)
    return field


@dataclass(frozen=True)
class Likeliest:
    """The warp that is likeliest for some evidence.

    Parameters
    ----------
    weights : array, shape (2 x modes,)
    odds : float
        The logarithm of how much likelier it makes the evidence than no warp does.
    spectrum : array, shape (2 x modes,)
        The prior variances of the weights with which it was found.
    """

    weights: Vector
    odds: float
    spectrum: Vector


class Grid:
    """Cells over the region, and the smooth modes of a warp on them.

    Warps are in pixels of the coarse level; their weights are those of the modes, for x first.
    """

    def __init__(self, coarse: Level) -> None:
        h, self.width = coarse.old.shape
        cell = max(h, self.width) / _CELLS
        self.rows, self.columns = max(2, round(h / cell)), max(2, round(self.width / cell))
        self._across, frequencies_across = self._along(self.columns)
        self._down, frequencies_down = self._along(self.rows)
        self._frequencies = frequencies_down, frequencies_across
        modes: Vector = np.einsum("yi,xj->yxij", self._down, self._across)
        self.modes = modes.reshape(self.rows * self.columns, -1)
        self.none: Vector = np.zeros(2 * self.modes.shape[1])

    def field(self, weights: Vector) -> FloatPixels:
        """The warp that weights stand for, at the cells.

        Parameters
        ----------
        weights : array, shape (n,)
            Of the warp's base functions.

        Returns
        -------
        array of float32, shape (rows, columns, 2)
            Displacements in x and y, in pixels.
        """
        field = self.modes @ weights.reshape(2, -1).T
        return field.reshape(self.rows, self.columns, 2).astype(np.float32)

    def likeliest(self, evidence: Vector, weights: Vector) -> Likeliest:
        """The likeliest weights, linearised about those that are known already.

        Parameters
        ----------
        evidence : array
            From `evidence`.
        weights : array, shape (n,)
            Those about which it is linearised.

        Returns
        -------
        Likeliest
        """
        normal, target = self._equations(evidence, weights)
        spectra = [self._spectrum(size, length) for size, length in product(_SIZES, _LENGTHS)]
        odds = [_odds(normal, target, spectrum) for spectrum in spectra]
        best = int(np.argmax(odds))
        return Likeliest(_solved(normal, target, spectra[best]), odds[best], spectra[best])

    def again(self, evidence: Vector, spectrum: Vector) -> Vector:
        """The weights that some evidence gives under a prior that is settled.

        Parameters
        ----------
        evidence : array
            From `evidence`.
        spectrum : array, shape (n,)
            The prior's variances.

        Returns
        -------
        array, shape (n,)
        """
        return _solved(*self._equations(evidence, self.none), spectrum)

    def evidence(self, level: Level, weights: Vector) -> Vector:
        """What each cell says of what is left after a warp: xx, xy, yy, and x and y by the rest.

        Parameters
        ----------
        level : Level
        weights : array, shape (n,)

        Returns
        -------
        array, shape (5, cells)
        """
        return self.evidence_about(level, self.field(weights) if weights.any() else None)

    def evidence_about(self, level: Level, field: FloatPixels | None) -> Vector:
        """The same after any displacements of the cells.

        Parameters
        ----------
        level : Level
        field : array of float32, shape (rows, columns, 2), or None

        Returns
        -------
        array, shape (5, cells)
        """
        zoom = level.old.shape[1] / self.width
        new = level.new
        if field is not None:
            new = _warped(new, field * np.float32(zoom))
        return _evidence(level, new, (self.columns, self.rows), zoom)

    def _equations(self, evidence: Vector, weights: Vector) -> tuple[Vector, Vector]:
        """Normal equations of the weights."""
        xx, xy, yy, xr, yr = evidence
        blocks = [self._products(part) for part in (xx, xy, yy)]
        normal = np.block([[blocks[0], blocks[1]], [blocks[1], blocks[2]]])
        target = -np.concatenate([self.modes.T @ xr, self.modes.T @ yr])
        return normal, target + normal @ weights

    def _products(self, weight: Vector) -> Vector:
        """The modes' products with each other, summed over the cells by their weight.

        A mode is a product of one along each axis, so the sums are taken axis by axis.
        """
        down, across = self._down, self._across
        along = across.T @ (weight.reshape(self.rows, -1, 1) * across)
        products: Vector = np.einsum("yi,yk->iky", down, down) @ along.reshape(self.rows, -1)
        products = products.reshape(2 * down.shape[1:] + 2 * across.shape[1:])
        return products.transpose(0, 2, 1, 3).reshape(2 * self.modes.shape[1:])

    def _spectrum(self, size: float, length: float) -> Vector:
        """Variances of the weights for a squared-exponential covariance."""
        density = [
            length * np.sqrt(2 * np.pi) * np.exp(-((length * frequencies) ** 2) / 2)
            for frequencies in self._frequencies
        ]
        variances = size**2 * np.outer(*density).ravel() + _NEVER
        return np.concatenate([variances, variances])

    def _along(self, count: int) -> tuple[Vector, Vector]:
        """Modes along one axis, and their frequencies; the longest side has length 1."""
        longest = max(self.rows, self.columns)
        half = _BOX / 2 * count / longest
        number = np.arange(1, max(4, round(_MODES * count / longest)) + 1)
        at = (np.arange(count) + 0.5 - count / 2) / longest
        frequencies = np.pi * number / (2 * half)
        return np.sin(np.outer(at + half, frequencies)) / np.sqrt(half), frequencies


def _solved(normal: Vector, target: Vector, spectrum: Vector) -> Vector:
    solved: Vector = np.linalg.solve(normal + np.diag(1 / spectrum), target)
    return solved


def _odds(normal: Vector, target: Vector, spectrum: Vector) -> float:
    """How much likelier the evidence is with such a warp than with none.

    The logarithm of the ratio of the marginal likelihoods of the linearised model.
    """
    seen = spectrum > 2 * _NEVER
    root = np.sqrt(spectrum[seen])
    scaled = root * target[seen]
    # Bordered by the target, one decomposition gives both the determinant and the gain.
    both = np.eye(len(root) + 1) * (1 + scaled @ scaled)
    both[:-1, :-1] = np.eye(len(root)) + root[:, None] * normal[np.ix_(seen, seen)] * root
    both[-1, :-1] = scaled
    lower = np.linalg.cholesky(both)
    return float(lower[-1, :-1] @ lower[-1, :-1] / 2 - np.log(np.diag(lower)[:-1]).sum())


def _warped(picture: FloatPixels, warp: FloatPixels) -> FloatPixels:
    h, w = picture.shape
    field = spread_over(warp, (w, h))
    x = np.arange(w, dtype=np.float32)[None, :] + field[..., 0]
    y = np.arange(h, dtype=np.float32)[:, None] + field[..., 1]
    moved: FloatPixels = cv2.remap(picture, x, y, cv2.INTER_LINEAR)
    return moved


def _evidence(level: Level, new: FloatPixels, grid: tuple[int, int], zoom: float) -> Vector:
    """What each cell says of its own displacement: xx, xy, yy, and x and y by the rest."""
    old, step = level.old, np.s_[:: round(zoom), :: round(zoom)]
    picked = level.context[step]
    seen = old[step][picked], new[step][picked]
    gain = np.float32(seen[0] @ seen[1] / max(float(seen[1] @ seen[1]), 1e-9))
    mean = (old + gain * new) / 2
    gx, gy = (
        cv2.Sobel(mean, cv2.CV_32F, dx, 1 - dx, ksize=1, scale=zoom / 2)[step] for dx in (1, 0)
    )
    rest = (gain * new - old)[step]
    # Where nothing shows nothing errs: only where there are edges can errors be seen.
    steep = gx**2 + gy**2
    telling = picked & (steep > steep[picked].mean())
    spread = 1.4826 * float(np.median(np.abs(rest[telling]))) + 1 / 255
    weight = picked / (1 + (rest / np.float32(2.385 * spread)) ** 2)
    terms = (np.ones_like(rest), mean[step], gx, gy, rest)
    sums = np.empty((grid[0] * grid[1], 5, 5))
    for i in range(5):
        weighted = weight * terms[i]
        for j in range(i, 5):
            means = cv2.resize(weighted * terms[j], grid, interpolation=cv2.INTER_AREA)
            sums[:, i, j] = sums[:, j, i] = means.ravel()
    tones, both = sums[:, :2, :2] + _TONES, sums[:, :2, 2:]
    told = sums[:, 2:, 2:] - both.swapaxes(1, 2) @ np.linalg.solve(tones, both)
    # What is left of a cell's rest once it has moved as it likes is how far it errs.
    own = np.linalg.solve(told[:, :2, :2] + 1e-9 * np.eye(2), told[:, :2, 2:])
    error = told[:, 2, 2] - (own[..., 0] * told[:, :2, 2]).sum(axis=1)
    error = np.maximum(error / (sums[:, 0, 0] + 1e-9), 0) + spread**2 / 2
    told *= (old.size / len(told) / (_ALIKE * error))[:, None, None]
    return np.stack([told[:, 0, 0], told[:, 0, 1], told[:, 1, 1], told[:, 0, 2], told[:, 1, 2]])
