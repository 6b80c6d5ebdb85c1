"""Picture files are read with their depth, their profile and what else they tell.

A codec reads what it was seen to read right: Pillow 8 bits a channel, OpenCV PNGs of 16; TIFFs are
read sample by sample. What cannot be kept to the bit outside a selection is refused, and so is what
a header says to be too large, before any of it is decoded.
"""

from __future__ import annotations

import io
import struct
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from seamfill import png, tiff
from seamfill.colour import space_of
from seamfill.errors import BadInput
from seamfill.geometry import Box, Size
from seamfill.metadata import Metadata, of_image, of_tiff
from seamfill.picture import Selection, Source, to_uint8

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PIL import Image

    from seamfill.picture import Pixels, SelectionMap

__all__ = [
    "SourceFile",
    "box_selection",
    "damage_reported",
    "decode_picture",
    "eight_bits",
    "read_markup",
    "read_mask",
    "read_source",
    "selection_from",
]

_FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "PPM", "AVIF")
"""What Pillow may open: formats that it reads exactly, or of which it tells where it does not."""

_MOST_PIXELS = 300_000_000
_MOST_BYTES = 1_200_000_000
"""Of a decoded picture: 150 megapixels of 16-bit RGBA, 100 of floating-point RGB."""

_MOST_SCANS = 200
"""Of a JPEG; encoders make at most about twenty, and each takes a pass over the whole picture."""

_MODES = {"1": "L", "L": "L", "LA": "LA", "RGB": "RGB", "RGBA": "RGBA", "RGBX": "RGB"}
_KINDS = {"LAB": "Lab"}


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
    pixels, metadata = _read(path, _content(path))
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

    pixels = to_uint8(_read(path, _content(path), size, "mask")[0])
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
    pixels = to_uint8(_read(path, _content(path), size, "markup")[0])
    if pixels.shape[2] not in (2, 4):
        raise BadInput(
            f"The markup {path.name} has no transparency, so it would hide the picture.",
            "Save it with alpha, transparent where nothing is drawn.",
        )
    if pixels.shape[2] == 2:
        pixels = pixels[..., [0, 0, 0, 1]]
    return Source(size, Box(0, 0, *size), np.ascontiguousarray(pixels))


def decode_picture(data: bytes, path: Path) -> Pixels:
    """Decode a picture that is in memory; what `read_source` says holds.

    Parameters
    ----------
    data : bytes
    path : Path
        What it is called.

    Returns
    -------
    array of uint8, uint16 or float32, shape (h, w, 1 to 4)
    """
    return _read(path, data)[0]


def _read(
    path: Path, data: bytes, like: Size | None = None, what: str = ""
) -> tuple[Pixels, Metadata]:
    """Read pixels, upright; where a size is given, nothing of another one is decoded."""
    with damage_reported(path):
        if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
            page = tiff.first_page(data, path.name)
            _refuse_other_size(what, path, Size(page.width, page.height), like)
            pixels, (metadata, orientation) = _tiff_pixels(path, data, page), of_tiff(data, page)
        else:
            with _opened(path, data) as image:
                _refuse_other_size(what, path, Size(*image.size), like)
                pixels = (
                    _png_pixels(path, data) if image.format == "PNG" else _pixels(path, image, data)
                )
                metadata, orientation = of_image(image, data)
    pixels = _upright(pixels, orientation)
    if like is not None and pixels.shape[:2] != (like.h, like.w):
        _refuse_other_size(what, path, Size(pixels.shape[1], pixels.shape[0]), like, turned=False)
    if pixels.dtype.kind == "f" and not np.isfinite(pixels).all():
        raise BadInput(
            f"{path.name} holds values that are infinite or no numbers.",
            "Replace them, and save it again.",
        )
    return pixels, metadata


