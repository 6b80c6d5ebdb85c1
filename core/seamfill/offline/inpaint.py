"""Filling a hole with the texture around it.

PatchMatch [1]_, in the implementation of PyPatchMatch. It knows nothing of prompts: it continues
what surrounds the hole.

.. [1] C. Barnes, E. Shechtman, A. Finkelstein, D. B. Goldman, "PatchMatch: A Randomized
   Correspondence Algorithm for Structural Image Editing", ACM Transactions on Graphics 28(3),
   2009.
"""

from __future__ import annotations

import math
import threading

import numpy as np
import numpy.typing as npt

__all__ = ["fill"]

_PATCH = 3  # radius in pixels: sharpest texture of 2..7 on holes of 90 to 300 pixels
_MIN_CONTEXT = 96  # pixels on each side of the hole
_MAX_PIXELS = 700_000  # of the part that is searched; about two seconds on one core

_lock = threading.Lock()  # the native code keeps one seed for the whole process

Image = npt.NDArray[np.uint8]


def fill(image: Image, hole: npt.NDArray[np.generic], seed: int = 0) -> Image:
    """Fill a hole from its surroundings.

    Parameters
    ----------
    image : array of uint8, shape (h, w, 3)
        RGB.
    hole : array, shape (h, w)
        True or not 0 where to fill.
    seed : int
        Another seed gives another filling.

    Returns
    -------
    array of uint8, shape (h, w, 3)
        Equal to `image` wherever there is no hole.

    Raises
    ------
    ValueError
        If the hole leaves nothing to continue from.
    """
    inside = np.asarray(hole) != 0
    filled = image.copy()
    if not inside.any():
        return filled
    rows, columns = _window(inside)
    part, gap = image[rows, columns], inside[rows, columns]
    if gap.all():
        raise ValueError("the hole leaves nothing to continue from")
    trend = _trend(part, gap)
    level = np.rint(np.clip(part - trend, 0, 255)).astype(np.uint8)
    patch = _at_size(level, gap, seed) + trend
    filled[rows, columns][gap] = np.rint(np.clip(patch[gap], 0, 255))
    return filled


def _window(inside: npt.NDArray[np.bool_]) -> tuple[slice, slice]:
    """The hole and its context: as much again on each side as the hole is wide."""
    slices = []
    for axis in (1, 0):
        (taken,) = np.nonzero(inside.any(axis=axis))
        low, high = int(taken[0]), int(taken[-1]) + 1
        context = max(_MIN_CONTEXT, (high - low) // 2)
        length = inside.shape[1 - axis]
        slices.append(slice(max(0, low - context), min(length, high + context)))
    return slices[0], slices[1]


def _trend(part: Image, gap: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """The light's trend; it is so smooth that a smaller picture tells it as well."""
    from seamfill.offline.light import trend_of

    factor = _factor(gap)
    if factor == 1:
        return trend_of(part, gap)
    import cv2

    h, w = gap.shape
    coarse, coarse_gap = _coarse(part, gap, factor)
    trend = cv2.resize(trend_of(coarse, coarse_gap), None, fx=factor, fy=factor)
    return np.asarray(trend[:h, :w], np.float32)


def _at_size(part: Image, gap: npt.NDArray[np.bool_], seed: int) -> Image:
    """Fill at a size that takes seconds, not minutes."""
    factor = _factor(gap)
    if factor == 1:
        return _inpaint(part, gap, seed)
    from seamfill.offline.detail import with_detail

    h, w = gap.shape
    coarse, coarse_gap = _coarse(part, gap, factor)
    filled = _inpaint(coarse, coarse_gap, seed)
    return with_detail(_padded(part, factor), filled, coarse_gap, factor, seed)[:h, :w]


def _factor(gap: npt.NDArray[np.bool_]) -> int:
    """By how much smaller a part is searched."""
    return math.ceil(math.sqrt(gap.size / _MAX_PIXELS))


def _coarse(
    part: Image, gap: npt.NDArray[np.bool_], factor: int
) -> tuple[Image, npt.NDArray[np.bool_]]:
    """Part and gap at the smaller size; a pixel that holds any of the hole is hole.

    Unless that leaves nothing: then a pixel is known that holds anything known.
    """
    import cv2

    part, known = _padded(part, factor), _padded(1 - gap.astype(np.uint8), factor)
    size = part.shape[1] // factor, part.shape[0] // factor
    coarse = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
    share = cv2.resize(known.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    if (share == 1).any():
        return coarse, share < 1
    total = cv2.resize(part * known[..., None], size, interpolation=cv2.INTER_AREA)
    mean = np.rint(total / np.maximum(share, 1e-6)[..., None])
    return np.clip(mean, 0, 255).astype(np.uint8), share == 0


def _padded(part: Image, factor: int) -> Image:
    """The same with its edge repeated, so that coarse and fine pixels align."""
    import cv2

    below, beside = -part.shape[0] % factor, -part.shape[1] % factor
    return np.asarray(cv2.copyMakeBorder(part, 0, below, 0, beside, cv2.BORDER_REPLICATE), np.uint8)


def _inpaint(part: Image, gap: npt.NDArray[np.bool_], seed: int) -> Image:
    from patchmatch import patch_match

    with _lock:
        patch_match.set_random_seed(seed)
        return np.asarray(patch_match.inpaint(part, gap, patch_size=_PATCH), np.uint8)
