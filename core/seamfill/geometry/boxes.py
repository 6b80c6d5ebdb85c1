"""Rectangles, sizes, and the rules that models have for sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Box", "Placement", "Size", "SizeRule"]


class Size(NamedTuple):
    """Width and height.

    Parameters
    ----------
    w, h : int
        In pixels, both at least 1.
    """

    w: int
    h: int


class Box(NamedTuple):
    """A rectangle; may reach beyond the source.

    Parameters
    ----------
    x, y : int
        Its left column and top row in source pixels, from 0.
    w, h : int
        Width and height in source pixels.
    """

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        """The first column to the right of the box."""
        return self.x + self.w

    @property
    def bottom(self) -> int:
        """The first row below the box."""
        return self.y + self.h

    @property
    def size(self) -> Size:
        """Width and height."""
        return Size(self.w, self.h)

    def intersection(self, other: Box) -> Box:
        """What both cover; with a width or height of 0 where they do not meet.

        Parameters
        ----------
        other : Box

        Returns
        -------
        Box
        """
        x, y = max(self.x, other.x), max(self.y, other.y)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Box(x, y, max(0, right - x), max(0, bottom - y))

    def union(self, other: Box) -> Box:
        """The smallest box that holds both.

        Parameters
        ----------
        other : Box

        Returns
        -------
        Box
        """
        x, y = min(self.x, other.x), min(self.y, other.y)
        right, bottom = max(self.right, other.right), max(self.bottom, other.bottom)
        return Box(x, y, right - x, bottom - y)

    def slices(self, within: Box) -> tuple[slice, slice]:
        """Rows and columns of the box in an array that covers another box which holds it.

        Parameters
        ----------
        within : Box
            What the array covers.

        Returns
        -------
        tuple of slice
        """
        return (
            slice(self.y - within.y, self.bottom - within.y),
            slice(self.x - within.x, self.right - within.x),
        )

    def moved(self, dx: int, dy: int) -> Box:
        """The same rectangle elsewhere.

        Parameters
        ----------
        dx, dy : int
            Pixels to the right and down.

        Returns
        -------
        Box
        """
        return Box(self.x + dx, self.y + dy, self.w, self.h)

    def grown(self, margin: int) -> Box:
        """The same rectangle with a margin on every side.

        Parameters
        ----------
        margin : int
            In pixels.

        Returns
        -------
        Box
        """
        return Box(self.x - margin, self.y - margin, self.w + 2 * margin, self.h + 2 * margin)

    def contains(self, other: Box) -> bool:
        """Whether all of the other box lies inside.

        Parameters
        ----------
        other : Box

        Returns
        -------
        bool
        """
        return self.intersection(other) == other


@dataclass(frozen=True)
class SizeRule:
    """Which upload sizes a model takes.

    Parameters
    ----------
    fixed : tuple of Size
        If not empty, one of these; the rest of the rule does not count then.
    multiple : int
        Width and height are multiples of this.
    min_pixels, max_pixels : int
        Bounds of width x height.
    min_edge, max_edge : int
        The shortest and the longest side allowed.
    max_ratio : float
        Longest side by shortest, at most.
    """

    fixed: tuple[Size, ...] = ()
    multiple: int = 16
    min_pixels: int = 655_360
    max_pixels: int = 8_294_400
    min_edge: int = 1
    max_edge: int = 3840
    max_ratio: float = 3.0

    def allows(self, size: Size) -> bool:
        """Whether the model takes an upload of this size.

        Parameters
        ----------
        size : Size

        Returns
        -------
        bool
        """
        if self.fixed:
            return size in self.fixed
        return (
            size.w % self.multiple == 0
            and size.h % self.multiple == 0
            and self.min_pixels <= size.w * size.h <= self.max_pixels
            and self.min_edge <= min(size)
            and max(size) <= self.max_edge
            and max(size) <= self.max_ratio * min(size)
        )


@dataclass(frozen=True)
class Placement:
    """One upload of an edit: where it comes from and how large it is sent.

    Parameters
    ----------
    region : Box
        The rectangle of the source, in source pixels; the part beyond the source is filled by
        extending its edge.
    size : Size
        The upload's size in pixels.
    selection : Box
        The part of the selection that this upload is to fill, in source pixels, inside `region`.
        Parts of neighbouring tiles overlap: in the overlap the later one covers the earlier, and
        its edge mixes them, as an edge mixes old and new anywhere else.
    """

    region: Box
    size: Size
    selection: Box

    @property
    def resampled(self) -> bool:
        """Whether the upload is scaled at all."""
        return self.region.size != self.size
