"""Make an answer as sharp and as grainy as the original around it.

The registered context shows the same content twice, once as the camera saw it and once as the model
gave it back. Lively blocks tell how sharp each is, calm ones how grainy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from seamfill.fit.blocks import (
    FEWEST,
    MIDDLE,
    RADIUS,
    RING,
    RINGS,
    SEEN,
    Blocks,
    blocks_in,
    colour_spectra,
    energy,
    ring_sums,
)
from seamfill.fit.grain import Grain, scale_by_light, spot_of
from seamfill.fit.sharpness import (
    Sharpness,
    coherent_gains,
    kernel_of,
    measure_gains,
    spread_over_spectrum,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from seamfill.fit.blocks import Numbers
    from seamfill.image.arrays import FloatPixels, SelectionMap

__all__ = ["Texture", "calm_down", "measure_texture"]

# What is lost in 8 bits: grain of less is none. What nobody sees where there is detail.
_LOST, _HARDLY_SEEN = 0.35 / 255, 0.7 / 255
# Calm blocks: this share of each of so many parts by light, none much livelier than the calmest.
_CALM, _PARTS, _LIVELIER = 0.25, 5, 8.0
_DARKEST, _LIGHTEST = 0.03, 0.97
# What calm blocks lack by more than this of what others lack is texture; parts of the light differ
# by no more than the second from their neighbours.
_LIKE, _BESIDE = 1.4, 2.0
# Power that is within this share of the original's is enough.
_ENOUGH = 0.12
_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
# The ring whose gain is told: about a quarter of a cycle a pixel.
_QUARTER = 7
# Calm blocks of drawings have next to nothing.
_DRAWN = 0.1 / 255
# Two kernels that differ by less than this are one; noise that is worth taking away, as a share.
_SAME, _WORTH = 0.15, 0.1
# Lively blocks have so many times the energy of noise, and agree so well.
_LIVELY, _AGREEING = 2.0, 0.6


@dataclass(frozen=True)
class Texture:
    """What an answer's texture lacks.

    Parameters
    ----------
    sharpness : Sharpness or None
        How its detail is amplified.
    calm : float
        The share of the answer's own noise to be taken away, 0..1.
    noise : float
        The variance of that noise.
    grain : Grain or None
        To be added.
    """

    sharpness: Sharpness | None
    calm: float
    noise: float
    grain: Grain | None


def measure_texture(
    original: FloatPixels, answer: FloatPixels, context: SelectionMap
) -> Texture | None:
    """Compare the texture of a registered and toned answer with the original's.

    Parameters
    ----------
    original, answer : array of float32, shape (h, w, 3 or more)
    context : array of uint8, shape (h, w)
        Not 0 where both show the same.

    Returns
    -------
    Texture or None
        None where there is too little context, or nothing to do.
    """
    y, x = blocks_in(context)
    if len(y) < FEWEST:
        return None
    answer = np.ascontiguousarray(answer[..., :3])
    old, new = (cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY) for pixels in (original, answer))
    blocks = Blocks(old, new, y, x)
    calm = _calm_blocks(blocks)
    if calm.sum() < FEWEST // 2 or _is_flat_art(blocks, calm):
        return None
    alike = calm.copy()
    lack = energy((blocks.power_old - blocks.power_new)[calm], SEEN)
    alike[calm] = _like_others(lack, blocks.light[calm])
    floor = alike if alike.sum() >= FEWEST // 2 else calm
    noise_old, noise_new = (p[floor].mean(axis=0) for p in (blocks.power_old, blocks.power_new))
    sharpness, response = _sharpness(blocks, calm, noise_old, noise_new)
    left, less, own = _calming(response, noise_old, noise_new)
    grain = None
    if alike.sum() >= FEWEST // 2:
        grain = _grain(original, answer, blocks, alike, left)
    if sharpness is None and grain is None and less <= _WORTH:
        return None
    return Texture(sharpness, less, own, grain)


def _sharpness(
    blocks: Blocks, calm: npt.NDArray[np.bool_], noise_old: Numbers, noise_new: Numbers
) -> tuple[Sharpness | None, Numbers]:
    """How to sharpen, where it is worth it, and the response of calm blocks to it."""
    usual = float(np.quantile(blocks.shared, 0.5))
    enough = max(_LIVELY * float((noise_old * MIDDLE).sum()), usual)
    lively = (blocks.shared > enough) & (blocks.agreement > _AGREEING)
    gains: Numbers = np.ones(len(RINGS))
    if lively.sum() >= FEWEST // 2:
        power_new = blocks.power_new[lively]
        gains = measure_gains(blocks.power_old[lively], power_new, noise_old, noise_new)
    else:
        lively = blocks.shared >= usual
    sums = (each[calm].sum(axis=0) for each in (blocks.cross, blocks.power_old, blocks.power_new))
    own = np.maximum(coherent_gains(*sums), gains)
    much, little = (
        kernel_of(each) if _shows(each, blocks.power_new[where]) else None
        for each, where in ((gains, lively), (own, calm))
    )
    if much is None and little is None:
        return None, np.ones_like(RADIUS)
    amount = float(gains[_QUARTER])
    if little is None or np.abs(own / gains - 1).max() < _SAME:
        return Sharpness(amount, much), spread_over_spectrum(gains)
    detail = np.sqrt(energy(blocks.power_new, SEEN))
    faint = float(np.quantile(detail[calm], 0.9))
    strong = max(float(np.median(detail[lively])), 1.5 * faint, 1e-6)
    return Sharpness(amount, much, little, faint, strong), spread_over_spectrum(own)


def _shows(gains: Numbers, power: Numbers) -> bool:
    """Whether anybody would see what some gains change."""
    change = (spread_over_spectrum(gains) - 1) ** 2 * power.mean(axis=0)
    return float((change * SEEN).sum()) > _HARDLY_SEEN**2


def _calming(
    response: Numbers, noise_old: Numbers, noise_new: Numbers
) -> tuple[Numbers, float, float]:
    """What of the answer's noise stays at each frequency, the share taken, and its variance."""
    power, own = response**2, float((noise_new * SEEN).sum())
    excess = float((np.maximum(noise_new - noise_old, 0) * SEEN).sum())
    if excess <= max(0.25 * own, _LOST**2):
        return power, 0.0, 0.0
    ratio = (noise_old / np.maximum(power * noise_new, 1e-12))[RADIUS > 0.15]
    less = 1 - float(np.sqrt(np.clip(np.quantile(ratio, 0.25), 0, 1)))
    over = np.maximum(power - noise_old / np.maximum(noise_new, 1e-12), 0)
    variance = float((power * noise_new * SEEN).sum())
    return power - (1 - (1 - less) ** 2) * over, less, variance


