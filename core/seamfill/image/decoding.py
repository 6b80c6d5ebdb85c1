"""Bytes of picture files become pixels, by a codec that was seen to read them right, or words.

Pillow decodes 8 bits a channel, OpenCV PNGs of 16; TIFFs are read sample by sample. What cannot be
kept to the bit outside a selection is refused, and so is what a header says to be too large, before
any of it is decoded.
"""

from __future__ import annotations

import io
import struct
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from seamfill.errors import BadInput
from seamfill.geometry import Size
from seamfill.image import png, tiff
from seamfill.image.metadata import Metadata, of_image, of_tiff

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PIL import Image

    from seamfill.image.arrays import Pixels

__all__ = ["MOST_BYTES", "damage_reported", "decode", "decode_picture", "eight_bits"]

_FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "PPM", "AVIF")
"""What Pillow may open: formats that it reads exactly, or of which it tells where it does not."""

_MOST_PIXELS = 300_000_000
MOST_BYTES = 1_200_000_000
"""Of a decoded picture: 150 megapixels of 16-bit RGBA, 100 of floating-point RGB."""

_MOST_SCANS = 200
"""Of a JPEG; encoders make at most about twenty, and each takes a pass over the whole picture."""

_MODES = {"1": "L", "L": "L", "LA": "LA", "RGB": "RGB", "RGBA": "RGBA", "RGBX": "RGB"}
_KINDS = {"LAB": "Lab"}


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
    return decode(path, data)[0]


def decode(
    path: Path, data: bytes, like: Size | None = None, what: str = ""
) -> tuple[Pixels, Metadata]:
    """Decode pixels, upright, and metadata; where a size is given, nothing of another one.

    Parameters
    ----------
    path : Path
        What it is called.
    data : bytes
    like : Size, optional
        Which it has to have.
    what : str
        What it is said to be where it has another one, such as ``"mask"``.

    Raises
    ------
    BadInput
        If it is no picture, damaged, too large, of another size, or cannot be kept exactly.
    """
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


@contextmanager
def damage_reported(path: Path) -> Iterator[None]:
    """Turn what codecs raise into words; the bytes are anybody's, and so is what they lead to.

    Parameters
    ----------
    path : Path
        Named in the error.

    Raises
    ------
    BadInput
        If the file is damaged, or its picture larger than memory allows.
    """
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
    if pixels > _MOST_PIXELS or pixels * bytes_a_pixel > MOST_BYTES:
        raise BadInput(
            f"{path.name} is {size.w} × {size.h} pixels, more than can be edited as a file "
            f"({_MOST_PIXELS // 1_000_000} megapixels, {MOST_BYTES / 1e9:g} GB).",
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

    Parameters
    ----------
    path : Path
        Named in the error.
    image : PIL.Image.Image

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
