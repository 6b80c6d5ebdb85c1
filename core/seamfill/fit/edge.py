"""The layer mask: how old and new mix, inside the selection only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from seamfill.picture import FloatPixels, SelectionMap

__all__ = ["edge_mask"]

_NARROW, _WIDE = 4.0, 36.0


def edge_mask(
    original: FloatPixels, fitted: FloatPixels, selection: SelectionMap, width: float | None
) -> SelectionMap:
    """Mix over a wide edge where old and new agree, over a narrow one where they do not."""
    if width == 0:
        return selection.copy()
    depth = cv2.distanceTransform(
        (selection > 0).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE
    )
    if width is not None:
        alpha = _ramp(depth, width)
    else:
        apart = cv2.blur(np.abs(fitted[..., :3] - original).max(axis=2), (9, 9))
        agree = cv2.GaussianBlur(np.exp(-((apart / 0.04) ** 2)), (0, 0), 6)
        alpha = agree * _ramp(depth, _WIDE) + (1 - agree) * _ramp(depth, _NARROW)
    mask: SelectionMap = np.minimum(np.rint(alpha * selection), selection).astype(np.uint8)
    return mask


def _ramp(depth: FloatPixels, width: float) -> FloatPixels:
    t = np.clip(depth / np.float32(width + 1), 0, 1)
    ramp: FloatPixels = t * t * (3 - 2 * t)
    return ramp
