"""Pictures and masks that a script hands over in memory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seamfill.errors import BadInput
from seamfill.geometry import Box, Size
from seamfill.image.arrays import to_uint8
from seamfill.image.colour import space_of
from seamfill.image.decoding import damage_reported, eight_bits
from seamfill.image.metadata import Metadata
from seamfill.image.reading import SourceFile, selection_from
from seamfill.image.source import Source

if TYPE_CHECKING:
    from PIL import Image

    from seamfill.image.arrays import Pixels
    from seamfill.image.source import Selection

__all__ = ["mask_from_memory", "source_from_memory"]

_PICTURE, _MASK = Path("picture"), Path("mask")


def source_from_memory(picture: Image.Image | Pixels) -> SourceFile:
    """Take a picture to edit.

    Parameters
    ----------
    picture : PIL.Image.Image or array of shape (h, w[, channels])
        An array holds uint8, uint16 or float32 (0..1). An image is read in its profile's colours;
        an indexed one as RGB or RGBA.

    Raises
    ------
    BadInput
        If it is none.
    """
    pixels, profile = _array(picture, _PICTURE)
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    kinds = (np.uint8, np.uint16, np.float32)
    if (
        pixels.ndim != 3
        or not pixels.size
        or pixels.shape[2] not in (1, 2, 3, 4)
        or pixels.dtype not in kinds
    ):
        raise BadInput(
            f"An array of shape {pixels.shape} and type {pixels.dtype} is not a picture.",
            "Give rows, columns and 1 to 4 channels of uint8, uint16 or float32.",
        )
    if pixels.dtype.kind == "f" and not np.isfinite(pixels).all():
        raise BadInput("The picture holds values that are infinite or no numbers.", "Replace them.")
    size = Size(pixels.shape[1], pixels.shape[0])
    space = space_of(profile, pixels.shape[2])
    return SourceFile(
        _PICTURE, Source(size, Box(0, 0, *size), pixels, space), Metadata(icc_profile=profile)
    )


def mask_from_memory(mask: Image.Image | Pixels, size: Size) -> Selection:
    """Take a selection.

    Parameters
    ----------
    mask : PIL.Image.Image or array of uint8 or bool, shape (h, w[, channels])
        With alpha, transparent = edit; without, white = edit.
    size : Size
        The source's size.

    Raises
    ------
    BadInput
        If it is none, has another size or selects nothing.
    """
    values, _profile = _array(mask, _MASK)
    if values.dtype == bool:
        values = values.astype(np.uint8) * np.uint8(255)
    if values.ndim == 3 and values.shape[2]:
        values = 255 - values[..., -1] if values.shape[2] in (2, 4) else values[..., 0]
    if values.ndim != 2 or values.dtype != np.uint8 or values.shape[::-1] != size:
        raise BadInput(
            f"The mask is an array of shape {values.shape} and type {values.dtype}.",
            f"Give one of uint8 or bool with {size.h} rows and {size.w} columns.",
        )
    return selection_from(values)


def _array(given: Any, name: Path) -> tuple[Pixels, bytes | None]:
    """Pixels, and the profile that an image carries."""
    from PIL import Image

    if not isinstance(given, Image.Image):
        return np.asarray(given), None
    profile = given.info.get("icc_profile") or None
    with damage_reported(name):
        if given.mode.startswith("I;16"):
            pixels: Pixels = np.asarray(given).astype(np.uint16)
        else:
            pixels = np.asarray(given) if given.mode == "F" else eight_bits(name, given)
    return to_uint8(pixels) if name is _MASK else pixels, profile
