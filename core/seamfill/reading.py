"""Picture files are read with their depth, their profile and what else they tell.

Eight bits a channel go through Pillow; more go through OpenCV, since Pillow cuts 16-bit colour down
to 8, and through tifffile, since OpenCV drops a TIFF's profile.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seamfill.colour import space_of
from seamfill.errors import BadInput
from seamfill.geometry import Box, Size
from seamfill.picture import Selection, Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PIL import Image

    from seamfill.picture import Pixels, SelectionMap

__all__ = [
    "SourceFile",
    "box_selection",
    "read_markup",
    "read_mask",
    "read_source",
]

_EIGHT_BIT_MODES = {"1": "L", "L": "L", "LA": "LA", "RGB": "RGB", "RGBA": "RGBA", "RGBX": "RGB"}
_ORIENTATION = 0x0112


@dataclass(frozen=True)
class SourceFile:
    """A picture file, read.

    Parameters
    ----------
    path : Path
        Where it lies.
    source : Source
        Its pixels, upright: an orientation in the EXIF data has been carried out.
    icc_profile : bytes or None
        The embedded colour profile.
    exif : bytes or None
        The EXIF data without the orientation.
    """

    path: Path
    source: Source
    icc_profile: bytes | None = None
    exif: bytes | None = None


def read_source(path: Path) -> SourceFile:
    """Read a picture to edit.

    Parameters
    ----------
    path : Path
        PNG, JPEG, WebP, TIFF or whatever else Pillow opens; grey, RGB or indexed, with or without
        alpha, 8 or 16 bits or floating point.

    Returns
    -------
    SourceFile
        An indexed picture comes as RGB or RGBA.

    Raises
    ------
    BadInput
        If it is missing, not a picture, or in a colour model that cannot be edited.
    """
    try:
        image = _opened(path)
    except _UnreadableByPillow:
        return _source_file(path, _deep_pixels(path), _tiff_profile(path), None)
    with image, _damage_reported(path):
        exif = image.getexif()
        orientation = exif.pop(_ORIENTATION, 1)
        pixels = _deep_pixels(path) if _is_deep(image, path) else _eight_bit_pixels(image, path)
        exif_bytes = exif.tobytes() if len(exif) else None
        profile = image.info.get("icc_profile")
        return _source_file(path, _upright(pixels, orientation), profile, exif_bytes)


def _source_file(
    path: Path, pixels: Pixels, icc_profile: bytes | None, exif: bytes | None
) -> SourceFile:
    size = Size(pixels.shape[1], pixels.shape[0])
    space = space_of(icc_profile, pixels.shape[2])
    return SourceFile(path, Source(size, Box(0, 0, *size), pixels, space), icc_profile, exif)


def read_mask(path: Path, size: Size) -> Selection:
    """Read a selection from a mask file.

    Parameters
    ----------
    path : Path
        A picture of the source's size. With alpha it is read as the API reads it (transparent =
        edit); without, white = edit.
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
    with _opened(path) as image, _damage_reported(path):
        if "A" in image.getbands() or "transparency" in image.info:
            values = 255 - np.asarray(image.convert("RGBA"))[..., 3]
        elif image.mode.startswith("I") or image.mode == "F":
            values = _mask_from_deep(np.asarray(image))
        else:
            values = np.asarray(image.convert("L"))
    _refuse_other_size("mask", path, values, size)
    return selection_from(values)


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
    with _opened(path) as image, _damage_reported(path):
        if not image.has_transparency_data:
            raise BadInput(
                f"The markup {path.name} has no transparency, so it would hide the picture.",
                "Save it with alpha, transparent where nothing is drawn.",
            )
        pixels = np.asarray(image.convert("RGBA"))
    _refuse_other_size("markup", path, pixels, size)
    return Source(size, Box(0, 0, *size), pixels)


def _refuse_other_size(what: str, path: Path, pixels: Pixels, size: Size) -> None:
    if (pixels.shape[1], pixels.shape[0]) != size:
        raise BadInput(
            f"The {what} {path.name} is {pixels.shape[1]} × {pixels.shape[0]} pixels, "
            f"the picture {size.w} × {size.h}.",
            f"Save the {what} in the picture's own size.",
        )


