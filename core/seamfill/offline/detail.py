"""Detail for a hole that was filled at a smaller size.

Scaling down loses the finest detail. Each block of the coarse filling looks like some block of
its surroundings, since that is what it was made from; that block's detail is laid over it.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["with_detail"]

_BLOCK = 8  # pixels of the coarse picture
_STEP = 4  # from block to block in the hole, so that they overlap by half
_SOURCES = 8000  # blocks that are compared with; more cost time and look the same
_CHUNK = 1024  # blocks compared at once, for memory's sake

Image = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]


def with_detail(
    part: Image, coarse: Image, coarse_gap: npt.NDArray[np.bool_], factor: int, seed: int
) -> Image:
    """Enlarge a coarse filling, with the detail of the surroundings.

    Parameters
    ----------
    part : array of uint8, shape (h, w, 3)
        The picture; what lies in the hole does not count.
    coarse : array of uint8, shape (h // factor, w // factor, 3)
        Filled.
    coarse_gap : array of bool, shape (h // factor, w // factor)
        Where it was filled.
    factor : int
        By how much it is smaller.
    seed : int
        Chooses the blocks that are compared with.

    Returns
    -------
    array of uint8, shape (h, w, 3)
        Sensible in the hole.
    """
    h, w = part.shape[:2]
    smooth: Floats = cv2.resize(coarse, (w, h), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    sources = _sources(coarse_gap, seed)
    if not len(sources):
        return smooth.clip(0, 255).astype(np.uint8)
    targets = _targets(coarse_gap)
    chosen = sources[_nearest(_described(coarse, targets), _described(coarse, sources))]
    detail = part.astype(np.float32) - smooth
    smooth += _laid(detail, targets * factor, chosen * factor, _BLOCK * factor)
    return smooth.clip(0, 255).round().astype(np.uint8)


def _sources(gap: npt.NDArray[np.bool_], seed: int) -> Places:
    """Corners (row, column) of some blocks that keep clear of the hole."""
    # One pixel more on each side, since enlarging looks at neighbours.
    near = cv2.dilate(gap.astype(np.uint8), np.ones((3, 3), np.uint8))
    sums = cv2.integral(near)
    b = _BLOCK
    held = sums[b:, b:] - sums[:-b, b:] - sums[b:, :-b] + sums[:-b, :-b]
    clear: Places = np.argwhere(held == 0)
    if len(clear) <= _SOURCES:
        return clear
    return clear[np.random.default_rng(seed).choice(len(clear), _SOURCES, replace=False)]


def _targets(gap: npt.NDArray[np.bool_]) -> Places:
    """Corners of blocks that cover the hole."""
    h, w = gap.shape
    rows = np.append(np.arange(0, h - _BLOCK, _STEP), h - _BLOCK)
    columns = np.append(np.arange(0, w - _BLOCK, _STEP), w - _BLOCK)
    sums = cv2.integral(gap.astype(np.uint8))
    corners: Places = np.stack(np.meshgrid(rows, columns, indexing="ij"), -1).reshape(-1, 2)
    r, c = corners.T
    b = _BLOCK
    held = sums[r + b, c + b] - sums[r, c + b] - sums[r + b, c] + sums[r, c]
    covering: Places = corners[held > 0]
    return covering


def _described(image: Image, corners: Places) -> Floats:
    """Blocks as vectors: the means of their 2 by 2 pixels."""
    means: Floats = cv2.blur(image, (2, 2), anchor=(0, 0)).astype(np.float32)
    offsets = np.arange(0, _BLOCK, 2)
    rows = corners[:, 0, None, None] + offsets[:, None]
    columns = corners[:, 1, None, None] + offsets
    vectors: Floats = means[rows, columns].reshape(len(corners), -1)
    return vectors


def _nearest(targets: Floats, sources: Floats) -> Places:
    """For each target the index of the source that looks most alike."""
    lengths = (sources**2).sum(1) / 2
    chunks = np.array_split(targets, max(1, len(targets) // _CHUNK))
    return np.concatenate([(chunk @ sources.T - lengths).argmax(1) for chunk in chunks])


def _laid(detail: Floats, targets: Places, sources: Places, side: int) -> Floats:
    """Blocks of detail copied from sources to targets, overlapping."""
    ramp = np.sin(np.pi * (np.arange(side, dtype=np.float32) + 0.5) / side)
    window = (ramp[:, None] * ramp)[..., None]
    laid = np.zeros_like(detail)
    power = np.full((*detail.shape[:2], 1), 1e-6, np.float32)
    for (row, column), (from_row, from_column) in zip(targets, sources, strict=True):
        block = detail[from_row : from_row + side, from_column : from_column + side]
        laid[row : row + side, column : column + side] += block * window
        power[row : row + side, column : column + side] += window**2
    # Detail of different blocks adds up like noise: by its power.
    laid /= np.sqrt(power)
    return laid
