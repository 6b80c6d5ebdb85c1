"""TIFF (revision 6.0), sample by sample: what codecs misread is read here, or refused.

tifffile tells the tags. Samples come from their strips or tiles by the specification: any depth
that can be edited, chunky or planar, with predictors, either byte order.
"""

from __future__ import annotations

import io
import logging
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from seamfill.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from seamfill.image.arrays import Pixels

__all__ = [
    "COMPRESSIONS",
    "TiffPage",
    "first_page",
    "read_samples",
    "refuse_unfit",
    "upright_colours",
]

logging.getLogger("tifffile").addHandler(logging.NullHandler())

_NONE, _LZW, _DEFLATE, _OLD_DEFLATE, _PACKBITS, _ZSTD = 1, 5, 8, 32946, 32773, 50000
_WHITE_IS_0, _BLACK_IS_0, _RGB, _PALETTE = 0, 1, 2, 3
_COLOUR_KINDS = {4: "mask", 5: "CMYK", 6: "YCbCr", 8: "Lab", 9: "Lab", 10: "Lab"}
_UNSIGNED, _FLOAT = 1, 3
_ASSOCIATED, _UNASSOCIATED = 1, 2
_REDUCED = 1  # bit of NewSubfileType
_MOST_PAGES = 64


@dataclass(frozen=True)
class TiffPage:
    """What the tags of the one page of a TIFF tell.

    Parameters
    ----------
    width, height : int
    bits, samples : int
        Of a channel; in a pixel.
    kind, photometric, compression, predictor, planar, fill_order : int
        The tags SampleFormat, PhotometricInterpretation and so on.
    extra : tuple of int or None
        The tag ExtraSamples.
    across, down : int
        Size of a strip or tile.
    tiled : bool
    offsets, lengths : tuple of int
        Where strips or tiles lie.
    order : str
        ``"<"`` or ``">"``.
    palette : array or None
    directory : int
        Where the page's tags lie.
    big : bool
        Whether this is a BigTIFF.
    """

    width: int
    height: int
    bits: int
    samples: int
    kind: int
    photometric: int
    compression: int
    predictor: int
    planar: int
    fill_order: int
    extra: tuple[int, ...] | None
    across: int
    down: int
    tiled: bool
    offsets: tuple[int, ...]
    lengths: tuple[int, ...]
    order: str
    palette: Any
    directory: int
    big: bool


def first_page(data: bytes, name: str) -> TiffPage:
    """Read the tags of a TIFF's only page; reduced copies of it are no pages.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Said in errors.

    Returns
    -------
    TiffPage

    Raises
    ------
    BadInput
        If there are more.
    ValueError
        If the file is damaged.
    """
    import tifffile

    try:
        with tifffile.TiffFile(io.BytesIO(data)) as file:
            pages = [file.pages[number] for number in range(min(len(file.pages), _MOST_PAGES))]
            whole = [page for page in pages if not int(page.subfiletype) & _REDUCED]  # type: ignore[union-attr]
            if len(whole) > 1:
                raise BadInput(
                    f"{name} has {len(whole)} pages, of which only one can be edited.",
                    "Save the page that is meant as a file of its own.",
                )
            page: Any = (whole or pages)[0]
            return _told(page, file)
    except BadInput:
        raise
    except Exception as error:  # tifffile raises whatever damaged tags lead to
        raise ValueError(str(error)) from None


def _told(page: Any, file: Any) -> TiffPage:
    bits = {int(value) for value in np.atleast_1d(_tag(page, 258, 1))}
    kinds = {int(value) for value in np.atleast_1d(_tag(page, 339, 1))}
    extra = _tag(page, 338, None)
    tiled = 322 in page.tags
    width, height = int(page.imagewidth), int(page.imagelength)
    rows = int(_tag(page, 278, height))
    return TiffPage(
        width=width,
        height=height,
        bits=bits.pop() if len(bits) == 1 else 0,
        samples=int(_tag(page, 277, 1)),
        kind=kinds.pop() if len(kinds) == 1 else 0,
        photometric=int(_tag(page, 262, -1)),
        compression=int(_tag(page, 259, 1)),
        predictor=int(_tag(page, 317, 1)),
        planar=int(_tag(page, 284, 1)),
        fill_order=int(_tag(page, 266, 1)),
        extra=None if extra is None else tuple(int(value) for value in np.atleast_1d(extra)),
        across=int(_tag(page, 322, width)),
        down=int(_tag(page, 323, height)) if tiled else max(1, min(rows, height)),
        tiled=tiled,
        offsets=tuple(int(value) for value in page.dataoffsets),
        lengths=tuple(int(value) for value in page.databytecounts),
        order=file.byteorder,
        palette=_tag(page, 320, None),
        directory=int(page.offset),
        big=bool(file.is_bigtiff),
    )


