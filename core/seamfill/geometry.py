"""Size, Box; which region is uploaded, at which size, and the exact way back.

Pure: no input or output, no pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Box", "Placement", "Size", "SizeRule", "plan_uploads"]


class Size(NamedTuple):
    """Width and height in pixels, both at least 1."""

    w: int
    h: int


class Box(NamedTuple):
    """A rectangle in source pixels; may reach beyond the source."""

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
        """What both cover; with a width or height of 0 where they do not meet."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Box(x, y, max(0, right - x), max(0, bottom - y))

    def union(self, other: Box) -> Box:
        """The smallest box that holds both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        right, bottom = max(self.right, other.right), max(self.bottom, other.bottom)
        return Box(x, y, right - x, bottom - y)

    def slices(self, within: Box) -> tuple[slice, slice]:
        """Rows and columns of the box in an array that covers another box which holds it."""
        return (
            slice(self.y - within.y, self.bottom - within.y),
            slice(self.x - within.x, self.right - within.x),
        )

    def moved(self, dx: int, dy: int) -> Box:
        """The same rectangle elsewhere."""
        return Box(self.x + dx, self.y + dy, self.w, self.h)


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
    max_edge : int
        The longest side allowed.
    max_ratio : float
        Longest side by shortest, at most.
    """

    fixed: tuple[Size, ...] = ()
    multiple: int = 16
    min_pixels: int = 655_360
    max_pixels: int = 8_294_400
    max_edge: int = 3840
    max_ratio: float = 3.0


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
    """

    region: Box
    size: Size

    @property
    def resampled(self) -> bool:
        """Whether the upload is scaled at all."""
        return self.region.size != self.size


def plan_uploads(
    source: Size,
    selection: Box,
    rule: SizeRule,
    context: str | Box = "auto",
    size: Size | None = None,
) -> tuple[Placement, ...]:
    """Choose region and upload size.

    Parameters
    ----------
    source : Size
        The source's size in pixels.
    selection : Box
        Bounds of the selection, in source pixels, inside the source.
    rule : SizeRule
        What the model takes.
    context : str or Box
        ``"auto"``, ``"25%"`` of the selection's mean side, ``"120px"`` on each side, ``"layer"``
        for the whole source, or a box that the region is to cover.
    size : Size, optional
        The upload size the user asked for; chosen when omitted.

    Returns
    -------
    tuple of Placement
        In the order in which they are to be sent; one unless the selection has to be tiled.
    """
    raise NotImplementedError
