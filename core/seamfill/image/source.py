"""Pixels in memory: a source, a selection, a patch.

Arrays are rows, columns, channels. Colours are coded as in the source's own space, sRGB where it
names none; never linear. A source may be at hand only in part, so that nothing grows with pixels
that are not edited.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seamfill.geometry import Box

if TYPE_CHECKING:
    from seamfill.geometry import Size
    from seamfill.image.arrays import Pixels, SelectionMap
    from seamfill.image.colour import ColourSpace

__all__ = ["Selection", "Source"]


@dataclass(frozen=True)
class Source:
    """The picture that is edited, or the part of it that is at hand.

    Parameters
    ----------
    size : Size
        Of the whole source.
    box : Box
        The part that `pixels` covers.
    pixels : array, shape (box.h, box.w, channels)
        uint8, uint16 or float32 (0..1); 1 channel is grey, 2 grey and alpha, 3 RGB, 4 RGBA.
    space : ColourSpace, optional
        Of the colours; sRGB when omitted.
    """

    size: Size
    box: Box
    pixels: Pixels
    space: ColourSpace | None = None

    def read(self, box: Box) -> Pixels:
        """Pixels of a box, which may reach beyond the source: its edge is extended there.

        Parameters
        ----------
        box : Box
            In source pixels.

        Returns
        -------
        array, shape (box.h, box.w, channels)
            In the source's own type; a view where nothing had to be extended.
        """
        inside = box.intersection(self.box)
        if inside == box:
            return self.pixels[box.slices(self.box)]
        rows = np.clip(np.arange(box.y, box.bottom), self.box.y, self.box.bottom - 1) - self.box.y
        columns = np.clip(np.arange(box.x, box.right), self.box.x, self.box.right - 1) - self.box.x
        extended: Pixels = self.pixels[np.ix_(rows, columns)]
        return extended


@dataclass(frozen=True)
class Selection:
    """What is to be edited: one value a pixel, 0 = untouched, 255 = fully selected.

    Parameters
    ----------
    box : Box
        The part that `values` covers, in source pixels; all else is 0.
    values : array of uint8, shape (box.h, box.w)
        How much each pixel is selected.
    """

    box: Box
    values: SelectionMap

    def read(self, box: Box, part: Box | None = None) -> SelectionMap:
        """Values of a box; 0 where the selection does not reach.

        Parameters
        ----------
        box : Box
            In source pixels.
        part : Box, optional
            Take the selection to end there: what one upload of several is to fill, in source
            pixels (`Placement.selection`).

        Returns
        -------
        array of uint8, shape (box.h, box.w)
        """
        inside = box.intersection(self.box if part is None else self.box.intersection(part))
        values = np.zeros((box.h, box.w), np.uint8)
        if inside.w and inside.h:
            values[inside.slices(box)] = self.values[inside.slices(self.box)]
        return values

    def islands(self) -> list[Box]:
        """Bounds of the selection's separate parts, in source pixels.

        Returns
        -------
        list of Box
            Parts within 32 px of each other may count as one.
        """
        import cv2

        cell = 32
        h, w = self.values.shape
        padded = np.pad(self.values, ((0, -h % cell), (0, -w % cell)))
        cells = padded.reshape(padded.shape[0] // cell, cell, -1, cell).max(axis=(1, 3))
        count, labels = cv2.connectedComponents((cells > 0).astype(np.uint8))
        found = []
        for label in range(1, count):
            rows, columns = np.nonzero(labels == label)
            y, x = rows.min() * cell, columns.min() * cell
            part = padded[y : (rows.max() + 1) * cell, x : (columns.max() + 1) * cell]
            own = labels[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] == label
            ys, xs = np.nonzero(part * own.repeat(cell, axis=0).repeat(cell, axis=1))
            box = Box(int(xs.min()), int(ys.min()), int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1)
            found.append(box.moved(int(x) + self.box.x, int(y) + self.box.y))
        return found


def outside(box: Box, size: Size) -> SelectionMap:
    """Mark what lies beyond a source.

    Parameters
    ----------
    box : Box
    size : Size
        Of the whole source.

    Returns
    -------
    array of uint8, shape (box.h, box.w)
        255 beyond the source, 0 inside.
    """
    beyond = np.full((box.h, box.w), 255, np.uint8)
    inside = box.intersection(Box(0, 0, *size))
    beyond[inside.slices(box)] = 0
    return beyond
