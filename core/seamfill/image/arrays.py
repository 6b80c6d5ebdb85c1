"""Arrays of pixels: their types, and what is done to any of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["FloatPixels", "Pixels", "SelectionMap", "extend_edges", "to_uint8"]

Pixels = npt.NDArray[Any]
FloatPixels = npt.NDArray[np.float32]
SelectionMap = npt.NDArray[np.uint8]


def to_uint8(pixels: Pixels) -> Pixels:
    """Bring pixels to 8 bits, rounding.

    Parameters
    ----------
    pixels : array of uint8, uint16 or float32 (0..1)

    Returns
    -------
    array of uint8, same shape
    """
    if pixels.dtype == np.uint8:
        return pixels
    if pixels.dtype == np.uint16:
        return ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
    rounded: Pixels = np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
    return rounded


def extend_edges(pixels: Pixels, known: npt.NDArray[np.bool_]) -> Pixels:
    """Give every unknown pixel the value of the nearest known one.

    Parameters
    ----------
    pixels : array, shape (h, w, channels)
    known : array of bool, shape (h, w)
        False where the source is transparent.

    Returns
    -------
    array, shape (h, w, channels)
        The same array where nothing or everything is unknown.
    """
    if known.all() or not known.any():
        return pixels
    import cv2

    unknown = (~known).astype(np.uint8)
    _, labels = cv2.distanceTransformWithLabels(
        unknown, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    nearest = np.zeros(int(labels.max()) + 1, np.intp)
    at = np.flatnonzero(known)
    nearest[labels.ravel()[at]] = at
    flat = pixels.reshape(-1, pixels.shape[2])
    extended: Pixels = flat[nearest[labels]]
    return extended
