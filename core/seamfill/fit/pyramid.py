"""Both pictures at one scale, as registration sees them: luminance without its slow changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from seamfill.fit.original import grey_of, parted, scaled, share_of, still_of
from seamfill.fit.transform import IDENTITY

if TYPE_CHECKING:
    from seamfill.fit.original import Original
    from seamfill.fit.transform import Matrix
    from seamfill.image.arrays import FloatPixels, SelectionMap

__all__ = ["Level", "Pair", "agreement", "moved", "through"]

# Single pixels are noise, and too fine for differences to be slopes.
_BLUR = 1.4
_COARSE = 256
# At this longest side, fewer pixels of context than that, or fainter ones, tell nothing.
_TELLING, _FEWEST, _FAINTEST = 192, 300, 1 / 255


@dataclass(frozen=True)
class Level:
    """One scale of the pair.

    Parameters
    ----------
    old, new : array of float32, shape (h, w)
        High-passed luminance of the original and of the answer laid over it, with the drift that
        is known already undone.
    light : array of float32, shape (h, w)
        The slow changes of the original's luminance.
    context : array of bool, shape (h, w)
        Where they should be the same.
    to_region : Matrix
        From this level's pixels to region pixels.
    """

    old: FloatPixels
    new: FloatPixels
    light: FloatPixels
    context: npt.NDArray[np.bool_]
    to_region: Matrix

    @property
    def fine(self) -> bool:
        """Whether it is so fine that slow changes of tone would be taken for displacements."""
        return bool(max(self.old.shape) > _COARSE)

    def outward(self, drift: Matrix) -> Matrix:
        """A drift in pixels of this level, in region pixels.

        Parameters
        ----------
        drift : Matrix

        Returns
        -------
        Matrix
        """
        up = np.vstack([self.to_region, [0, 0, 1]])
        found: Matrix = (up @ np.vstack([drift, [0, 0, 1]]) @ np.linalg.inv(up))[:2]
        return found


class Pair:
    """A region and the answer laid over it, and what is context.

    Parameters
    ----------
    original : Original
    answer : array of float32, shape (h, w, 3 or more)
    context : array of uint8, shape (h, w), optional
        1 where both should show the same; the original's evidence if omitted.
    """

    def __init__(
        self, original: Original, answer: FloatPixels, context: SelectionMap | None = None
    ) -> None:
        self.size = original.size
        self._original = original
        self._new = grey_of(answer, (original.grey.shape[1], original.grey.shape[0]))
        self._own = None if context is None else share_of(context)

    def telling(self) -> bool:
        """Whether the context holds anything that a match could be seen by."""
        level = self.at(_TELLING, IDENTITY)
        seen = level.old[level.context]
        return bool(seen.size >= _FEWEST and seen.std() > _FAINTEST)

    def share(self, size: tuple[int, int]) -> FloatPixels:
        """How much of each cell of a grid is context, 0..1.

        Parameters
        ----------
        size : tuple of (int, int)
            Columns and rows of the grid.

        Returns
        -------
        array of float32, shape (rows, columns)
        """
        context = self._original.share if self._own is None else self._own
        share: FloatPixels = cv2.resize(context, size, interpolation=cv2.INTER_AREA)
        return share

    def at(self, longest: int, drift: Matrix, blur: float = _BLUR) -> Level:
        """The pair at one scale, with a drift undone.

        Parameters
        ----------
        longest : int
            Pixels of the longest side, unless the region is smaller.
        drift : Matrix
            What is known already, in region pixels.
        blur : float
            What is blurred away, as a standard deviation in pixels of the scale.
        """
        w, h = size = scaled(self.size, longest)
        sx, sy = self.size[0] / w, self.size[1] / h
        to_region = np.array([[sx, 0, (sx - 1) / 2], [0, sy, (sy - 1) / 2]])
        if self._own is None:
            still = self._original.still(longest, blur)
        else:
            still = still_of(self._original.grey, self._own, size, blur)
        new = cv2.resize(self._new, size, interpolation=cv2.INTER_AREA)
        inward = through(to_region, drift)
        sure = still.sure * (moved(np.ones_like(new), inward) > 0.95)
        detail, _ = parted(moved(new, inward), sure, blur)
        return Level(still.detail, detail, still.light, sure > 0, to_region)


def through(to_region: Matrix, drift: Matrix) -> Matrix:
    """A drift in region pixels, in the pixels of a level.

    Parameters
    ----------
    to_region : Matrix
        From the level's pixels to the region's.
    drift : Matrix
        In region pixels.

    Returns
    -------
    Matrix
    """
    up = np.vstack([to_region, [0, 0, 1]])
    found: Matrix = (np.linalg.inv(up) @ np.vstack([drift, [0, 0, 1]]) @ up)[:2]
    return found


def moved(picture: FloatPixels, matrix: Matrix) -> FloatPixels:
    """A picture sampled where a transform says; 0 beyond its borders.

    Linearly, since OpenCV's larger kernels are off by up to 0.04 px.

    Parameters
    ----------
    picture : array of float32, shape (h, w[, channels])
    matrix : Matrix
        From pixels of the result to those of the picture.

    Returns
    -------
    array of float32
    """
    size = picture.shape[1], picture.shape[0]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    result: FloatPixels = cv2.warpAffine(picture, matrix, size, flags=flags)
    return result


def agreement(old: FloatPixels, new: FloatPixels, where: npt.NDArray[np.bool_]) -> float:
    """How alike two high-passed pictures are: their normalised correlation, 0..1.

    Parameters
    ----------
    old, new : array of float32, shape (h, w)
    where : array of bool, shape (h, w)
        The pixels that count.

    Returns
    -------
    float
    """
    a, b = old[where], new[where]
    power = float(np.sqrt((a @ a) * (b @ b)))
    return max(0.0, float(a @ b) / power) if power > 0 else 0.0
