"""What a fit needs of the original alone: it can be made while the answer is awaited."""

from __future__ import annotations

from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from seamfill.fit.edge import depth_of
from seamfill.fit.seam import Seam
from seamfill.fit.transform import as_float, size_of

if TYPE_CHECKING:
    from seamfill.geometry import Size
    from seamfill.image.arrays import FloatPixels, Pixels, SelectionMap

__all__ = [
    "Original",
    "Still",
    "grey_of",
    "half_of",
    "parted",
    "scaled",
    "share_of",
    "still_of",
]

# The longest side, in pixels, at which anything is measured.
_FINEST = 960
# Scales, and what is blurred away, at which every answer is looked at.
_SCALES = ((96, 1.4), (192, 1.4), (384, 1.4), (768, 1.4), (480, 1.0))
# Of the longest side: shading that changes more slowly than this is no evidence of place.
_SLOW = 1 / 40
# How far from the selection a seam is compared with its surroundings, and textures are.
_BESIDE, _AROUND = 48, 96


class Still(NamedTuple):
    """One scale of the original, as registration sees it.

    Parameters
    ----------
    detail, light : array of float32, shape (h, w)
        Luminance without its slow changes, and these.
    sure : array of float32, shape (h, w)
        1 where it is context, else 0.
    """

    detail: FloatPixels
    light: FloatPixels
    sure: FloatPixels


class Original:
    """A region before its edit.

    Parameters
    ----------
    pixels : array of uint8, uint16 or float32 (0..1), shape (h, w, 3)
    selection : array of uint8, shape (h, w)
    known, painted : array of uint8, shape (h, w), optional
        As `seamfill.fit.fit` has them.

    Attributes
    ----------
    pixels : array of float32, shape (h, w, 3)
    size : Size
    selection, context, evidence : array of uint8, shape (h, w)
        Context shows what the answer should show, too; evidence is what the model did not paint of
        it.
    beside, around : tuple of slice
        Rows and columns of the selection, with its seam's and its texture's surroundings.
    """

    def __init__(
        self,
        pixels: Pixels,
        selection: SelectionMap,
        known: SelectionMap | None = None,
        painted: SelectionMap | None = None,
    ) -> None:
        self.pixels = as_float(pixels)
        self.size: Size = size_of(pixels)
        self.selection = selection
        self.context = _context_of(selection, known)
        self.evidence = self.context if painted is None else self.context * (painted == 0)
        self.beside = _around(selection, _BESIDE)
        self.around = _around(selection, _AROUND)
        self._stills: dict[tuple[int, float], Still] = {}

    def within(self, reached: SelectionMap) -> Original:
        """The same where only a part can be filled.

        Parameters
        ----------
        reached : array of uint8, shape (h, w)
            1 or 0.

        Returns
        -------
        Original
        """
        if reached.all():
            return self
        part = copy(self)
        for made in ("seam", "depth", "share"):
            part.__dict__.pop(made, None)
        part._stills = {}
        part.selection, part.context, part.evidence = (
            each * reached for each in (self.selection, self.context, self.evidence)
        )
        return part

    def prepare(self) -> None:
        """Make all that most answers need."""
        _ = self.seam, self.depth, self.half
        for longest, blur in _SCALES:
            self.still(longest, blur)

    @cached_property
    def seam(self) -> Seam:
        """The selection's edge."""
        return Seam(self.selection[self.beside])

    @cached_property
    def depth(self) -> FloatPixels:
        """Distance to the selection's hard border, beside the selection."""
        return depth_of(self.selection[self.beside])

    @cached_property
    def grey(self) -> FloatPixels:
        """Luminance at the finest scale at which anything is measured."""
        return grey_of(self.pixels, scaled(self.size, _FINEST))

    @cached_property
    def share(self) -> FloatPixels:
        """How much of each pixel of that scale is evidence, 0..1."""
        return share_of(self.evidence)

    @cached_property
    def half(self) -> FloatPixels:
        """At half its size."""
        return half_of(self.pixels)

    def still(self, longest: int, blur: float) -> Still:
        """One scale of it.

        Parameters
        ----------
        longest : int
            Pixels of the longest side, unless the region is smaller.
        blur : float
            What is blurred away, as a standard deviation in pixels of the scale.

        Returns
        -------
        Still
        """
        found = self._stills.get((longest, blur))
        if found is None:
            found = still_of(self.grey, self.share, scaled(self.size, longest), blur)
            self._stills[longest, blur] = found
        return found


