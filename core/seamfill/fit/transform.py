"""From answer pixels to region pixels, in one resampling.

A transform is a 2 x 3 matrix that maps the centre of a region pixel to a point of the answer.
Pixel centres lie at whole numbers; the edges of a picture of width w lie at -0.5 and w - 0.5.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from seamfill.geometry import Size

if TYPE_CHECKING:
    from seamfill.image.arrays import FloatPixels, Pixels, SelectionMap

__all__ = [
    "IDENTITY",
    "Matrix",
    "as_float",
    "as_tuple",
    "concatenate",
    "covered",
    "farthest",
    "laid_over",
    "preview",
    "resample",
    "samples_of",
    "size_of",
]

Matrix = npt.NDArray[np.float64]
# Rows that are sampled at once: where to sample them stays in the processor's cache.
_STRIP = 64
# An answer larger by less than this was not enlarged on purpose.
_AS_LARGE = 0.02
IDENTITY: Matrix = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def size_of(pixels: Pixels) -> Size:
    """Width and height of an array of pixels.

    Parameters
    ----------
    pixels : array, shape (h, w[, channels])

    Returns
    -------
    Size
    """
    return Size(pixels.shape[1], pixels.shape[0])


def as_float(pixels: Pixels) -> FloatPixels:
    """Pixels as float32, 0..1; the same array where they are that already.

    Parameters
    ----------
    pixels : array of uint8, uint16 or float32

    Returns
    -------
    array of float32
    """
    if pixels.dtype == np.float32:
        return pixels
    return pixels.astype(np.float32) * np.float32(1 / np.iinfo(pixels.dtype).max)


def as_tuple(matrix: Matrix) -> tuple[float, float, float, float, float, float]:
    """The numbers of a transform, row by row.

    Parameters
    ----------
    matrix : Matrix

    Returns
    -------
    tuple of six float
    """
    a, b, c, d, e, f = map(float, matrix.ravel())
    return a, b, c, d, e, f


def concatenate(outer: Matrix, inner: Matrix) -> Matrix:
    """The transform that applies `inner`, then `outer`.

    Parameters
    ----------
    outer, inner : Matrix

    Returns
    -------
    Matrix
    """
    both: Matrix = outer @ np.vstack([inner, [0.0, 0.0, 1.0]])
    return both


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


def preview(answer: FloatPixels, base: Matrix, size: Size, layout: str) -> FloatPixels:
    """An answer laid over its region: quick, to measure on and to compare with.

    Parameters
    ----------
    answer : array of float32, shape (h, w, 3)
    base : Matrix
        From `laid_over`.
    size : Size
        Of the region.
    layout : str
        See `laid_over`.

    Returns
    -------
    array of float32, shape (size.h, size.w, 3)
    """
    if size == size_of(answer):
        return answer
    laid: FloatPixels
    if layout == "stretched":
        how = cv2.INTER_AREA if answer.shape[0] > size.h else cv2.INTER_LINEAR
        laid = cv2.resize(answer, size, interpolation=how)
    else:
        laid = cv2.warpAffine(
            answer,
            base,
            size,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    return laid


def samples_of(base: Matrix) -> int:
    """How many samples along each axis make a region pixel where an answer is larger.

    By how the answer lies over its region before any drift: a zoom of a few percent that the fit
    finds must not change how sharp the patch becomes, and the upload was made for this way back.

    Parameters
    ----------
    base : Matrix
        As `laid_over` makes it.
    """
    zoom = float(np.sqrt(abs(np.linalg.det(base[:, :2]))))
    return max(1, math.ceil(zoom - _AS_LARGE))


def resample(
    answer: FloatPixels,
    matrix: Matrix,
    size: Size,
    samples: int,
    warp: FloatPixels | None = None,
    shown: tuple[slice, slice] = (slice(None), slice(None)),
) -> FloatPixels:
    """Sample an answer at the region's pixels, once.

    With Lanczos' kernel where it shows, since OpenCV's cubic one moves pixels by up to 0.04; the
    rest, which only a hand-painted mask could bring out, takes the quickest.

    Parameters
    ----------
    answer : array of float32
        Where it has alpha, colours are weighted by it.
    matrix : Matrix
        From region pixels to answer pixels.
    size : Size
        Of the region.
    samples : int
        So many by as many make a region pixel, see `samples_of`.
    warp : array of float32, shape (h, w, 2), optional
        What to add to a region pixel's x and y before the matrix is applied.
    shown : tuple of slice
        Rows and columns that show.

    Returns
    -------
    array of float32
        The answer itself where nothing moves.
    """
    if warp is None and size == size_of(answer) and farthest(matrix, size) < 1e-3:
        return answer
    if answer.shape[2] == 4:
        return _straight(_resampled(_multiplied(answer), matrix, size, samples, warp, shown))
    return _resampled(answer, matrix, size, samples, warp, shown)


def _resampled(
    answer: FloatPixels,
    matrix: Matrix,
    size: Size,
    samples: int,
    warp: FloatPixels | None,
    shown: tuple[slice, slice],
) -> FloatPixels:
    """Each channel for itself."""
    whole = _sampled(answer, matrix, size, warp, cv2.INTER_LINEAR)
    part = whole[shown]
    local = concatenate(
        matrix, np.array([[1, 0, shown[1].start or 0], [0, 1, shown[0].start or 0]])
    )
    bent = None if warp is None else warp[shown]
    offsets = (np.arange(samples) + 0.5) / samples - 0.5
    part[:] = 0
    for dy, dx in itertools.product(offsets, offsets):
        offset = np.array([[1, 0, dx], [0, 1, dy]])
        part += _sampled(
            answer, concatenate(local, offset), size_of(part), bent, cv2.INTER_LANCZOS4
        )
    part *= np.float32(1 / samples**2)
    return whole


def _sampled(
    answer: FloatPixels, matrix: Matrix, size: Size, warp: FloatPixels | None, kernel: int
) -> FloatPixels:
    """One sample for each pixel of the region or a part of it."""
    sampled: FloatPixels
    edge = cv2.BORDER_REPLICATE
    if warp is None:
        flags = kernel | cv2.WARP_INVERSE_MAP
        sampled = cv2.warpAffine(answer, matrix, size, flags=flags, borderMode=edge)
        return sampled
    sampled = np.empty((size.h, size.w, answer.shape[2]), np.float32)
    m = matrix.astype(np.float32)
    columns = np.arange(size.w, dtype=np.float32)[None, :]
    for top in range(0, size.h, _STRIP):
        strip = warp[top : top + _STRIP]
        x = strip[..., 0] + columns
        y = strip[..., 1] + np.arange(top, top + len(strip), dtype=np.float32)[:, None]
        map_x, map_y = m[0, 0] * x + m[0, 1] * y + m[0, 2], m[1, 0] * x + m[1, 1] * y + m[1, 2]
        at = sampled[top : top + len(strip)]
        cv2.remap(answer, map_x, map_y, kernel, dst=at, borderMode=edge)
    return sampled


def covered(matrix: Matrix, size: Size, answer: Size, slack: float) -> SelectionMap:
    """Where the answer reaches: 1, give or take `slack` of its pixels; else 0.

    Parameters
    ----------
    matrix : Matrix
        From region pixels to answer pixels.
    size : Size
        Of the region.
    answer : Size
    slack : float
    """

    def within(x: npt.NDArray[np.float32], y: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
        at_x, at_y = m[0, 0] * x + m[0, 1] * y + m[0, 2], m[1, 0] * x + m[1, 1] * y + m[1, 2]
        inside: npt.NDArray[np.bool_] = (at_x > -slack) & (at_x < answer.w - 1 + slack)
        inside &= (at_y > -slack) & (at_y < answer.h - 1 + slack)
        return inside

    m = matrix.astype(np.float32)
    x = np.arange(size.w, dtype=np.float32)[None, :]
    y = np.arange(size.h, dtype=np.float32)[:, None]
    # What holds for all corners holds for all between them.
    if within(x[:, [0, -1]], y[[0, -1]]).all():
        return np.ones((size.h, size.w), np.uint8)
    reached: SelectionMap = within(x, y).astype(np.uint8)
    return reached


def farthest(matrix: Matrix, size: Size) -> float:
    """The largest distance by which a transform moves a corner.

    Parameters
    ----------
    matrix : Matrix
    size : Size
        Of the picture whose corners count.

    Returns
    -------
    float
        In pixels.
    """
    corners = np.array([[0, size.w - 1, 0, size.w - 1], [0, 0, size.h - 1, size.h - 1], [1] * 4])
    moved: float = np.abs(matrix @ corners - corners[:2]).max()
    return moved


def _multiplied(pixels: FloatPixels) -> FloatPixels:
    multiplied = pixels.copy()
    multiplied[..., :3] *= pixels[..., 3:]
    return multiplied


def _straight(multiplied: FloatPixels) -> FloatPixels:
    alpha = np.clip(multiplied[..., 3:], 0, 1)
    straight = multiplied.copy()
    straight[..., :3] /= np.maximum(alpha, 1e-3)
    straight[..., 3:] = alpha
    return straight
