"""Grain that an answer lacks: a Gaussian field with the missing cross-spectrum, scaled by light.

Random-phase noise (Galerne, Gousseau and Morel 2011) of a small spot, and a scale that varies with
the light, as AV1 has it (Norkin and Birkbeck 2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from seamfill.fit.blocks import RADIUS, SIDE

if TYPE_CHECKING:
    from seamfill.fit.blocks import Numbers
    from seamfill.image.arrays import FloatPixels, SelectionMap

__all__ = ["Grain", "add_grain", "scale_by_light", "spot_of"]

_KNOTS = np.linspace(0, 1, 9)
# How far in light one block speaks for another; and how many blocks the mean of all counts for.
_NEAR, _MEAN = 0.09, 2.0
# The side of the tile that is made, and of the pieces that are cut from it.
_TILE, _PIECE = 256, 128
# Where less than that shows of the patch, no more grain is added.
_FAINTEST = 0.15
# No block can see what changes more slowly than this, in cycles a pixel.
_UNSEEN = 0.045
# Correlations of noise end within so many pixels.
_REACH = 7.0


@dataclass(frozen=True)
class Grain:
    """Grain to be added.

    Parameters
    ----------
    spot : array of float32, shape (3, 3, 32, 32)
        What white noise of three channels is convolved with to become the noise of three.
    light : array, shape (9,)
        By how much it is scaled at lights from 0 to 1.
    strength : float
        Its standard deviation, 0..1.
    """

    spot: FloatPixels
    light: Numbers
    strength: float


def spot_of(lacking: Numbers) -> FloatPixels:
    """The root of a cross-spectrum, as pixels.

    Parameters
    ----------
    lacking : array, shape (3, 3, 32, 17)
    """
    values, vectors = np.linalg.eigh(_calmed(lacking).transpose(2, 3, 0, 1))
    scaled = vectors * np.sqrt(np.maximum(values, 0))[..., None, :]
    root = (scaled @ vectors.swapaxes(-1, -2)).transpose(2, 3, 0, 1)
    spot = np.fft.fftshift(np.fft.irfft2(root, (SIDE, SIDE)), axes=(2, 3))
    return spot.astype(np.float32)


def scale_by_light(lack: Numbers, light: Numbers) -> Numbers:
    """How strong grain is at each light, by its mean.

    Parameters
    ----------
    lack : array, shape (blocks,)
        Variance that each block lacks.
    light : array, shape (blocks,)
    """
    mean, spread = lack.mean(), lack.std()
    usual = 1 / (1 + ((lack - mean) / (2.5 * spread + 1e-12)) ** 2)
    near = np.exp(-(((_KNOTS[:, None] - light) / _NEAR) ** 2) / 2) * usual
    variance = (near @ lack + _MEAN * mean) / (near.sum(axis=1) + _MEAN)
    scale: Numbers = np.sqrt(np.maximum(variance, 0) / max(mean, 1e-12))
    return scale


def add_grain(pixels: FloatPixels, mask: SelectionMap, grain: Grain, seed: int) -> FloatPixels:
    """Add grain to what a mask shows.

    Parameters
    ----------
    pixels : array of float32, shape (h, w, 3)
    mask : array of uint8, shape (h, w)
        Mixing takes grain away, of old and new alike: what is added makes up for it.
    grain : Grain
    seed : int
        The same gives the same grain.
    """
    h, w = mask.shape
    pixels = np.ascontiguousarray(pixels)
    grey = cv2.cvtColor(cv2.blur(pixels, (3, 3)), cv2.COLOR_RGB2GRAY)
    table = np.interp(np.arange(256) / 255, _KNOTS, grain.light).astype(np.float32)
    amount = cv2.LUT(cv2.convertScaleAbs(cv2.max(grey, 0), alpha=255), table)
    shown = np.arange(256) / 255
    made_up = np.sqrt((2 - shown) / np.maximum(shown, _FAINTEST))
    made_up[0] = 0
    amount *= cv2.LUT(mask, made_up.astype(np.float32))
    noise = _laid(_tile(grain.spot, seed), h, w, seed)
    noise *= amount[..., None]
    noise += pixels
    return noise


def _tile(spot: FloatPixels, seed: int) -> FloatPixels:
    """A periodic tile of noise, three times as large as its period takes it."""
    rng = np.random.Generator(np.random.SFC64(seed))
    white = np.fft.rfft2(rng.standard_normal((3, _TILE, _TILE), dtype=np.float32))
    padded = np.zeros((3, 3, _TILE, _TILE), np.float32)
    padded[..., :SIDE, :SIDE] = spot
    shape = np.fft.rfft2(padded)
    spectrum = (shape * white[None]).sum(axis=1)
    tile = np.fft.irfft2(spectrum, (_TILE, _TILE)).transpose(1, 2, 0)
    return np.tile(tile.astype(np.float32), (2, 2, 1))


def _laid(tile: FloatPixels, h: int, w: int, seed: int) -> FloatPixels:
    """Pieces cut from a tile at random, side by side."""
    rng = np.random.Generator(np.random.SFC64([seed, 1]))
    laid = np.empty((h, w, 3), np.float32)
    for top in range(0, h, _PIECE):
        for left in range(0, w, _PIECE):
            y, x = rng.integers(0, _TILE, 2)
            piece = laid[top : top + _PIECE, left : left + _PIECE]
            piece[:] = tile[y : y + piece.shape[0], x : x + piece.shape[1]]
    return laid


def _calmed(spectrum: Numbers) -> Numbers:
    """Smoothed over neighbouring frequencies; what no block sees continues what it does."""
    away = np.minimum(np.arange(SIDE), SIDE - np.arange(SIDE))
    taper = np.exp(-((away / _REACH) ** 2) / 2)
    correlation = np.fft.irfft2(spectrum, (SIDE, SIDE)) * np.outer(taper, taper)
    calmed: Numbers = np.fft.rfft2(correlation).real
    beside = (RADIUS >= _UNSEEN) & (RADIUS < 2 * _UNSEEN)
    calmed[..., RADIUS < _UNSEEN] = calmed[..., beside].mean(axis=-1)[..., None]
    return calmed