def still_of(grey: FloatPixels, share: FloatPixels, size: tuple[int, int], blur: float) -> Still:
    """One scale of a region's luminance and of what is context in it.

    Parameters
    ----------
    grey, share : array of float32, shape (h, w)
    size : tuple of int
        Width and height of the scale.
    blur : float
        In its pixels.

    Returns
    -------
    Still
    """
    sure = (cv2.resize(share, size, interpolation=cv2.INTER_AREA) > 0.95).astype(np.float32)
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return Still(*parted(small, sure, blur), sure)


def parted(grey: FloatPixels, context: FloatPixels, blur: float) -> tuple[FloatPixels, FloatPixels]:
    """What differs from the mean of the context near by, and that mean.

    Nothing but context leaks into either.

    Parameters
    ----------
    grey, context : array of float32, shape (h, w)
    blur : float
        What is blurred away of the first, as a standard deviation in pixels.

    Returns
    -------
    detail, mean : array of float32, shape (h, w)
    """
    small = cv2.GaussianBlur(grey, (0, 0), blur)
    side = 2 * round(max(grey.shape) * _SLOW * 1.22) + 1
    total, share = (_slow(p, side) for p in (small * context, context))
    mean: FloatPixels = (total / np.maximum(share, 1e-3)).astype(np.float32)
    detail: FloatPixels = small - mean
    return detail, mean


def share_of(context: SelectionMap) -> FloatPixels:
    """How much of each pixel is context at the finest scale, 0..1.

    Parameters
    ----------
    context : array of uint8, shape (h, w)

    Returns
    -------
    array of float32
    """
    h, w = context.shape
    share: FloatPixels = cv2.resize(
        context * np.float32(1), scaled((w, h), _FINEST), interpolation=cv2.INTER_AREA
    )
    return share


def half_of(pixels: FloatPixels) -> FloatPixels:
    """Pixels at half their size.

    Parameters
    ----------
    pixels : array of float32, shape (h, w, ...)

    Returns
    -------
    array of float32
    """
    size = max(1, pixels.shape[1] // 2), max(1, pixels.shape[0] // 2)
    half: FloatPixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return half


def grey_of(pixels: FloatPixels, size: tuple[int, int]) -> FloatPixels:
    """Luminance at a size.

    Parameters
    ----------
    pixels : array of float32, shape (h, w, 3 or 4)
    size : tuple of int
        Width and height.

    Returns
    -------
    array of float32
    """
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    small: FloatPixels = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return small


def scaled(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """Width and height with a longest side, or those that are smaller.

    Parameters
    ----------
    size : tuple of int
    longest : int

    Returns
    -------
    tuple of int
    """
    scale = min(1.0, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _slow(picture: FloatPixels, side: int) -> FloatPixels:
    """Nearly a Gaussian blur: two boxes, at a cost that does not grow with their size."""
    blurred: FloatPixels = cv2.blur(cv2.blur(picture, (side, side)), (side, side))
    return blurred


def _context_of(selection: SelectionMap, known: SelectionMap | None) -> SelectionMap:
    """1 where the answer should show what the original shows."""
    away = cv2.dilate((selection > 0).astype(np.uint8), np.ones((7, 7), np.uint8))
    context: SelectionMap = 1 - away
    if known is not None:
        context[known == 0] = 0
    return context


def _around(selection: SelectionMap, reach: int) -> tuple[slice, slice]:
    """Rows and columns of the selection with so much around it."""
    x, y, w, h = cv2.boundingRect(selection)
    return (
        slice(max(0, y - reach), y + h + reach),
        slice(max(0, x - reach), x + w + reach),
    )
