"""A score for seams that needs no truth to compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from seamfill.image.arrays import FloatPixels, SelectionMap

__all__ = ["Seam", "seam_step"]

_BAND, _SECTORS = 3, 64
# Bands on either side, and those whose steps an edge is compared with.
_REACH = 6 * _BAND
_BANDS = 2 * _REACH // _BAND + 2
_MIDDLE = _BANDS // 2
_OUTSIDE, _INSIDE = (_MIDDLE - 4, _MIDDLE - 3), (_MIDDLE + 3, _MIDDLE + 4)
# Pixels that make a band; and a step that nobody sees, so that flat colours do not divide by 0.
_FEWEST, _FAINT = 4, 0.3
# Neighbouring sectors that a local step goes on over, and of which most have to be there; and a
# local step that nobody minds.
_RUN, _MOST_OF_RUN, _HARMLESS = 5, 4, 1.0


def seam_step(pixels: FloatPixels, selection: SelectionMap) -> float:
    """Step across the selection's edge relative to the steps beside it.

    The edge is cut into sectors by angle. In each, the mean Lab colours of a band 3 px wide on
    either side of the edge are compared, and so are neighbouring bands farther out, where nothing
    was changed (farther in, where the selection leaves no room outside). The score is the median
    step at the edge by the median step beside it.

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
    seam = Seam(selection)
    return seam.step(pixels[seam.at])


class Seam:
    """A selection's edge, where several pictures can be measured.

    Parameters
    ----------
    selection : array of uint8, shape (h, w)

    Attributes
    ----------
    at : tuple of array
        Rows and columns of the pixels that count.
    """

    def __init__(self, selection: SelectionMap) -> None:
        inside = (selection >= 128).astype(np.uint8)
        depth = cv2.distanceTransform(inside, cv2.DIST_L2, 3)
        depth -= cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3)
        y, x = self.at = np.nonzero(np.abs(depth) < _REACH)
        signed = depth[y, x]
        self._band = np.floor(np.where(signed > 0, signed - 1, signed) / _BAND).astype(np.intp)
        sums = cv2.moments(inside, binaryImage=True)
        area = max(sums["m00"], 1)
        angle = np.arctan2(y - sums["m01"] / area, x - sums["m10"] / area)
        self._sector = ((angle / (2 * np.pi) + 0.5) * _SECTORS).astype(np.intp) % _SECTORS

    def step(self, colours: FloatPixels) -> float:
        """As `seam_step`, of a picture's colours at the pixels that count.

        Parameters
        ----------
        colours : array of float32, shape (n, 3)
            0..1.

        Returns
        -------
        float
        """
        if not colours.size:
            return 1.0
        means, there = self._means(colours)
        edge, outside = _steps(means, there, (_MIDDLE,)), _steps(means, there, _OUTSIDE)
        beside = outside if outside.size >= _SECTORS // 4 else _steps(means, there, _INSIDE)
        if not edge.size or not beside.size:
            return 1.0
        return float((np.median(edge) + _FAINT) / (np.median(beside) + _FAINT))

    def local_step(self, colours: FloatPixels, answer: FloatPixels) -> float:
        """The strongest step on a part of the edge that the answer itself does not have.

        What a composed picture steps by across the edge, and the fitted answer does not, was made
        by composing them: a shadow that stays outside, a cast of a part. The largest of its means
        over five neighbouring sectors is what counts, since displaced detail averages out in it.

        Parameters
        ----------
        colours, answer : array of float32, shape (n, 3)
            Of the composed picture and of the fitted answer, 0..1.

        Returns
        -------
        float
            By the usual step beside the edge; 0 for none.
        """
        if not colours.size:
            return 0.0
        (composed, there), (own, _) = self._means(colours), self._means(answer)
        added = composed[:, _MIDDLE] - composed[:, _MIDDLE - 1]
        added -= own[:, _MIDDLE] - own[:, _MIDDLE - 1]
        both = there[:, _MIDDLE] & there[:, _MIDDLE - 1]
        runs = (np.arange(_SECTORS)[:, None] + np.arange(_RUN)) % _SECTORS
        count = both[runs].sum(axis=1)
        mean = (added * both[:, None])[runs].sum(axis=1) / np.maximum(count, 1)[:, None]
        strongest = np.linalg.norm(mean, axis=1)[count >= _MOST_OF_RUN].max(initial=0)
        beside = _steps(composed, there, (*_OUTSIDE, *_INSIDE))
        usual = float(np.median(beside)) if beside.size else 0.0
        return float(strongest) / (usual + _HARMLESS)

    def _means(self, colours: FloatPixels) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
        lab = cv2.cvtColor(np.clip(colours[None, :, :3], 0, 1), cv2.COLOR_RGB2LAB)[0]
        return _means(lab, self._sector, self._band)


def _means(
    colours: FloatPixels, sector: npt.NDArray[np.intp], band: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Mean colour of each band in each sector, and whether there is enough of it."""
    index = sector * _BANDS + band + _MIDDLE
    count = np.bincount(index, minlength=_BANDS * _SECTORS)
    sums = [np.bincount(index, colours[:, i], minlength=count.size) for i in range(3)]
    means = np.stack(sums, axis=-1) / np.maximum(count, 1)[:, None]
    return means.reshape(_SECTORS, _BANDS, 3), (count >= _FEWEST).reshape(_SECTORS, _BANDS)


def _steps(
    means: npt.NDArray[np.float64], there: npt.NDArray[np.bool_], bands: tuple[int, ...]
) -> npt.NDArray[np.float64]:
    """The steps from the band before to each of these, in every sector that has both."""
    steps = []
    for at in bands:
        both = there[:, at] & there[:, at - 1]
        steps.append(np.linalg.norm(means[both, at] - means[both, at - 1], axis=1))
    found: npt.NDArray[np.float64] = np.concatenate(steps)
    return found
