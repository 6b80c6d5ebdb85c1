"""From answer pixels to region pixels, in one resampling.

A transform is a 2 x 3 matrix that maps the centre of a region pixel to a point of the answer.
Pixel centres lie at whole numbers; the edges of a picture of width w lie at -0.5 and w - 0.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from seamfill.geometry import Size

if TYPE_CHECKING:
    from seamfill.picture import FloatPixels, Pixels

__all__ = [
    "IDENTITY",
    "Matrix",
    "as_float",
    "as_tuple",
    "compose",
    "laid_over",
    "resample",
    "size_of",
]

Matrix = npt.NDArray[np.float64]
IDENTITY: Matrix = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
# A drift smaller than this costs less than the blur of undoing it.
_STILL = 0.04


def size_of(pixels: Pixels) -> Size:
    """Width and height of an array of pixels."""
    return Size(pixels.shape[1], pixels.shape[0])


def as_float(pixels: Pixels) -> FloatPixels:
    """Pixels as float32, 0..1; the same array where they are that already."""
    if pixels.dtype == np.float32:
        return pixels
    return pixels.astype(np.float32) * np.float32(1 / np.iinfo(pixels.dtype).max)


def as_tuple(matrix: Matrix) -> tuple[float, float, float, float, float, float]:
    """The numbers of a transform, row by row."""
    a, b, c, d, e, f = map(float, matrix.ravel())
    return a, b, c, d, e, f


def compose(outer: Matrix, inner: Matrix) -> Matrix:
    """The transform that applies `inner`, then `outer`."""
    composed: Matrix = outer @ np.vstack([inner, [0.0, 0.0, 1.0]])
    return composed


def laid_over(region: Size, answer: Size, layout: str = "stretched") -> Matrix:
    """How an answer lies over its region before any drift.

    Parameters
    ----------
    region, answer : Size
    layout : str
        ``"stretched"``: all of the answer is all of the region. ``"cropped"``: it is the region's
        middle. ``"letterboxed"``: the region is the answer's middle.
    """
    sx, sy = answer.w / region.w, answer.h / region.h
    if layout == "cropped":
        sx = sy = max(sx, sy)
    elif layout == "letterboxed":
        sx = sy = min(sx, sy)
    return np.array(
        [
            [sx, 0.0, (answer.w - 1) / 2 - sx * (region.w - 1) / 2],
            [0.0, sy, (answer.h - 1) / 2 - sy * (region.h - 1) / 2],
        ]
    )


def resample(
    answer: FloatPixels, matrix: Matrix, size: Size, warp: FloatPixels | None = None
) -> FloatPixels:
    """Sample an answer at the region's pixels.

    Parameters
    ----------
    answer : array of float32
    matrix : Matrix
        From region pixels to answer pixels.
    size : Size
        Of the region.
    warp : array of float32, shape (h, w, 2), optional
        What to add to a region pixel's x and y before the matrix is applied.

    Returns
    -------
    array of float32
        The answer itself where nothing moves.
    """
    if warp is None and size == size_of(answer) and _moves(matrix, size) < _STILL:
        return answer
    if warp is None:
        flags = cv2.INTER_LANCZOS4 | cv2.WARP_INVERSE_MAP
        moved: FloatPixels = cv2.warpAffine(
            answer, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE
        )
        return moved
    x, y = np.meshgrid(np.arange(size.w, dtype=np.float32), np.arange(size.h, dtype=np.float32))
    x += warp[..., 0]
    y += warp[..., 1]
    m = matrix.astype(np.float32)
    map_x, map_y = m[0, 0] * x + m[0, 1] * y + m[0, 2], m[1, 0] * x + m[1, 1] * y + m[1, 2]
    warped: FloatPixels = cv2.remap(
        answer, map_x, map_y, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REPLICATE
    )
    return warped


def _moves(matrix: Matrix, size: Size) -> float:
    """The largest distance by which a transform moves a corner."""
    corners = np.array([[0, size.w - 1, 0, size.w - 1], [0, 0, size.h - 1, size.h - 1], [1] * 4])
    moved: float = np.abs(matrix @ corners - corners[:2]).max()
    return moved
