"""Find the drift of an answer from the context alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from seamfill.fit.place import IDENTITY, Matrix

if TYPE_CHECKING:
    from seamfill.picture import FloatPixels, SelectionMap

__all__ = ["register"]


def register(
    original: FloatPixels, answer: FloatPixels, context: FloatPixels
) -> tuple[Matrix, bool, float]:
    """Estimate the affine map from region pixels to pixels of the answer laid over the region."""
    h, w = context.shape
    best = IDENTITY
    for longest in (96, 192, 384, 768):
        scale = min(1.0, longest / max(w, h))
        small = (max(8, round(w * scale)), max(8, round(h * scale)))
        old, new = _detail(original, small), _detail(answer, small)
        mask = cv2.resize(context, small, interpolation=cv2.INTER_AREA)
        best = _ecc(old, new, (mask > 0.9).astype(np.uint8), best, (small[0] / w, small[1] / h))
    before, after = (
        _match(old, new, mask, IDENTITY),
        _match(old, new, mask, _scaled(best, (small[0] / w, small[1] / h))),
    )
    if after < 0.5 or after < before:
        return IDENTITY, before >= 0.5, max(0.0, before)
    return best, True, after


def _detail(pixels: FloatPixels, size: tuple[int, int]) -> FloatPixels:
    grey = cv2.cvtColor(
        cv2.resize(pixels[..., :3], size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY
    )
    detail: FloatPixels = grey - cv2.GaussianBlur(grey, (0, 0), 6)
    return detail


def _scaled(matrix: Matrix, scale: tuple[float, float]) -> Matrix:
    up = np.array([[scale[0], 0, (scale[0] - 1) / 2], [0, scale[1], (scale[1] - 1) / 2], [0, 0, 1]])
    full: Matrix = up @ np.vstack([matrix, [0, 0, 1]]) @ np.linalg.inv(up)
    return full[:2]


def _ecc(
    old: FloatPixels,
    new: FloatPixels,
    mask: SelectionMap,
    start: Matrix,
    scale: tuple[float, float],
) -> Matrix:
    guess = _scaled(start, scale).astype(np.float32)
    try:
        _, found = cv2.findTransformECC(old, new, guess, cv2.MOTION_AFFINE, (3, 40, 1e-5), mask, 3)
    except cv2.error:
        return start
    return _scaled(found.astype(np.float64), (1 / scale[0], 1 / scale[1]))


def _match(old: FloatPixels, new: FloatPixels, mask: FloatPixels, matrix: Matrix) -> float:
    h, w = old.shape
    moved = cv2.warpAffine(new, matrix, (w, h), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    a, b = old[mask > 0.9], moved[mask > 0.9]
    if a.size < 64:
        return 0.0
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum() + 1e-12))
