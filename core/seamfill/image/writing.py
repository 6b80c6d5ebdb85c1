"""Results are encoded; what would keep one from being written is found before all is sent."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from seamfill.errors import BadInput
from seamfill.files.atomic import check_place, check_room
from seamfill.image import png
from seamfill.image.arrays import to_uint8
from seamfill.image.metadata import Metadata, into_jpeg, into_png, into_tiff, too_long_for_jpeg

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

    from seamfill.image.arrays import Pixels
    from seamfill.image.reading import SourceFile

__all__ = ["OUTPUT_SUFFIXES", "check_output", "default_output", "encode_picture", "output_paths"]

OUTPUT_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".ora")
"""Endings of what can be written."""

_LONGEST_SIDE = {"JPEG": 65_500, "WebP": 16_383}
"""In pixels: libjpeg's own limit, and 14 bits in WebP's container specification."""

_FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WebP"}


def output_paths(path: Path, count: int) -> list[Path]:
    """Name the files of `count` answers: ``out.png``, or ``out-1.png``, ``out-2.png``, ….

    Parameters
    ----------
    path : Path
    count : int
        Of answers, from 1.

    Returns
    -------
    list of Path

    Raises
    ------
    BadInput
        If the ending is not one that can be written.
    """
    if path.suffix.lower() not in OUTPUT_SUFFIXES:
        raise BadInput(
            f"{path.name} does not end in a format that can be written.",
            "Use " + ", ".join(OUTPUT_SUFFIXES) + ".",
        )
    if count == 1:
        return [path]
    return [path.with_stem(f"{path.stem}-{number}") for number in range(1, count + 1)]


def default_output(source: SourceFile) -> Path:
    """Name a result beside its source, in a format that holds its pixels as they are.

    Parameters
    ----------
    source : SourceFile

    Returns
    -------
    Path
    """
    suffix = ".tiff" if source.source.pixels.dtype == np.float32 else ".png"
    return source.path.with_name(f"{source.path.stem}-seamfill{suffix}")


def check_output(path: Path, source: SourceFile, answers: int = 1) -> list[Path]:
    """See that results can be written, which has to be known before anything is sent.

    Parameters
    ----------
    path : Path
        What `save_patches` will be given.
    source : SourceFile
        What is edited.
    answers : int
        How many results there may be.

    Returns
    -------
    list of Path
        The files that will be written, as of `output_paths`.

    Raises
    ------
    BadInput
        If a folder or file cannot be written, the disk is too full, or the format cannot hold the
        picture or what it carries.
    """
    targets = output_paths(path, answers)
    _check_format(path, source)
    # More than one may be asked for, and fewer may come: then there is no number.
    for target in dict.fromkeys([path, *targets]):
        check_place(target)
    check_room(path, source.source.pixels.nbytes * answers)
    return targets


def _check_format(path: Path, source: SourceFile) -> None:
    """Refuse what the format cannot hold; all else a trial shows."""
    suffix = path.suffix.lower()
    name = _FORMATS.get(suffix, "")
    size = source.source.size
    if max(size) > _LONGEST_SIDE.get(name, max(size)):
        raise BadInput(
            f"{name} files are at most {_LONGEST_SIDE[name]} pixels wide and high; "
            f"{source.path.name} has {size.w} × {size.h}.",
            "Write a PNG or TIFF instead.",
        )
    if name == "JPEG" and (long := too_long_for_jpeg(source.metadata)):
        raise BadInput(
            f"A JPEG does not hold so much {' and '.join(long)} as {source.path.name} has.",
            "Write a PNG or TIFF instead.",
        )
    corner = source.source.pixels[:8, :8]
    try:
        encode_picture(corner, ".png" if suffix == ".ora" else suffix, source.metadata)
    except Exception as error:  # codecs raise whatever they like
        raise BadInput(
            f"{source.path.name} cannot be written as {path.suffix[1:]}: {error}.",
            "Write another format.",
        ) from None


def encode_picture(pixels: Pixels, suffix: str, metadata: Metadata | None = None) -> bytes:
    """Encode a result.

    Parameters
    ----------
    pixels : array of uint8, uint16 or float32, shape (h, w, 1 to 4)
        JPEG and WebP hold 8 bits, PNG 16; JPEG holds no alpha, it is laid on white there.
    suffix : str
        One of `OUTPUT_SUFFIXES` but ``.ora``.
    metadata : Metadata, optional
        What to carry on.

    Returns
    -------
    bytes
    """
    metadata = metadata or Metadata()
    if suffix == ".png":
        return into_png(_encode_png(pixels), metadata)
    if suffix in (".tif", ".tiff"):
        return _encode_tiff(pixels, metadata)
    if suffix == ".webp":
        return _encode_webp(pixels, metadata)
    return into_jpeg(_encode_jpeg(pixels, metadata), metadata)


def _encode_png(pixels: Pixels) -> bytes:
    if pixels.dtype != np.uint8:
        return png.encode_deep(_as_uint16(pixels))
    return _saved(_pillow_image(pixels), "PNG")


def _encode_webp(pixels: Pixels, metadata: Metadata) -> bytes:
    options = {"icc_profile": metadata.icc_profile, "exif": metadata.exif, "xmp": metadata.xmp}
    given = {name: value for name, value in options.items() if value}
    return _saved(_pillow_image(to_uint8(pixels)), "WEBP", lossless=True, exact=True, **given)


def _encode_jpeg(pixels: Pixels, metadata: Metadata) -> bytes:
    options = {"icc_profile": metadata.icc_profile, "dpi": _whole(metadata.dpi)}
    given = {name: value for name, value in options.items() if value}
    image = _on_white(_pillow_image(to_uint8(pixels)))
    return _saved(image, "JPEG", quality=95, subsampling=0, **given)


def _whole(dpi: tuple[float, float] | None) -> tuple[int, int] | None:
    """Resolution as JFIF holds it, in 16 bits."""
    if dpi is None or max(dpi) > 65_535 or min(dpi) < 1:
        return None
    return round(dpi[0]), round(dpi[1])


def _saved(image: Image.Image, name: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, name, **options)
    return stream.getvalue()


def _encode_tiff(pixels: Pixels, metadata: Metadata) -> bytes:
    import tifffile

    alpha = pixels.shape[2] in (2, 4)
    stream = io.BytesIO()
    tifffile.imwrite(
        stream,
        pixels[..., 0] if pixels.shape[2] == 1 else pixels,
        byteorder="<",
        photometric="rgb" if pixels.shape[2] >= 3 else "minisblack",
        planarconfig="contig",
        extrasamples=["unassalpha"] if alpha else None,
        compression="zlib",
        metadata=None,
        software=False,
    )
    return into_tiff(stream.getvalue(), metadata)


def _as_uint16(pixels: Pixels) -> Pixels:
    if pixels.dtype == np.uint16:
        return pixels
    deep: Pixels = np.rint(np.clip(pixels, 0, 1) * 65535).astype(np.uint16)
    return deep


def _pillow_image(pixels: Pixels) -> Image.Image:
    from PIL import Image

    return Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)


def _on_white(image: Image.Image) -> Image.Image:
    from PIL import Image

    if "A" not in image.getbands():
        return image
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image.convert("RGBA"))
    return white.convert("RGB" if image.mode == "RGBA" else "L")