def _grain(
    original: FloatPixels,
    answer: FloatPixels,
    blocks: Blocks,
    calm: npt.NDArray[np.bool_],
    left: Numbers,
) -> Grain | None:
    """What the answer's calm blocks lack, once their own noise has become what is left of it."""
    old, new = (colour_spectra(p, blocks.y[calm], blocks.x[calm]) for p in (original, answer))
    # Sharpening changes all channels by the same: by what luminance changes.
    new = new + (np.sqrt(np.maximum(left, 0)) - 1) * np.tensordot(_LUMINANCE, new, 1)
    power_old, power_new = ((np.abs(each) ** 2).mean(axis=0) for each in (old, new))
    of_old, of_new = (ring_sums(power.mean(axis=0)) for power in (power_old, power_new))
    lacks = np.append(of_new < (1 - _ENOUGH) * of_old, False)[RING]
    light = blocks.light[calm]
    lack = energy(power_old - power_new, SEEN * lacks)
    share = _share_of_grain(lack, light)
    lacking = share * float(lack.mean())
    fine = float(energy(power_old, SEEN * (RADIUS > 0.25)).mean())
    if lacking <= max(_LOST**2, 0.1 * fine):
        return None
    crossed = _crossed(old) - _crossed(new)
    spot = spot_of(share * crossed * lacks)
    return Grain(spot, scale_by_light(lack, light), float(np.sqrt(lacking)))


def _crossed(spectra: npt.NDArray[np.complex64]) -> Numbers:
    """What channels share with each other, at each frequency: (3, 3, 32, 17)."""
    return np.array([[(a * b.conj()).real.mean(axis=0) for b in spectra] for a in spectra])


def _calm_blocks(blocks: Blocks) -> npt.NDArray[np.bool_]:
    """The calmest blocks of every light; those that lack more than others are texture."""
    shown, light = np.maximum(blocks.shared, 0) + 1e-9, blocks.light
    sure = np.flatnonzero((light > _DARKEST) & (light < _LIGHTEST))
    calm = np.zeros(len(blocks), bool)
    if len(sure) < FEWEST:
        return calm
    calmest = shown[sure]
    limit = max(_LIVELIER * np.quantile(calmest, 0.15), np.quantile(calmest, 0.1)) + 1e-12
    parts = np.array_split(sure[np.argsort(light[sure])], _PARTS)
    for part in parts:
        calm[part[shown[part] <= np.quantile(shown[part], _CALM)]] = True
    calm &= shown <= limit
    return calm


def _is_flat_art(blocks: Blocks, calm: npt.NDArray[np.bool_]) -> bool:
    return float(np.median(energy(blocks.power_old[calm], SEEN))) < _DRAWN**2


def _like_others(lack: Numbers, light: Numbers) -> npt.NDArray[np.bool_]:
    """Noise is much the same in all calm blocks of a light, texture is not."""
    keep = np.ones(len(lack), bool)
    parts = [part for part in np.array_split(np.argsort(light), _PARTS) if len(part)]
    low = [max(float(np.quantile(lack[part], 0.25)), 0.0) for part in parts]
    for i, part in enumerate(parts):
        beside = low[max(0, i - 1) : i] + low[i + 1 : i + 2]
        level = min(low[i], _BESIDE * max(beside, default=low[i]))
        keep[part] = lack[part] <= _LIKE * level + _LOST**2
    return keep


def _share_of_grain(lack: Numbers, light: Numbers) -> float:
    """Share of what is lacking that all calm blocks of a light lack; the rest is lost texture."""
    mean = float(lack.mean())
    if mean <= 0:
        return 1.0
    parts = [part for part in np.array_split(np.argsort(light), _PARTS) if len(part)]
    common = sum(max(float(np.quantile(lack[part], 0.3)), 0) * len(part) for part in parts)
    share = 1.08 * common / len(lack) / mean
    return float(np.clip(share, 0, 1) * np.clip((share - 0.25) / 0.15, 0, 1))


def calm_down(pixels: FloatPixels, share: float, noise: float) -> FloatPixels:
    """Take noise away where there is nothing else (Lee 1980).

    Parameters
    ----------
    pixels : array of float32, shape (h, w, 3)
    share : float
        How much of it.
    noise : float
        Its variance.
    """
    mean = cv2.blur(pixels, (5, 5))
    variance = cv2.blur(pixels * pixels, (5, 5)) - mean * mean
    flat = np.minimum(np.float32(1.5 * noise) / np.maximum(variance, 1e-9), 1)
    calmed: FloatPixels = pixels + np.float32(share) * flat * (mean - pixels)
    return calmed