def _refuse_other_size(
    what: str, path: Path, size: Size, like: Size | None, *, turned: bool = True
) -> None:
    """Refuse what does not go with a source; before it is put upright, it may lie on its side."""
    if like is None or size == like or (turned and size == like[::-1]):
        return
    raise BadInput(
        f"The {what} {path.name} is {size.w} × {size.h} pixels, the picture {like.w} × {like.h}.",
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


def _content(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise BadInput(f"{path} is no file.", "Check the path.")
        if path.stat().st_size > 2 * _MOST_BYTES:
            raise BadInput(f"{path.name} is too large to be edited.", "Use a smaller picture.")
        return path.read_bytes()
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}.", "Check the path.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is no name of a file"
        raise BadInput(f"{path} cannot be read: {reason}.", "Check the file.") from None


@contextmanager
def damage_reported(path: Path) -> Iterator[None]:
    """Turn what codecs raise into words; the bytes are anybody's, and so is what they lead to."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # codecs warn of what is refused or does no harm
            yield
    except BadInput:
        raise
    except MemoryError:
        raise BadInput(
            f"{path.name} needs more memory than there is.", "Close other programs, or crop it."
        ) from None
    except Exception:
        raise BadInput(f"{path.name} is damaged.", "Open and save it again.") from None


def _opened(path: Path, data: bytes) -> Image.Image:
    """Open a picture whose header promises that it can be decoded; none of it is decoded yet."""
    from PIL import Image, UnidentifiedImageError

    try:
        Image.init()
        known = [name for name in _FORMATS if name in Image.OPEN]  # AVIF came with Pillow 11.3
        with _no_bomb_limit():
            image = Image.open(io.BytesIO(data), formats=known)
    except UnidentifiedImageError:
        raise BadInput(
            f"{path.name} is not a picture that can be read.",
            "Use PNG, JPEG, WebP or TIFF.",
        ) from None
    _refuse_larger(path, Size(*image.size), len(image.getbands()))
    frames = 1 if image.format == "MPO" else getattr(image, "n_frames", 1)
    if frames > 1:
        raise BadInput(
            f"{path.name} has {frames} frames or pages, of which only one can be edited.",
            "Save the one that is meant as a file of its own.",
        )
    if image.format in ("JPEG", "MPO") and data.count(b"\xff\xda") > _MOST_SCANS:
        raise BadInput(f"{path.name} is a JPEG of absurdly many passes.", "Open and save it again.")
    return image


@contextmanager
def _no_bomb_limit() -> Iterator[None]:
    """Lift Pillow's limit in favour of `_refuse_larger`, which goes by what a picture takes."""
    from PIL import Image

    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _refuse_larger(path: Path, size: Size, bytes_a_pixel: int) -> None:
    pixels = size.w * size.h
    if pixels > _MOST_PIXELS or pixels * bytes_a_pixel > _MOST_BYTES:
        raise BadInput(
            f"{path.name} is {size.w} × {size.h} pixels, more than can be edited as a file "
            f"({_MOST_PIXELS // 1_000_000} megapixels, {_MOST_BYTES / 1e9:g} GB).",
            "Crop or scale it, or edit it in GIMP, where only the part around the selection is "
            "read.",
        )


def _tiff_pixels(path: Path, data: bytes, page: tiff.TiffPage) -> Pixels:
    _refuse_larger(path, Size(page.width, page.height), page.samples * max(1, page.bits // 8))
    tiff.refuse_unfit(page, path.name)
    if page.compression in tiff.COMPRESSIONS:
        samples = tiff.read_samples(page, data)
        return tiff.upright_colours(samples, page, path.name)
    with _opened(path, data) as image:  # JPEG, or one of the fax machines'
        return _pixels(path, image, data)


def _png_pixels(path: Path, data: bytes) -> Pixels:
    from PIL import Image

    header, chunks = png.read_chunks(data)
    _refuse_larger(path, Size(header.w, header.h), 8 if header.depth == 16 else 4)
    colour_key = next((value for name, value in chunks if name == b"tRNS"), None)
    if header.depth == 16:
        pixels = png.decode_deep(data, header, chunks)
    else:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            if header.colour == 3:
                mode = "RGB" if colour_key is None else "RGBA"
            else:
                mode = {0: "L", 2: "RGB", 4: "LA", 6: "RGBA"}[header.colour]
            if header.colour != 3:  # what a converter would make of it is wrong for some depths
                image.info.pop("transparency", None)
            pixels = np.asarray(image.convert(mode))
        pixels = pixels if pixels.ndim == 3 else pixels[..., None]
    if colour_key is None or header.colour == 3:
        return pixels
    return _with_keyed_alpha(pixels, colour_key, header.depth)


def _with_keyed_alpha(pixels: Pixels, colour_key: bytes, depth: int) -> Pixels:
    """Make alpha of the one colour that a PNG says to be transparent (tRNS, 11.3.1)."""
    levels = (1 << depth) - 1
    key = np.array(struct.unpack(f">{pixels.shape[2]}H", colour_key)) & levels
    peak = np.iinfo(pixels.dtype).max
    transparent = (pixels == key * (peak // levels)).all(axis=2)
    alpha = np.where(transparent, 0, peak).astype(pixels.dtype)
    return np.dstack([pixels, alpha])


def _pixels(path: Path, image: Image.Image, data: bytes) -> Pixels:
    """Decode 8 bits a channel, and refuse what Pillow would cut down to them."""
    if _is_cut_down(image, data):
        raise BadInput(
            f"{path.name} has more than 8 bits a channel, which is read from PNG and TIFF only.",
            "Save it as PNG or TIFF.",
        )
    return eight_bits(path, image)


def eight_bits(path: Path, image: Image.Image) -> Pixels:
    """Pixels of an image of 8 bits a channel.

    Returns
    -------
    array of uint8, shape (h, w, 1 to 4)
        An indexed image comes as RGB or RGBA.

    Raises
    ------
    BadInput
        If its colours are not grey or RGB.
    """
    mode = _MODES.get(image.mode)
    if image.mode in ("P", "PA"):
        mode = "RGBA" if image.has_transparency_data else "RGB"
    if mode is None:
        raise BadInput(
            f"{path.name} is a {_KINDS.get(image.mode, image.mode)} picture, which cannot be "
            "edited without changing all of its colours.",
            "Convert it to RGB first.",
        )
    pixels = np.asarray(image if image.mode == mode else image.convert(mode))
    return pixels if pixels.ndim == 3 else pixels[..., None]


def _is_cut_down(image: Image.Image, data: bytes) -> bool:
    """Whether Pillow would read 8 bits of what has more."""
    if image.format == "PPM":
        return any(tile[0] != "raw" for tile in getattr(image, "tile", []))
    if image.format == "AVIF":  # AV1 Codec ISO Media File Format Binding 2.3.3: high_bitdepth
        at = data.find(b"av1C", 0, 1 << 16)
        return at < 0 or bool(data[at + 6] & 0x40)
    return False


def _upright(pixels: Pixels, orientation: int) -> Pixels:
    """Carry out an EXIF orientation (EXIF 2.32, tag 0x0112)."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)
