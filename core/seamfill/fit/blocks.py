"""Blocks of a picture and their spectra, which tell how sharp and how grainy it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from seamfill.image.arrays import FloatPixels, SelectionMap

__all__ = [
    "FEWEST",
    "MIDDLE",
    "RADIUS",
    "RING",
    "RINGS",
    "SEEN",
    "SIDE",
    "TWICE",
    "Blocks",
    "blocks_in",
    "colour_spectra",
    "energy",
    "ring_sums",
]

Numbers = npt.NDArray[np.floating[Any]]
SIDE = 32
"""Of a block, in pixels."""
FEWEST = 24
"""Blocks, of which fewer say nothing."""
_STEP, _MOST = 16, 480
_taper = np.hanning(SIDE + 2)[1:-1]
_window = np.outer(_taper, _taper)
_WINDOW = (_window / np.sqrt((_window**2).sum())).astype(np.float32)
_rows, _columns = np.fft.fftfreq(SIDE), np.fft.rfftfreq(SIDE)
RADIUS = np.hypot(_rows[:, None], _columns)
"""Cycles a pixel, at each place of a spectrum."""
TWICE = np.where((_columns > 0) & (_columns < 0.5), 2.0, 1.0) * np.ones((SIDE, 1))
"""How often each place counts: a real picture's spectrum is kept by half."""
MIDDLE = (TWICE * ((RADIUS > 0.04) & (RADIUS < 0.25))).astype(np.float32)
"""Weights of the scales that survive what models do, and that drown in no grain."""
SEEN = (TWICE * (RADIUS > 0.045) / SIDE**2).astype(np.float32)
"""Weights that make a power spectrum the variance of what is finer than a block."""
_EDGES = np.array([0.03, 0.06, 0.09, 0.12, 0.15, 0.18, 0.21, 0.24, 0.28, 0.32, 0.37, 0.43, 0.8])
RINGS = (_EDGES[:-1] + np.append(_EDGES[1:-1], 0.5)) / 2
"""Cycles a pixel in the middles of rings of frequencies."""
RING = np.digitize(RADIUS, _EDGES) - 1
"""The ring that each place of a spectrum belongs to; -1 for what is slower than all."""


class Blocks:
    """The same blocks of two pictures, their spectra and how light they are.

    Parameters
    ----------
    old, new : array of float32, shape (h, w)
        Luminance.
    y, x : array of int, shape (blocks,)
        Corners.

    Attributes
    ----------
    power_old, power_new : array, shape (blocks, 32, 17)
        Power spectra.
    cross : array, shape (blocks, 32, 17)
        What both share, frequency by frequency.
    shared : array, shape (blocks,)
        Energy of what both show, at middling scales.
    agreement : array, shape (blocks,)
        The same by the energy of what either shows: -1..1.
    light : array, shape (blocks,)
        Mean luminance of the old.
    """

    def __init__(
        self, old: FloatPixels, new: FloatPixels, y: npt.NDArray[np.intp], x: npt.NDArray[np.intp]
    ) -> None:
        self.y, self.x = y, x
        of_old, self.light = _spectra(old, y, x)
        of_new, _ = _spectra(new, y, x)
        self.power_old, self.power_new = _power(of_old), _power(of_new)
        self.cross = (of_old * of_new.conj()).real
        self.shared = energy(self.cross, MIDDLE)
        either = energy(self.power_old, MIDDLE) * energy(self.power_new, MIDDLE)
        self.agreement = self.shared / np.sqrt(either + 1e-12)

    def __len__(self) -> int:
        return len(self.y)


def blocks_in(where: SelectionMap) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Corners of blocks that lie wholly where something is not 0, spread evenly.

    Parameters
    ----------
    where : array of uint8, shape (h, w)

    Returns
    -------
    y, x : array of int, shape (blocks,)
    """
    h, w = where.shape
    if min(h, w) < SIDE:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    sums = cv2.integral((where > 0).astype(np.uint8))
    rows, columns = np.arange(0, h - SIDE + 1, _STEP), np.arange(0, w - SIDE + 1, _STEP)
    low, high = sums[rows], sums[rows + SIDE]
    full = high[:, columns + SIDE] - high[:, columns] - low[:, columns + SIDE] + low[:, columns]
    y, x = np.nonzero(full == SIDE**2)
    picked = np.linspace(0, len(y) - 1, min(len(y), _MOST)).astype(np.intp)
    return rows[y[picked]], columns[x[picked]]


def colour_spectra(
    pixels: FloatPixels, y: npt.NDArray[np.intp], x: npt.NDArray[np.intp]
) -> npt.NDArray[np.complex64]:
    """Spectra of blocks, channel by channel.

    Parameters
    ----------
    pixels : array of float32, shape (h, w, 3)
    y, x : array of int, shape (blocks,)
        Corners.

    Returns
    -------
    array, shape (3, blocks, 32, 17)
    """
    return np.stack([_spectra(np.ascontiguousarray(pixels[..., c]), y, x)[0] for c in range(3)])


def energy(power: Numbers, weights: Numbers) -> Numbers:
    """Power spectra summed under weights, each by itself.

    Parameters
    ----------
    power : array, shape (..., 32, 17)
    weights : array, shape (32, 17)

    Returns
    -------
    array, shape (...)
    """
    summed: Numbers = power.reshape(*power.shape[:-2], -1) @ weights.ravel()
    return summed


def ring_sums(power: Numbers) -> Numbers:
    """A spectrum summed over each ring."""
    inside = RING >= 0
    return np.bincount(RING[inside], (power * TWICE)[inside], len(RINGS)).astype(np.float64)


def _spectra(
    plane: FloatPixels, y: npt.NDArray[np.intp], x: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.complex64], Numbers]:
    """Windowed spectra of blocks, and their means."""
    blocks = np.lib.stride_tricks.sliding_window_view(plane, (SIDE, SIDE))[y, x]
    mean = blocks.mean(axis=(1, 2))
    spectra = np.fft.rfft2((blocks - mean[:, None, None]) * _WINDOW)
    return spectra.astype(np.complex64), mean


def _power(spectra: npt.NDArray[np.complex64]) -> FloatPixels:
    power: FloatPixels = spectra.real**2 + spectra.imag**2
    return power
