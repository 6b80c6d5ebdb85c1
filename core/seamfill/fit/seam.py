"""A score for seams that needs no truth to compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from seamfill.picture import FloatPixels, SelectionMap

__all__ = ["seam_step"]

_BAND = 3
_SECTORS = 64


def seam_step(pixels: FloatPixels, selection: SelectionMap) -> float:
    """Step across the selection's edge relative to the steps beside it.

    The edge is cut into sectors by angle. In each, the mean Lab colours of a band 3 px wide on
    either side of the edge are compared, and so are bands farther in and farther out.

    Parameters
    ----------
    pixels : array of float32, shape (h, w, 3 or more)
        The composed picture.
    selection : array of uint8, shape (h, w)

    Returns
    -------
    float
        About 1 where the edge is like any other place; 1 where there is nothing to compare.
    """
    inside = (selection >= 128).astype(np.uint8)
    ys, xs = np.nonzero(inside)
    if not len(xs) or len(xs) == inside.size:
        return 1.0
    reach = 6 * _BAND
    top, left = max(0, ys.min() - reach), max(0, xs.min() - reach)
    part = np.s_[top : ys.max() + reach + 1, left : xs.max() + reach + 1]
    inside = np.ascontiguousarray(inside[part])
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 3) - cv2.distanceTransform(
        1 - inside, cv2.DIST_L2, 3
    )
    near = np.abs(depth) < reach
    band = np.floor(np.where(depth > 0, depth - 1, depth) / _BAND).astype(int)[near]
    y, x = np.nonzero(near)
    angle = np.arctan2(y - (ys.mean() - top), x - (xs.mean() - left))
    sector = ((angle / (2 * np.pi) + 0.5) * _SECTORS).astype(int) % _SECTORS
    colours = cv2.cvtColor(
        np.clip(np.ascontiguousarray(pixels[part][..., :3]), 0, 1), cv2.COLOR_RGB2LAB
    )[near]
    bands = 2 * reach // _BAND + 2
    index = sector * bands + band + bands // 2
    count = np.bincount(index, minlength=bands * _SECTORS)
    sums = [np.bincount(index, colours[:, i], minlength=count.size) for i in range(3)]
    means = (np.stack(sums, -1) / np.maximum(count, 1)[:, None]).reshape(_SECTORS, bands, 3)
    there = (count >= 4).reshape(_SECTORS, bands)

    def steps(at: int) -> tuple[float, int]:
        both = there[:, at] & there[:, at - 1]
        return float(np.linalg.norm(means[both, at] - means[both, at - 1], axis=1).sum()), int(
            both.sum()
        )

    middle = bands // 2
    edge, edges = steps(middle)
    beside = [steps(middle + offset) for offset in (-4, -3, 3, 4)]
    others, number = sum(s for s, _ in beside), sum(n for _, n in beside)
    if not edges or not number:
        return 1.0
    return (edge / edges + 0.05) / (others / number + 0.05)
