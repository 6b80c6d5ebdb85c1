"""What a picture file tells beside its pixels, taken from one format and put into another."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from seamfill.geometry import Size
from seamfill.image import exif as exif_data
from seamfill.image import png

if TYPE_CHECKING:
    from PIL import Image

    from seamfill.image.tiff import TiffPage

__all__ = [
    "Metadata",
    "into_jpeg",
    "into_png",
    "into_tiff",
    "not_held",
    "of_image",
    "of_tiff",
    "too_long_for_jpeg",
]

_XMP_KEYWORD = b"XML:com.adobe.xmp"
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_COLOURS = (b"gAMA", b"cHRM", b"sRGB", b"cICP")
_TIFF_EXIF, _TIFF_XMP, _TIFF_IPTC, _TIFF_PROFILE = 0x8769, 700, 33723, 34675
_X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT = 282, 283, 296
_INCH = 0.0254  # metres


@dataclass(frozen=True)
class Metadata:
    """What a picture file tells beside its pixels.

    Parameters
    ----------
    icc_profile : bytes or None
        The embedded colour profile.
    exif : bytes or None
        EXIF data of an upright picture, without thumbnail.
    xmp, iptc : bytes or None
        XMP packet; IPTC-IIM records.
    dpi : pair of float or None
        Resolution along x and y, in pixels an inch.
    texts : tuple of (bytes, bytes)
        A PNG's chunks of text, as they are.
    colours : tuple of (bytes, bytes)
        A PNG's chunks that say what its colours mean, as they are.
    comment : bytes or None
        A JPEG's.
    others : int
        Pictures beside this one, as phones put into a JPEG: previews, depths, brightnesses.
    """

    icc_profile: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None
    dpi: tuple[float, float] | None = None
    texts: tuple[tuple[bytes, bytes], ...] = ()
    colours: tuple[tuple[bytes, bytes], ...] = ()
    comment: bytes | None = None
    others: int = 0


def of_image(image: Image.Image, data: bytes) -> tuple[Metadata, int]:
    """Take metadata from a picture that Pillow has loaded.

    Parameters
    ----------
    image : PIL.Image.Image
    data : bytes
        The file that it was read from.

    Returns
    -------
    metadata : Metadata
        As of the picture put upright.
    orientation : int
        How it lies, 1 to 8.
    """
    info = image.info
    blob: Any = info.get("exif")
    found = Metadata(
        icc_profile=info.get("icc_profile") or None,
        xmp=_bytes(info.get("xmp")),
        iptc=_iptc(info.get("photoshop")),
        dpi=_dpi(info.get("dpi")),
        comment=_bytes(info.get("comment")) if image.format in ("JPEG", "MPO") else None,
        others=getattr(image, "n_frames", 1) - 1 if image.format == "MPO" else 0,
    )
    if image.format == "PNG":
        _header, chunks = png.read_chunks(data)  # Pillow has not come to those after the pixels
        blob = next((value for name, value in chunks if name == b"eXIf"), None)
        if not blob and "Raw profile type exif" in info:  # ImageMagick's, before eXIf was made
            blob = image.getexif().tobytes()
        found = replace(
            found,
            xmp=png.international_text(chunks, _XMP_KEYWORD) or None,
            texts=tuple(chunk for chunk in chunks if chunk[0] in _TEXTS and not _is_other(chunk)),
            colours=tuple(chunk for chunk in chunks if chunk[0] in _COLOURS),
        )
    return _upright(found, blob, Size(*image.size))


def _is_other(text: tuple[bytes, bytes]) -> bool:
    """Whether a chunk of text is metadata of another kind in disguise."""
    keyword = text[1].partition(b"\0")[0]
    return keyword == _XMP_KEYWORD or keyword in (
        b"Raw profile type exif", b"Raw profile type APP1", b"Raw profile type icc",
    )  # fmt: skip


def _bytes(value: Any) -> bytes | None:
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape")
    return bytes(value) if value else None


def _iptc(resources: Any) -> bytes | None:
    """The IPTC records among Photoshop's image resources."""
    return _bytes(resources.get(0x0404)) if isinstance(resources, dict) else None


