"""The slow change of light across a picture, such as that of a sky that darkens upwards.

PatchMatch copies from wherever the texture is alike, and the light may differ there. With the
light's trend taken off before and put back after, it cannot copy the wrong light.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["trend_of"]

_SMOOTH = 3.0  # pixels; texture below this size is no light
_SAMPLES = 12_000  # pixels that a surface of ten numbers is fitted to
_TOLERANCE = 6.0  # levels; a pixel much further from the surface belongs to an object
_ROUNDS = 12
_LEFT = 14.0  # levels; light may differ so much from a cubic surface
_BROAD = 8.0  # pixels over which that difference is smoothed
_SHARE = 0.5  # of the surroundings that has to follow the trend, or there is none

Image = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


def trend_of(part: Image, gap: npt.NDArray[np.bool_]) -> Floats:
    """Find the trend of the light.

    A cubic surface is fitted to what surrounds the gap by iteratively reweighted least squares with
    Cauchy weights [1]_. What is left of all that lies near the surface is smoothed and carried on
    across the gap by pulling it to coarser sizes and pushing it back [2]_; objects are left out.

    Parameters
    ----------
    part : array of uint8, shape (h, w, 3)
    gap : array of bool, shape (h, w)
        Where the picture is to be filled; what is there does not count.

    Returns
    -------
    array of float32, shape (h, w, 3)
        Around 0; all 0 where most of the surroundings follows no common trend.

    References
    ----------
    .. [1] P. W. Holland, R. E. Welsch, "Robust regression using iteratively reweighted
       least-squares", Communications in Statistics 6(9), 1977.
    .. [2] S. J. Gortler, R. Grzeszczuk, R. Szeliski, M. F. Cohen, "The Lumigraph", SIGGRAPH 1996.
    """
    known = ~gap
    smooth = _smoothed(part, known)
    places = np.flatnonzero(known)
    places = places[:: max(1, len(places) // _SAMPLES)]
    basis = _basis(gap.shape)
    near, values = basis.reshape(-1, basis.shape[-1])[places], smooth.reshape(-1, 3)[places]
    weights = np.ones(len(places))
    scale = 8 * _TOLERANCE  # wide at first, so that the majority is found wherever it starts
    for _round in range(_ROUNDS):
        root = np.sqrt(weights)[:, None]
        surface, *_rest = np.linalg.lstsq(near * root, values * root, rcond=None)
        distance = np.abs(values - near @ surface).max(axis=1)
        weights = 1 / (1 + (distance / scale) ** 2)
        scale = max(_TOLERANCE, scale / 1.6)
    if (distance < 2 * _TOLERANCE).mean() < _SHARE:
        return np.zeros(part.shape, np.float32)
    trend: Floats = (basis @ surface).astype(np.float32)
    left = smooth - trend
    follows = known / (1 + (np.abs(left).max(axis=2) / _LEFT) ** 4)
    trend += _carried_on(left, follows.astype(np.float32))
    trend -= trend.mean(axis=(0, 1))
    return trend


def _carried_on(values: Floats, weight: Floats) -> Floats:
    """Smooth values that have a weight, and carry them on to where there is none."""
    total = cv2.GaussianBlur(values * weight[..., None], (0, 0), _BROAD)
    return _spread(total, cv2.GaussianBlur(weight, (0, 0), _BROAD))


def _spread(weighted: Floats, weight: Floats) -> Floats:
    """Pull to coarser sizes until something is known everywhere, then push back."""
    h, w = weight.shape
    own = weighted / np.maximum(weight, 1e-6)[..., None]
    if min(h, w) < 4:
        mean: Floats = weighted.sum((0, 1)) / max(float(weight.sum()), 1e-6)
        return np.broadcast_to(mean, weighted.shape)
    size = ((w + 1) // 2, (h + 1) // 2)
    coarse = _spread(cv2.pyrDown(weighted, dstsize=size), cv2.pyrDown(weight, dstsize=size))
    beyond = cv2.resize(np.ascontiguousarray(coarse), (w, h), interpolation=cv2.INTER_LINEAR)
    trust = np.minimum(4 * weight, 1)[..., None]
    spread: Floats = own * trust + beyond * (1 - trust)
    return spread


def _smoothed(part: Image, known: npt.NDArray[np.bool_]) -> Floats:
    weight = cv2.GaussianBlur(known.astype(np.float32), (0, 0), _SMOOTH)
    total = cv2.GaussianBlur(part.astype(np.float32) * known[..., None], (0, 0), _SMOOTH)
    smooth: Floats = total / np.maximum(weight, 1e-6)[..., None]
    return smooth


def _basis(shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """All products of powers of row and column up to the third, shape (h, w, 10)."""
    y, x = (
        2 * grid / max(1, side - 1) - 1 for grid, side in zip(np.indices(shape), shape, strict=True)
    )
    return np.stack([y**i * x**j for i in range(4) for j in range(4 - i)], axis=-1)