def selection_from(values: SelectionMap) -> Selection:
    """Make a selection of a map over a whole source, cut to its bounds.

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


def _not_a_picture(path: Path) -> tuple[str, str]:
    return f"{path.name} is not a picture that can be read.", "Use PNG, JPEG, WebP or TIFF."


class _UnreadableByPillow(BadInput):
    """Pillow does not know the format; OpenCV may, as with TIFFs of floating-point colour."""


@contextmanager
def _damage_reported(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, SyntaxError, ValueError):
        raise BadInput(f"{path.name} is damaged.", "Open and save it again.") from None


@contextmanager
def _no_bomb_limit() -> Iterator[None]:
    """Lift Pillow's limit: it guards against pictures from afar, not against the user's own."""
    from PIL import Image

    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _opened(path: Path) -> Image.Image:
    from PIL import Image, UnidentifiedImageError

    try:
        with _no_bomb_limit():
            return Image.open(path)
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}.", "Check the path.") from None
    except UnidentifiedImageError:
        raise _UnreadableByPillow(*_not_a_picture(path)) from None
    except OSError as error:
        reason = error.strerror or "it is damaged"
        raise BadInput(f"{path.name} cannot be read: {reason}.", "Check the file.") from None


def _tiff_profile(path: Path) -> bytes | None:
    import tifffile

    try:
        with tifffile.TiffFile(path) as file:
            tag = file.pages.first.tags.get("InterColorProfile")
            return bytes(tag.value) if tag else None
    except (tifffile.TiffFileError, AttributeError, OSError, ValueError):
        return None


def _is_deep(image: Image.Image, path: Path) -> bool:
    if image.mode.startswith(("I", "F")):
        return True
    if image.format == "PNG":
        with path.open("rb") as file:
            header = file.read(25)
        return header[24:] == b"\x10"  # IHDR's bit depth (PNG specification, 11.2.1)
    if image.format == "TIFF":
        bits = getattr(image, "tag_v2", {}).get(258, (8,))  # BitsPerSample
        return bool(max(bits if isinstance(bits, tuple) else (bits,)) > 8)
    return False


def _deep_pixels(path: Path) -> Pixels:
    import cv2

    try:
        pixels = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:  # such as for an empty file
        pixels = None
    if pixels is None:
        raise BadInput(*_not_a_picture(path))
    if pixels.dtype not in (np.uint8, np.uint16, np.float32):
        raise BadInput(
            f"{path.name} has a pixel format that cannot be edited.",
            "Save it as PNG or TIFF with 8 or 16 bits a channel.",
        )
    if pixels.ndim == 2:
        return np.ascontiguousarray(pixels[..., None])
    order = [2, 1, 0, 3][: pixels.shape[2]]
    return np.ascontiguousarray(pixels[..., order])


def _eight_bit_pixels(image: Image.Image, path: Path) -> Pixels:
    mode = _EIGHT_BIT_MODES.get(image.mode)
    if mode == "RGB" and "transparency" in image.info:
        mode = "RGBA"
    if image.mode in ("P", "PA"):
        mode = "RGBA" if image.has_transparency_data else "RGB"
    if mode is None:
        raise BadInput(
            f"{path.name} is a {image.mode} picture, which cannot be edited without changing all "
            "of its colours.",
            "Convert it to RGB first.",
        )
    pixels = np.asarray(image if image.mode == mode else image.convert(mode))
    return pixels if pixels.ndim == 3 else pixels[..., None]


def _upright(pixels: Pixels, orientation: int) -> Pixels:
    """Carry out an EXIF orientation (EXIF 2.32, tag 0x0112)."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def _mask_from_deep(values: Pixels) -> SelectionMap:
    if values.dtype.kind == "f":
        values = np.rint(np.clip(values, 0, 1) * 65535)
    scaled: SelectionMap = np.clip(values.astype(np.int64) // 257, 0, 255).astype(np.uint8)
    return scaled
