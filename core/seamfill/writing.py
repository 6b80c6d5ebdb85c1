"""Results are encoded; what would keep one from being written is found before all is sent."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from seamfill.atomic import check_place, check_room
from seamfill.errors import BadInput
from seamfill.picture import to_uint8

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

    from seamfill.picture import Pixels
    from seamfill.reading import SourceFile

__all__ = ["OUTPUT_SUFFIXES", "check_output", "encode_picture", "output_paths"]

OUTPUT_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".ora")
"""Endings of what can be written."""

_LONGEST_SIDE = {"JPEG": 65_500, "WebP": 16_383}
"""In pixels: libjpeg's own limit, and 14 bits in WebP's container specification."""

_LONGEST_SEGMENT = 65_533
"""Bytes that a segment of a JPEG holds (ITU-T T.81, B.1.1.4: two bytes of length count too)."""

_FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WebP"}


def output_paths(path: Path, count: int) -> list[Path]:
    """Name the files of `count` answers: ``out.png``, or ``out-1.png``, ``out-2.png``, ….

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
    if name == "JPEG" and source.exif and len(source.exif) + 6 > _LONGEST_SEGMENT:
        raise BadInput(
            f"The EXIF data of {source.path.name}, {len(source.exif) / 1000:.0f} kB, do not fit "
            "into a JPEG, which holds 65 kB of them.",
            "Write a PNG, WebP or TIFF instead.",
        )
    corner = source.source.pixels[:8, :8]
    try:
        encode_picture(corner, ".png" if suffix == ".ora" else suffix, source)
    except Exception as error:  # codecs raise whatever they like
        raise BadInput(
            f"{source.path.name} cannot be written as {path.suffix[1:]}: {error}.",
            "Write another format.",
        ) from None


def encode_picture(
    pixels: Pixels, suffix: str, like: SourceFile | None = None, *, profile: bytes | None = None
) -> bytes:
    """Encode a result.

    Parameters
    ----------
    pixels : array of uint8, uint16 or float32, shape (h, w, 1 to 4)
        JPEG and WebP hold 8 bits; JPEG holds no alpha, it is laid on white there.
    suffix : str
        One of `OUTPUT_SUFFIXES` but ``.ora``.
    like : SourceFile, optional
        Whose profile and EXIF data to carry on.
    profile : bytes, optional
        A colour profile to embed, where there is no file to take one from.

    Returns
    -------
    bytes
    """
    icc_profile, exif = (like.icc_profile, like.exif) if like else (profile, None)
    if suffix in (".png", ".tif", ".tiff") and pixels.dtype != np.uint8:
        if suffix == ".png":
            return _encode_deep_png(_as_uint16(pixels), icc_profile)
        return _encode_deep_tiff(pixels, icc_profile)
    image = _pillow_image(to_uint8(pixels))
    formats = {".png": "PNG", ".webp": "WEBP", ".tif": "TIFF", ".tiff": "TIFF"}
    options: dict[str, object] = {}
    if suffix in (".jpg", ".jpeg"):
        image = _on_white(image)
        options = {"quality": 95, "subsampling": 0}
    elif suffix == ".webp":
        options = {"lossless": True, "exact": True}
    elif suffix in (".tif", ".tiff"):
        options = {"compression": "tiff_adobe_deflate"}
    if icc_profile:
        options["icc_profile"] = icc_profile
    if exif:
        options["exif"] = exif
    stream = io.BytesIO()
    image.save(stream, formats.get(suffix, "JPEG"), **options)
    return stream.getvalue()


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


def _encode_deep_png(pixels: Pixels, icc_profile: bytes | None) -> bytes:
    import cv2

    bgr = _reordered(pixels)
    options = [cv2.IMWRITE_PNG_COMPRESSION, 3]
    if icc_profile:
        profile = np.frombuffer(icc_profile, np.uint8)
        _ok, data = cv2.imencodeWithMetadata(
            ".png", bgr, [cv2.IMAGE_METADATA_ICCP], [profile], options
        )
    else:
        _ok, data = cv2.imencode(".png", bgr, options)
    return bytes(data)


def _reordered(pixels: Pixels) -> Pixels:
    channels = pixels.shape[2]
    if channels == 2:  # neither OpenCV nor its PNG writer knows grey with alpha
        return np.ascontiguousarray(pixels[..., [0, 0, 0, 1]])
    return np.ascontiguousarray(pixels[..., [2, 1, 0, 3][:channels] if channels > 1 else [0]])


def _encode_deep_tiff(pixels: Pixels, icc_profile: bytes | None) -> bytes:
    import tifffile

    alpha = pixels.shape[2] in (2, 4)
    stream = io.BytesIO()
    tifffile.imwrite(
        stream,
        pixels[..., 0] if pixels.shape[2] == 1 else pixels,
        photometric="rgb" if pixels.shape[2] >= 3 else "minisblack",
        planarconfig="contig",
        extrasamples=["unassalpha"] if alpha else None,
        compression="zlib",
        iccprofile=icc_profile,
        metadata=None,
    )
    return stream.getvalue()
