"""Picture files: a source to edit, and the mask and markup that go with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from seamfill.errors import BadInput
from seamfill.geometry import Box, Size
from seamfill.image.arrays import to_uint8
from seamfill.image.colour import space_of
from seamfill.image.decoding import MOST_BYTES, decode
from seamfill.image.metadata import Metadata
from seamfill.image.source import Selection, Source

if TYPE_CHECKING:
    from pathlib import Path

    from seamfill.image.arrays import SelectionMap

__all__ = [
    "SourceFile",
    "box_selection",
    "read_markup",
    "read_mask",
    "read_source",
    "selection_from",
]


@dataclass(frozen=True)
class SourceFile:
    """A picture file, read.

    Parameters
    ----------
    path : Path
        Where it lies.
    source : Source
        Its pixels, upright: an orientation in the EXIF data has been carried out.
    metadata : Metadata
        What else it tells.
    """

    path: Path
    source: Source
    metadata: Metadata = field(default_factory=Metadata)


def read_source(path: Path) -> SourceFile:
    """Read a picture to edit.

    Parameters
    ----------
    path : Path
        PNG, JPEG, WebP, TIFF, GIF, BMP, PPM or AVIF; grey, RGB or indexed, with or without alpha,
        8 bits, or 16 bits or floating point in PNG and TIFF.

    Returns
    -------
    SourceFile
        An indexed picture comes as RGB or RGBA; one of less than 8 bits as one of 8.

    Raises
    ------
    BadInput
        If it is missing, no picture, damaged, too large, or cannot be kept exactly.
    """
    pixels, metadata = decode(path, _content(path))
    size = Size(pixels.shape[1], pixels.shape[0])
    space = space_of(metadata.icc_profile, pixels.shape[2])
    return SourceFile(path, Source(size, Box(0, 0, *size), pixels, space), metadata)


def read_mask(path: Path, size: Size) -> Selection:
    """Read a selection from a mask file.

    Parameters
    ----------
    path : Path
        A picture of the source's size. With alpha it is read as the API reads it
        (transparent = edit); without, white = edit.
    size : Size
        The source's size.

    Returns
    -------
    Selection
        Cut to its bounds.

    Raises
    ------
    BadInput
        If it cannot be read, has another size or selects nothing.
    """
    from PIL import Image

    pixels = to_uint8(decode(path, _content(path), size, "mask")[0])
    if pixels.shape[2] in (2, 4):
        return selection_from(255 - pixels[..., -1])
    if pixels.shape[2] == 1:
        return selection_from(pixels[..., 0])
    return selection_from(np.asarray(Image.fromarray(pixels).convert("L")))


def read_markup(path: Path, size: Size) -> Source:
    """Read instructions that are drawn over a source.

    Parameters
    ----------
    path : Path
        A picture of the source's size, transparent where nothing is drawn.
    size : Size
        The source's size.

    Returns
    -------
    Source
        RGBA of 8 bits.

    Raises
    ------
    BadInput
        If it cannot be read, has another size or no transparency.
    """
    pixels = to_uint8(decode(path, _content(path), size, "markup")[0])
    if pixels.shape[2] not in (2, 4):
        raise BadInput(
            f"The markup {path.name} has no transparency, so it would hide the picture.",
            "Save it with alpha, transparent where nothing is drawn.",
        )
    if pixels.shape[2] == 2:
        pixels = pixels[..., [0, 0, 0, 1]]
    return Source(size, Box(0, 0, *size), np.ascontiguousarray(pixels))


def selection_from(values: SelectionMap) -> Selection:
    """Make a selection of a map over a whole source, cut to its bounds.

    Parameters
    ----------
    values : array of uint8, shape (h, w)
        0 where nothing is selected.

    Returns
    -------
    Selection

    Raises
    ------
    BadInput
        If nothing is selected.
    """
    rows, columns = np.flatnonzero(values.any(axis=1)), np.flatnonzero(values.any(axis=0))
    if not rows.size:
        raise BadInput(
            "The mask selects nothing.",
            "White (or, in a mask with alpha, transparent) marks what is to be edited.",
        )
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    box = Box(int(left), int(top), int(right - left), int(bottom - top))
    return Selection(box, values[top:bottom, left:right])


def box_selection(box: Box, size: Size) -> Selection:
    """Select a rectangle.

    Parameters
    ----------
    box : Box
    size : Size
        Of the source.

    Returns
    -------
    Selection

    Raises
    ------
    BadInput
        If it lies beside the picture.
    """
    inside = box.intersection(Box(0, 0, *size))
    if not (inside.w and inside.h):
        raise BadInput(
            f"The box {box.x},{box.y},{box.w},{box.h} lies outside the picture, "
            f"which is {size.w} × {size.h} pixels.",
            "Give a box X,Y,W,H that covers part of the picture.",
        )
    return Selection(inside, np.full((inside.h, inside.w), 255, np.uint8))


def _content(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise BadInput(f"{path} is no file.", "Check the path.")
        if path.stat().st_size > 2 * MOST_BYTES:
            raise BadInput(f"{path.name} is too large to be edited.", "Use a smaller picture.")
        return path.read_bytes()
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}.", "Check the path.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is no name of a file"
        raise BadInput(f"{path} cannot be read: {reason}.", "Check the file.") from None
