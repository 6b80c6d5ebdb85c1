"""How sharp an answer is beside the original, and a kernel that makes up for it.

The power of both is compared, not their pixels: what a model repaints no longer correlates with the
original in its finest detail, and a least-squares kernel (Alard and Lupton 1998) then blurs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from seamfill.fit.blocks import MIDDLE, RADIUS, RINGS, SIDE, TWICE, energy, ring_sums

if TYPE_CHECKING:
    import numpy.typing as npt

    from seamfill.fit.blocks import Numbers
    from seamfill.image.arrays import FloatPixels

__all__ = [
    "Sharpness",
    "coherent_gains",
    "kernel_of",
    "measure_gains",
    "sharpen",
    "spread_over_spectrum",
]

# Amplification that is believed.
_LEAST, _MOST = 0.5, 12.0
# Share of a ring's power that is no noise: below the first it tells nothing, above the second all.
_HARDLY, _SURELY = 0.03, 0.2
# Detail of calm blocks that correlates less than the first is not the original's.
_INCOHERENT, _COHERENT = 0.5, 0.75
# Noise that sharpening may bring where the original has none.
_RAISED = 1.25 / 255
# Taps of the kernel; and by how much of the local contrast it may overshoot.
_TAPS, _ROOM = 13, 1.25
# Pixels over which detail is much or little.
_AROUND = (9, 9)
_UNIT = np.float32(1 / 255)


@dataclass(frozen=True)
class Sharpness:
    """How an answer is sharpened.

    Parameters
    ----------
    amount : float
        Amplification of lively detail at a quarter of a cycle a pixel.
    lively : array of float32, shape (13, 13), or None
        The kernel where there is much detail; None to leave it as it is.
    calm : array of float32, shape (13, 13), or None
        The kernel where there is little; None for the same.
    faint, strong : float
        Standard deviations, 0..1, of little detail and of much.
    """

    amount: float
    lively: FloatPixels | None
    calm: FloatPixels | None = None
    faint: float = 0.0
    strong: float = 1.0


def measure_gains(
    power_old: Numbers, power_new: Numbers, noise_old: Numbers, noise_new: Numbers
) -> Numbers:
    """By how much each ring of frequencies has to be amplified.

    Parameters
    ----------
    power_old, power_new : array, shape (blocks, 32, 17)
        Of blocks that show the same.
    noise_old, noise_new : array, shape (32, 17)
        What of it is noise.

    Returns
    -------
    array, shape (rings,)
        Where there is no signal the last gain goes on, and the answer's noise is raised at most to
        the original's.
    """
    alike = 1 / energy(power_old + power_new, MIDDLE)
    each, strong = (
        _gains(power_old, power_new, noise_old, noise_new, weight)
        for weight in (alike, np.full_like(alike, 1 / len(alike)))
    )
    # What smooths away faint texture leaves strong edges as they are: those must stay so.
    gains = np.where(each > 1, np.clip(strong, 1, each), each)
    return gains / gains[0] if 0.9 < gains[0] < 1.1 else gains


def _gains(
    power_old: Numbers,
    power_new: Numbers,
    noise_old: Numbers,
    noise_new: Numbers,
    weight: Numbers,
) -> Numbers:
    """The same, each block counting by a weight."""
    old, new = (ring_sums(np.tensordot(weight, power, 1)) for power in (power_old, power_new))
    own_old, own_new = ring_sums(noise_old), ring_sums(noise_new)
    share = weight.sum()
    signal_old, signal_new = old - own_old * share, new - own_new * share
    sure = np.clip(np.minimum(signal_old / old, signal_new / new), 0, 1)
    trust = np.clip((sure - _HARDLY) / (_SURELY - _HARDLY), 0, 1)
    room = ring_sums(np.full_like(noise_old, _RAISED**2))
    highest = np.sqrt((own_old + room) / np.maximum(own_new, 1e-12)).clip(1, _MOST)
    ratio = np.sqrt(np.maximum(signal_old, 1e-12) / np.maximum(signal_new, 1e-12))
    gains, last = np.ones(len(RINGS)), 1.0
    for i in range(len(gains)):
        wanted = trust[i] * ratio[i] + (1 - trust[i]) * last
        gains[i] = last = float(np.clip(wanted, _LEAST, highest[i]))
    return gains


def spread_over_spectrum(gains: Numbers) -> Numbers:
    """Gains of rings at every place of a block's spectrum."""
    spread: Numbers = np.interp(RADIUS, RINGS, gains)
    return spread


