"""The layer mask: how old and new mix, inside the selection only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from seamfill.image.arrays import FloatPixels, SelectionMap

__all__ = ["depth_of", "edge_mask"]

# Pixels over which old and new mix where they agree, and at most where they do not.
_WIDE, _NARROW = 36.0, 5.0
# How far along the edge a mismatch of the context is taken to go on.
_NEAR = 10.0
_UNIT = np.float32(1 / 255)
# What differs by more than this shows different things, however much the context differs.
_ALIKE = 32 * _UNIT


def edge_mask(
    original: FloatPixels,
    fitted: FloatPixels,
    selection: SelectionMap,
    context: SelectionMap,
    width: float | None,
    depth: FloatPixels,
) -> SelectionMap:
    """Mix old and new along the edge.

    What is left of a mismatch in the context beside the edge would show as a step, and mixing
    hides it. So the edge is as wide as that mismatch asks for: nothing is mixed where there is
    none; over a wide edge where old and new differ no more inside than outside; over a narrow one
    where they show different things, so that nothing of the old ghosts back. Where the selection
    is feathered, its own feather is the edge.

    Parameters
    ----------
    original, fitted : array of float32, shape (h, w, 3 or more)
    selection : array of uint8, shape (h, w)
    context : array of uint8, shape (h, w)
        1 where both should show the same.
    width : float, optional
        A fixed width in pixels; adaptive if None.
    depth : array of float32, shape (h, w)
        As `depth_of` makes it.

    Returns
    -------
    array of uint8, shape (h, w)
        At most the selection.
    """
    if width == 0 or not selection.size:
        return selection.copy()
    if width is not None:
        alpha = _ramp(depth, np.float32(width))
    else:
        alpha = _adaptive(original, fitted, context, depth)
    mask: SelectionMap = np.minimum(np.rint(alpha * selection), selection).astype(np.uint8)
    return mask


def _adaptive(
    original: FloatPixels, fitted: FloatPixels, context: SelectionMap, depth: FloatPixels
) -> FloatPixels:
    red, green, blue = cv2.split(cv2.absdiff(np.ascontiguousarray(fitted[..., :3]), original))
    apart = cv2.max(cv2.max(red, green), blue)
    beside = _spread(apart, context)
    local = cv2.blur(apart, (5, 5))
    alike = np.minimum(2 * beside + _UNIT, _ALIKE)
    agree = np.exp(-((local / alike) ** 2)).astype(np.float32)
    agree = cv2.GaussianBlur(cv2.erode(agree, np.ones((7, 7), np.uint8)), (0, 0), 2)
    narrow = np.clip((beside - _UNIT) / (2 * _UNIT), 0, _NARROW)
    wide = np.clip((beside - _UNIT / 2) / _UNIT * 12, 0, _WIDE)
    alpha: FloatPixels = agree * _ramp(depth, wide) + (1 - agree) * _ramp(depth, narrow)
    return alpha


def _spread(values: FloatPixels, where: SelectionMap) -> FloatPixels:
    """The mean of values near each pixel, taken only where they count."""
    share = where.astype(np.float32)
    total = cv2.GaussianBlur(values * share, (0, 0), _NEAR, borderType=cv2.BORDER_CONSTANT)
    count = cv2.GaussianBlur(share, (0, 0), _NEAR, borderType=cv2.BORDER_CONSTANT)
    spread: FloatPixels = total / np.maximum(count, 1e-6)
    return spread


def depth_of(selection: SelectionMap) -> FloatPixels:
    """Distance to the selection's hard border; feathered borders do not count.

    Parameters
    ----------
    selection : array of uint8, shape (h, w)

    Returns
    -------
    array of float32, shape (h, w)
        Infinite where there is none.
    """
    near = np.ones((3, 3), np.uint8)
    partial = ((selection > 0) & (selection < 255)).astype(np.uint8)
    feather = cv2.dilate(cv2.erode(partial, near), np.ones((7, 7), np.uint8))
    hard = ((selection > 0) & (feather == 0)).astype(np.uint8)
    outside = (selection == 0) & (cv2.dilate(hard, near) > 0)
    if not outside.any():
        return np.full(selection.shape, np.inf, np.float32)
    depth: FloatPixels = cv2.distanceTransform(
        (~outside).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE
    )
    return depth


def _ramp(depth: FloatPixels, width: FloatPixels | np.float32) -> FloatPixels:
    """From 0 outside to 1, over `width` pixels inside."""
    t = np.clip(depth / (width + 1), 0, 1)
    ramp: FloatPixels = t * t * (3 - 2 * t)
    return ramp
