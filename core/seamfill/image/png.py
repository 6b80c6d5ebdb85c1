"""PNG's chunks (PNG specification, third edition): what a codec does not tell of, and depth 16."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seamfill.image.arrays import Pixels

__all__ = [
    "PngHeader",
    "decode_deep",
    "encode_deep",
    "international_text",
    "read_chunks",
    "with_chunks",
]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
Chunk = tuple[bytes, bytes]
_LONGEST_TEXT = 1 << 24


@dataclass(frozen=True)
class PngHeader:
    """What IHDR tells: size in pixels, bits a channel, and colour type."""

    w: int
    h: int
    depth: int
    colour: int


def read_chunks(data: bytes) -> tuple[PngHeader, list[Chunk]]:
    """Take a PNG apart.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    header : PngHeader
    chunks : list of (name, data)
        All between IHDR and IEND.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    found, at = [], len(_SIGNATURE)
    while True:
        if at + 12 > len(data):
            raise ValueError("cut off")
        length, name = struct.unpack_from(">I4s", data, at)
        value = data[at + 8 : at + 8 + length]
        if at + 12 + length > len(data):
            raise ValueError("cut off")
        (check,) = struct.unpack_from(">I", data, at + 8 + length)
        if zlib.crc32(value, zlib.crc32(name)) != check:
            raise ValueError("a checksum is wrong")
        if name == b"IEND":
            break
        found.append((name, value))
        at += 12 + length
    if not found or found[0][0] != b"IHDR" or len(found[0][1]) != 13:
        raise ValueError("no header")
    w, h, depth, colour = struct.unpack_from(">IIBB", found[0][1])
    return PngHeader(w, h, depth, colour), found[1:]


def _chunk(name: bytes, value: bytes) -> bytes:
    return (
        struct.pack(">I", len(value)) + name + value + struct.pack(">I", zlib.crc32(name + value))
    )


def with_chunks(png: bytes, chunks: Iterable[Chunk]) -> bytes:
    """Put chunks into a PNG, before its palette and pixels.

    Parameters
    ----------
    png : bytes
    chunks : iterable of (name, data)

    Returns
    -------
    bytes
    """
    head = len(_SIGNATURE) + 25
    return png[:head] + b"".join(_chunk(*chunk) for chunk in chunks) + png[head:]


def international_text(chunks: list[Chunk], keyword: bytes) -> bytes:
    """The text of an iTXt chunk (11.3.3.4) of that keyword, or nothing.

    Parameters
    ----------
    chunks : list of (name, data)
    keyword : bytes

    Returns
    -------
    bytes
    """
    for name, value in chunks:
        if name == b"iTXt" and value.startswith(keyword + b"\0") and value.count(b"\0") >= 4:
            compressed = value[len(keyword) + 1]
            text = value[len(keyword) + 3 :].split(b"\0", 2)[-1]
            try:
                return zlib.decompressobj().decompress(text, _LONGEST_TEXT) if compressed else text
            except zlib.error:
                return b""
    return b""


def decode_deep(data: bytes, header: PngHeader, chunks: list[Chunk]) -> Pixels:
    """Decode a PNG of 16 bits a channel; its tRNS is left aside.

    Parameters
    ----------
    data : bytes
        The file.
    header : PngHeader
    chunks : list of (name, data)

    Returns
    -------
    array of uint16, shape (h, w, channels)

    Raises
    ------
    ValueError
        If it is damaged.
    """
    bare = [chunk for chunk in chunks if chunk[0] == b"IDAT"]
    if header.colour == 4:
        return _as_pairs(data, bare).view(">u2").astype(np.uint16)
    import cv2

    plain = data[: len(_SIGNATURE) + 25] + b"".join(_chunk(*chunk) for chunk in bare)
    encoded = np.frombuffer(plain + _chunk(b"IEND", b""), np.uint8)
    pixels = cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.dtype != np.uint16:
        raise ValueError("not decoded")
    if pixels.ndim == 2:
        return np.ascontiguousarray(pixels[..., None])
    return np.ascontiguousarray(pixels[..., [2, 1, 0, 3][: pixels.shape[2]]])


def _as_pairs(data: bytes, bare: list[Chunk]) -> Pixels:
    """Decode grey and alpha of 16 bits, which no codec reads, as what has the same bytes: RGBA."""
    from PIL import Image

    start = len(_SIGNATURE) + 8
    header = data[start : start + 8] + b"\x08\x06" + data[start + 10 : start + 13]
    plain = _SIGNATURE + _chunk(b"IHDR", header) + b"".join(_chunk(*chunk) for chunk in bare)
    with Image.open(io.BytesIO(plain + _chunk(b"IEND", b"")), formats=["PNG"]) as image:
        return np.array(image)


def encode_deep(pixels: Pixels) -> bytes:
    """Encode 16 bits a channel.

    Parameters
    ----------
    pixels : array of uint16, shape (h, w, 1 to 4)
    """
    import cv2

    options = [cv2.IMWRITE_PNG_COMPRESSION, 3]
    channels = pixels.shape[2]
    if channels == 2:  # the other way round than in `_as_pairs`
        pairs = np.ascontiguousarray(pixels.astype(">u2")).view(np.uint8)
        data = bytes(cv2.imencode(".png", pairs[..., [2, 1, 0, 3]], options)[1])
        header = data[16:24] + b"\x10\x04" + data[26:29]
        return _SIGNATURE + _chunk(b"IHDR", header) + data[len(_SIGNATURE) + 25 :]
    order = [2, 1, 0, 3][:channels] if channels > 1 else [0]
    return bytes(cv2.imencode(".png", np.ascontiguousarray(pixels[..., order]), options)[1])