def _tag(page: Any, code: int, default: Any) -> Any:
    tag = page.tags.get(code)
    return default if tag is None else tag.value


def refuse_unfit(page: TiffPage, name: str) -> None:
    """Refuse, from the tags alone, what cannot be edited without changing all of it.

    Parameters
    ----------
    page : TiffPage
    name : str
        Said in errors.

    Raises
    ------
    BadInput
        In a sentence that says why.
    """
    colours = {_WHITE_IS_0: 1, _BLACK_IS_0: 1, _RGB: 3, _PALETTE: 1}.get(page.photometric)
    if colours is None and not (page.photometric == 6 and page.compression == 7):
        kind = _COLOUR_KINDS.get(page.photometric, "no RGB, grey or indexed")
        raise BadInput(
            f"{name} is a {kind} picture, which cannot be edited without changing all of its "
            "colours.",
            "Convert it to RGB first.",
        )
    depths = {_UNSIGNED: (1, 2, 4, 8, 16), _FLOAT: (32,)}.get(page.kind, ())
    if page.bits not in depths:
        raise BadInput(
            f"{name} has {page.bits or 'unequal'} bits of a kind that cannot be edited.",
            "Save it as a TIFF of 8 or 16 bits, or of 32-bit floating point.",
        )
    more = page.samples - (colours or 3)
    alone = page.photometric == _PALETTE or page.bits < 8
    if more > (0 if alone else 1) or more < 0:
        raise BadInput(
            f"{name} has {page.samples} channels, more than colour and transparency.",
            "Save it without the additional channels.",
        )
    # Without the tag a fourth channel is transparency, as GIMP and others have it.
    if more and page.extra and page.extra[0] not in (_ASSOCIATED, _UNASSOCIATED):
        raise BadInput(
            f"{name} has a channel of which it does not say whether it is transparency.",
            "Save it with an alpha channel, or without any.",
        )