def coherent_gains(cross: Numbers, power_old: Numbers, power_new: Numbers) -> Numbers:
    """By how much calm blocks' own detail has to be amplified where it is the original's, weakened.

    Parameters
    ----------
    cross, power_old, power_new : array, shape (32, 17)
        What both share, and the power of either, summed over blocks.

    Returns
    -------
    array, shape (rings,)
        1 where what the answer shows is not the original's.
    """
    shared, old, new = (
        np.maximum(ring_sums(each), 1e-12) for each in (cross, power_old, power_new)
    )
    coherence = shared**2 / (old * new)
    trust = np.clip((coherence - _INCOHERENT) / (_COHERENT - _INCOHERENT), 0, 1)
    gains: Numbers = 1 + trust * (np.clip(shared / new, 1, _MOST) - 1)
    return gains


def kernel_of(gains: Numbers) -> FloatPixels:
    """A kernel of 13 x 13 whose response is nearly some gains; it leaves flat areas as they are."""
    fit, places = _design()
    taps = fit @ (spread_over_spectrum(gains).ravel() - 1)
    kernel = taps[places]
    kernel -= kernel.sum() * _wide()
    kernel[_TAPS // 2, _TAPS // 2] += 1
    return kernel.astype(np.float32)


def _wide() -> Numbers:
    """Taps that say nothing but to flat areas."""
    row = cv2.getGaussianKernel(_TAPS, 3.0)
    wide: Numbers = row @ row.T
    return wide


@cache
def _design() -> tuple[Numbers, npt.NDArray[np.intp]]:
    """From a response less one to the taps that come nearest, and where each tap stands.

    Least squares under a weight that asks for most where pictures have most.
    """
    reach = _TAPS // 2
    away = np.abs(np.arange(_TAPS) - reach)
    near, far = np.minimum(away[:, None], away), np.maximum(away[:, None], away)
    kinds, places = np.unique(near * _TAPS + far, return_inverse=True)
    places = places.reshape(_TAPS, _TAPS)
    rows, columns = np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)
    basis = np.zeros((RADIUS.size, len(kinds)))
    for y in range(_TAPS):
        for x in range(_TAPS):
            wave = np.cos(2 * np.pi * (rows * (y - reach) + columns * (x - reach)))
            basis[:, places[y, x]] += wave.ravel()
    weight = (np.sqrt(TWICE) / (RADIUS + 0.02)).ravel()
    solved = np.linalg.pinv(basis * weight[:, None], rcond=1e-5) * weight
    return solved, places


def sharpen(pixels: FloatPixels, sharpness: Sharpness) -> FloatPixels:
    """Apply kernels to luminance; the same change for all channels leaves colour noise alone.

    Parameters
    ----------
    pixels : array of float32, shape (h, w, 3)
    sharpness : Sharpness

    Returns
    -------
    array of float32, shape (h, w, 3)
    """
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    near = np.ones((3, 3), np.uint8)
    low, high = cv2.erode(grey, near), cv2.dilate(grey, near)
    room = cv2.addWeighted(high, _ROOM, low, -_ROOM, float(_UNIT))
    sharp = _filtered(grey, sharpness.lively)
    if sharpness.calm is not None:
        mean = cv2.blur(grey, _AROUND)
        variance = cv2.max(cv2.blur(grey * grey, _AROUND) - mean * mean, 0)
        share = cv2.sqrt(variance) - np.float32(sharpness.faint)
        share *= np.float32(1 / (sharpness.strong - sharpness.faint))
        np.clip(share, 0, 1, out=share)
        calm = _filtered(grey, sharpness.calm)
        sharp = calm + share * (sharp - calm)
    cv2.min(sharp, high + room, dst=sharp)
    cv2.max(sharp, low - room, dst=sharp)
    change = cv2.subtract(sharp, grey)
    sharpened: FloatPixels = cv2.add(pixels, cv2.merge([change] * 3))
    return sharpened


def _filtered(grey: FloatPixels, kernel: FloatPixels | None) -> FloatPixels:
    if kernel is None:
        return grey
    filtered: FloatPixels = cv2.filter2D(grey, -1, kernel, borderType=cv2.BORDER_REFLECT)
    return filtered