def _dpi(value: Any) -> tuple[float, float] | None:
    try:
        x, y = (float(each) for each in value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return (x, y) if 0 < x < 1e7 and 0 < y < 1e7 else None


def _upright(found: Metadata, blob: bytes | None, size: Size) -> tuple[Metadata, int]:
    exif, orientation = exif_data.upright_exif(blob, size) if blob else (None, 1)
    dpi = found.dpi[::-1] if found.dpi and orientation >= 5 else found.dpi
    xmp = exif_data.upright_xmp(found.xmp) if found.xmp else None
    return replace(found, exif=exif, dpi=dpi, xmp=xmp), orientation


def of_tiff(data: bytes, page: TiffPage) -> tuple[Metadata, int]:
    """Take metadata from a TIFF's page; see `of_image`.

    Parameters
    ----------
    data : bytes
        The file.
    page : TiffPage

    Returns
    -------
    metadata : Metadata
    orientation : int
    """
    tags = exif_data.read_directory(data, page.directory, page.order, big=page.big)
    orientation = exif_data.orientation_of(tags)
    kept = {
        tag: entry
        for tag, entry in tags.items()
        if tag in exif_data.DESCRIPTIVE or tag in exif_data.SUB_DIRECTORIES
    }
    if kept and exif_data.ORIENTATION in tags:
        kept[exif_data.ORIENTATION] = tags[exif_data.ORIENTATION]

    def value(tag: int) -> bytes | None:
        return tags[tag].data if tag in tags and tags[tag].data else None

    found = Metadata(
        icc_profile=value(_TIFF_PROFILE),
        xmp=value(_TIFF_XMP),
        iptc=value(_TIFF_IPTC),
        dpi=_tiff_dpi(tags),
    )
    blob = exif_data.serialise(kept) if kept else None
    metadata = _upright(found, blob, Size(page.width, page.height))[0]
    if metadata.dpi and orientation >= 5:
        metadata = replace(metadata, dpi=metadata.dpi[::-1])
    return metadata, orientation


def _tiff_dpi(tags: exif_data.Directory) -> tuple[float, float] | None:
    unit = int.from_bytes(tags[_RESOLUTION_UNIT].data[:2], "little") if 296 in tags else 2
    scale = {2: 1.0, 3: 2.54}.get(unit)
    if scale is None or _X_RESOLUTION not in tags or _Y_RESOLUTION not in tags:
        return None
    found = []
    for tag in (_X_RESOLUTION, _Y_RESOLUTION):
        if len(tags[tag].data) != 8:
            return None
        over, under = struct.unpack("<II", tags[tag].data)
        found.append(over / under * scale if under else 0.0)
    return _dpi(found)


def not_held(metadata: Metadata, suffix: str) -> list[str]:
    """Name what a format has no place for.

    Parameters
    ----------
    metadata : Metadata
    suffix : str
        Of the file to be written.

    Returns
    -------
    list of str
        In the user's words; empty where all is carried on.
    """
    png_like = suffix in (".png", ".ora")
    jpeg = suffix in (".jpg", ".jpeg")
    lost = {
        "IPTC": metadata.iptc and (png_like or suffix == ".webp"),
        "resolution": metadata.dpi and suffix == ".webp",
        "PNG's texts": metadata.texts and not png_like,
        "comment": metadata.comment and not jpeg,
        "the other pictures in it": metadata.others,
    }
    return [name for name, missing in lost.items() if missing]


def into_png(data: bytes, metadata: Metadata) -> bytes:
    """Put metadata into an encoded PNG that has none.

    Parameters
    ----------
    data : bytes
    metadata : Metadata

    Returns
    -------
    bytes
    """
    chunks: list[tuple[bytes, bytes]] = list(metadata.colours)
    if metadata.icc_profile:
        profile = b"ICC profile\0\0" + zlib.compress(metadata.icc_profile)
        chunks = [(b"iCCP", profile), *(each for each in chunks if each[0] != b"sRGB")]
    if metadata.dpi:
        x, y = (round(each / _INCH) for each in metadata.dpi)
        chunks.append((b"pHYs", struct.pack(">IIB", x, y, 1)))
    if metadata.exif:
        chunks.append((b"eXIf", metadata.exif))
    if metadata.xmp:
        chunks.append((b"iTXt", _XMP_KEYWORD + b"\0\0\0\0\0" + metadata.xmp))
    return png.with_chunks(data, [*chunks, *metadata.texts])


_SEGMENT = 65_533
"""Bytes that a segment of a JPEG holds (ITU-T T.81, B.1.1.4: two bytes of length count too)."""


def _jpeg_segments(metadata: Metadata) -> dict[str, tuple[int, bytes]]:
    """Metadata as a JPEG holds them: name to marker and content; each must fit one segment."""
    found: dict[str, tuple[int, bytes]] = {}
    if metadata.exif:
        found["EXIF"] = (0xE1, b"Exif\0\0" + metadata.exif)
    if metadata.xmp:
        found["XMP"] = (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + metadata.xmp)
    if metadata.iptc:
        size = struct.pack(">I", len(metadata.iptc))
        resource = b"8BIM\x04\x04\0\0" + size + metadata.iptc + b"\0" * (len(metadata.iptc) % 2)
        found["IPTC"] = (0xED, b"Photoshop 3.0\0" + resource)
    if metadata.comment:
        found["comment"] = (0xFE, metadata.comment)
    return found


def too_long_for_jpeg(metadata: Metadata) -> list[str]:
    """Name what does not fit into a JPEG's segments of 64 kB.

    Parameters
    ----------
    metadata : Metadata

    Returns
    -------
    list of str
    """
    found = [name for name, (_, data) in _jpeg_segments(metadata).items() if len(data) > _SEGMENT]
    if metadata.icc_profile and len(metadata.icc_profile) > 255 * (_SEGMENT - 14):
        found.append("colour profile")  # which is spread over as many as 255
    return found


def into_jpeg(data: bytes, metadata: Metadata) -> bytes:
    """Put metadata into an encoded JPEG that has at most a profile and a resolution.

    Parameters
    ----------
    data : bytes
    metadata : Metadata

    Returns
    -------
    bytes
    """
    at = 2
    if data[2:4] == b"\xff\xe0":  # JFIF wants to be first
        at = 4 + struct.unpack_from(">H", data, 4)[0]
    segments = b"".join(
        struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content
        for marker, content in _jpeg_segments(metadata).values()
    )
    return data[:at] + segments + data[at:]


def _directory(exif: bytes) -> exif_data.Directory:
    try:
        return exif_data.parse(exif)[0]
    except ValueError:
        return {}


def into_tiff(data: bytes, metadata: Metadata) -> bytes:
    """Put metadata into an encoded TIFF of one page, by a directory at its end.

    Parameters
    ----------
    data : bytes
    metadata : Metadata

    Returns
    -------
    bytes
    """
    tags = exif_data.parse(data)[0]
    for tag, entry in _directory(metadata.exif or b"").items():
        if tag in exif_data.DESCRIPTIVE or tag in exif_data.SUB_DIRECTORIES:
            tags[tag] = entry
    for tag, kind, value in (
        (_TIFF_PROFILE, 7, metadata.icc_profile),
        (_TIFF_XMP, 1, metadata.xmp),
        (_TIFF_IPTC, 7, metadata.iptc),
    ):
        if value:
            tags[tag] = exif_data.Entry(kind, value)
    if metadata.dpi:
        x, y = (struct.pack("<II", *_ratio(each)) for each in metadata.dpi)
        tags[_X_RESOLUTION], tags[_Y_RESOLUTION] = exif_data.Entry(5, x), exif_data.Entry(5, y)
        tags[_RESOLUTION_UNIT] = exif_data.Entry(3, struct.pack("<H", 2))  # inches
    start = data + b"\0" * (len(data) % 2)
    directory = exif_data.write_directory(tags, len(start))
    return start[:4] + struct.pack("<I", len(start)) + start[8:] + directory


def _ratio(value: float) -> tuple[int, int]:
    fraction = Fraction(value).limit_denominator(10_000)
    return fraction.numerator, fraction.denominator