def read_samples(page: TiffPage, data: bytes) -> Pixels:
    """Decode a page's samples as they are stored.

    Parameters
    ----------
    page : TiffPage
        One that `refuse_unfit` lets pass.
    data : bytes
        The whole file.

    Returns
    -------
    array of uint8, uint16 or float32, shape (height, width, samples)

    Raises
    ------
    ValueError
        If it is damaged.
    KeyError
        If the compression is not known here.
    """
    planes = page.samples if page.planar == 2 else 1
    channels = 1 if page.planar == 2 else page.samples
    columns, rows = -(-page.width // page.across), -(-page.height // page.down)
    if len(page.offsets) != planes * rows * columns or len(page.lengths) != len(page.offsets):
        raise ValueError("parts are missing")
    decompress = COMPRESSIONS[page.compression]
    samples = np.empty((page.height, page.width, page.samples), _native(page))
    for number, (offset, length) in enumerate(zip(page.offsets, page.lengths, strict=True)):
        plane, place = divmod(number, rows * columns)
        y, x = place // columns * page.down, place % columns * page.across
        high = page.down if page.tiled else min(page.down, page.height - y)
        wide = -(-page.across * channels * page.bits // 8)
        raw = data[offset : offset + length]
        raw = decompress(raw, wide, high, page)
        if len(raw) < wide * high:
            raise ValueError("cut off")
        part = _part(raw[: wide * high], high, channels, page)
        which = slice(plane, plane + 1) if planes > 1 else slice(None)
        inside = part[: page.height - y, : page.width - x]
        samples[y : y + high, x : x + page.across, which] = inside
    return samples


def _native(page: TiffPage) -> type[np.generic]:
    if page.kind == _FLOAT:
        return np.float32
    return np.uint16 if page.bits == 16 else np.uint8


def _part(raw: bytes, high: int, channels: int, page: TiffPage) -> Pixels:
    """Samples of a strip or tile."""
    if page.bits < 8:
        return _unpacked(raw, high, page)
    if page.predictor == 3 and page.kind == _FLOAT:
        return _floats_of_differences(raw, high, channels, page)
    stored = np.dtype(_native(page)).newbyteorder(page.order)  # type: ignore[arg-type]
    part: Pixels = np.frombuffer(raw, stored).reshape(high, page.across, channels)
    if page.predictor == 2:
        part = np.cumsum(part.astype(_native(page)), axis=1, dtype=_native(page))
    elif page.predictor != 1:
        raise ValueError("an unknown predictor")
    return part


def _unpacked(raw: bytes, high: int, page: TiffPage) -> Pixels:
    """Samples of less than a byte, one a pixel."""
    packed = np.frombuffer(raw, np.uint8).reshape(high, -1)
    order: Any = "little" if page.fill_order == 2 else "big"
    bits = np.unpackbits(packed, axis=1, bitorder=order)
    groups = bits.reshape(high, -1, page.bits)
    values = groups @ (1 << np.arange(page.bits - 1, -1, -1))
    return values[:, : page.across, None].astype(np.uint8)


def _floats_of_differences(raw: bytes, high: int, channels: int, page: TiffPage) -> Pixels:
    """Undo predictor 3 (Adobe Photoshop TIFF Technical Note 3): bytes by significance."""
    rows = np.frombuffer(raw, np.uint8).reshape(high, -1, channels)
    bytes_ = np.cumsum(rows, axis=1, dtype=np.uint8).reshape(high, 4, -1)
    floats = np.ascontiguousarray(bytes_.transpose(0, 2, 1)).view(">f4")
    return floats.reshape(high, page.across, channels).astype(np.float32)


def upright_colours(samples: Pixels, page: TiffPage, name: str) -> Pixels:
    """Make grey or RGB of samples, white = much, with unassociated alpha.

    Parameters
    ----------
    samples : array, shape (h, w, channels)
    page : TiffPage
    name : str
        Said in errors.

    Returns
    -------
    array, shape (h, w, 1 to 4)
        Of the same type.

    Raises
    ------
    BadInput
        If colours are multiplied by an alpha that is not opaque.
    """
    if page.bits < 8 and page.photometric != _PALETTE:
        samples = samples * np.uint8(255 // ((1 << page.bits) - 1))
    peak = 1 if samples.dtype.kind == "f" else np.iinfo(samples.dtype).max
    premultiplied = samples.shape[2] in (2, 4) and (page.extra or (0,))[0] == _ASSOCIATED
    if premultiplied and (samples[..., -1] != peak).any():
        raise BadInput(
            f"The colours of {name} are multiplied by its transparency, and cannot be edited "
            "without changing all of them.",
            "Save it with unassociated alpha, or as PNG.",
        )
    if page.photometric == _WHITE_IS_0:
        samples = samples.copy()
        samples[..., 0] = peak - samples[..., 0]
    if page.photometric == _PALETTE:
        return _looked_up(samples, page)
    return samples


def _looked_up(samples: Pixels, page: TiffPage) -> Pixels:
    table = np.asarray(page.palette, np.uint16).reshape(3, -1).T
    if len(table) < 1 << page.bits:
        raise ValueError("the palette is cut off")
    if (table % 257 == 0).all():
        table = (table // 257).astype(np.uint8)
    elif (table % 256 == 0).all():  # as some writers have it
        table = (table >> 8).astype(np.uint8)
    return np.ascontiguousarray(table[samples[..., 0]])


def _inflated(raw: bytes, wide: int, high: int, _page: TiffPage) -> bytes:
    try:
        return zlib.decompressobj().decompress(raw, wide * high)
    except zlib.error as error:
        raise ValueError(str(error)) from None


def _unpacked_runs(raw: bytes, wide: int, high: int, _page: TiffPage) -> bytes:
    """Undo PackBits (TIFF 6.0, section 9)."""
    found, at = bytearray(), 0
    while at < len(raw) and len(found) < wide * high:
        code = raw[at]
        if code < 128:
            found += raw[at + 1 : at + 2 + code]
            at += 2 + code
        else:
            found += raw[at + 1 : at + 2] * (257 - code if code > 128 else 0)
            at += 2 if code > 128 else 1
    return bytes(found)


def _by_libtiff(raw: bytes, wide: int, high: int, page: TiffPage) -> bytes:
    """Have libtiff undo a compression: its bytes, wrapped as those of a grey picture."""
    from PIL import TiffImagePlugin

    tags = (
        (256, 4, wide), (257, 4, high), (258, 3, 8), (259, 3, page.compression), (262, 3, 1),
        (273, 4, 0), (277, 3, 1), (278, 4, high), (279, 4, len(raw)),
    )  # fmt: skip
    start = 8 + 2 + 12 * len(tags) + 4
    fields = b"".join(
        struct.pack("<HHII", tag, kind, 1, start if tag == 273 else value)
        for tag, kind, value in tags
    )
    head = b"II*\0" + struct.pack("<IH", 8, len(tags)) + fields + bytes(4)
    try:
        with TiffImagePlugin.TiffImageFile(io.BytesIO(head + raw)) as image:
            return image.tobytes()
    except (OSError, SyntaxError, RuntimeError) as error:
        raise ValueError(str(error)) from None


COMPRESSIONS: dict[int, Callable[[bytes, int, int, TiffPage], bytes]] = {
    _NONE: lambda raw, _wide, _high, _page: raw,
    _DEFLATE: _inflated,
    _OLD_DEFLATE: _inflated,
    _PACKBITS: _unpacked_runs,
    _LZW: _by_libtiff,
    _ZSTD: _by_libtiff,
}
"""What `read_samples` can undo."""
