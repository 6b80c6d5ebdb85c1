"""Pictures made and read by the letter of their specifications, sharing no code with Seamfill.

PNG: third edition. TIFF: revision 6.0, of which tifffile reads the tags and samples back.
"""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import tifffile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seamfill.image.arrays import Pixels

__all__ = ["exif", "png", "read_png", "read_tiff", "tiff"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOURS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_ADAM7 = (
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)
)  # fmt: skip


def chunk(name: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _packed(rows: Pixels, depth: int) -> list[bytes]:
    """Rows of samples, shape (h, w x channels), as a PNG and a TIFF store them."""
    if depth >= 8:
        kind = ">u2" if depth == 16 else "u1"
        return [row.astype(kind).tobytes() for row in rows]
    bits = (rows[..., None] >> np.arange(depth - 1, -1, -1)) & 1
    return [np.packbits(row.reshape(-1).astype(np.uint8)).tobytes() for row in bits]


def _filtered(row: bytes, above: bytes, step: int, kind: int) -> bytes:
    out = bytearray([kind])
    for i, value in enumerate(row):
        left = row[i - step] if i >= step else 0
        up, corner = above[i], above[i - step] if i >= step else 0
        out.append((value - _predicted(kind, left, up, corner)) & 255)
    return bytes(out)


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 4:
        guess = left + up - corner
        distances = (abs(guess - left), abs(guess - up), abs(guess - corner))
        return (left, up, corner)[distances.index(min(distances))]
    return (0, left, up, (left + up) // 2)[kind]


def png(samples: Pixels, depth: int, colour: int, *extra: bytes, interlaced: bool = False) -> bytes:
    """Encode samples of any depth, with every filter in turn; `extra` are chunks."""
    h, w = samples.shape[:2]
    passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    step = max(1, _COLOURS[colour] * depth // 8)
    data = b""
    for x, y, across, down in passes:
        part = samples[y::down, x::across]
        if not part.size:
            continue
        rows = _packed(part.reshape(len(part), -1), depth)
        above = bytes(len(rows[0]))
        for number, row in enumerate(rows):
            data += _filtered(row, above, step, number % 5)
            above = row
    head = struct.pack(">IIBBBBB", w, h, depth, colour, 0, 0, int(interlaced))
    body = chunk(b"IHDR", head) + b"".join(extra) + chunk(b"IDAT", zlib.compress(data))
    return _SIGNATURE + body + chunk(b"IEND", b"")


def chunks_of(data: bytes) -> list[tuple[bytes, bytes]]:
    """All chunks of a PNG."""
    at, found = 8, []
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name, value = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", data, at + 8 + length)[0] == zlib.crc32(name + value)
        found.append((name, value))
        at += 12 + length
    return found


def read_png(data: bytes) -> Pixels:
    """Decode a PNG of 8 or 16 bits that is neither interlaced nor indexed."""
    found = chunks_of(data)
    w, h, depth, colour, *_, interlaced = struct.unpack(">IIBBBBB", found[0][1])
    assert depth in (8, 16)
    assert not interlaced
    assert colour != 3
    assert b"tRNS" not in [name for name, _ in found]
    raw = zlib.decompress(b"".join(value for name, value in found if name == b"IDAT"))
    channels = _COLOURS[colour]
    step = channels * depth // 8
    above, rows = bytes(w * step), []
    for y in range(h):
        kind, *row = raw[y * (w * step + 1) : (y + 1) * (w * step + 1)]
        for i, value in enumerate(row):
            left = row[i - step] if i >= step else 0
            corner = above[i - step] if i >= step else 0
            row[i] = (value + _predicted(kind, left, above[i], corner)) & 255
        above = bytes(row)
        rows.append(above)
    pixels = np.frombuffer(b"".join(rows), ">u2" if depth == 16 else "u1")
    return pixels.reshape(h, w, channels).astype(np.uint16 if depth == 16 else np.uint8)


def tiff(strips: Sequence[bytes], tags: dict[int, tuple[int, Any]], *, order: str = "<") -> bytes:
    """Put strips into a TIFF with these tags: number to type and value or values."""
    strips = [bytes(strip) for strip in strips]
    at, offsets = 8, []
    for strip in strips:
        offsets.append(at)
        at += len(strip)
    at += at % 2
    every = {**tags, 273: (4, offsets), 279: (4, [len(strip) for strip in strips])}
    fields, rest = b"", b""
    after = at + 2 + 12 * len(every) + 4
    for tag, (kind, value) in sorted(every.items()):
        values = value if isinstance(value, list | tuple) else [value]
        form = {3: "H", 4: "I", 2: "B", 7: "B"}[kind]
        data = struct.pack(order + form * len(values), *values)
        if len(data) > 4:
            where = struct.pack(order + "I", after + len(rest))
            rest += data + b"\0" * (len(data) % 2)
        else:
            where = data.ljust(4, b"\0")
        fields += struct.pack(order + "HHI", tag, kind, len(values)) + where
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", at)
    body = b"".join(strips)
    body += b"\0" * (at - 8 - len(body))
    return head + body + struct.pack(order + "H", len(every)) + fields + bytes(4) + rest


def bits_of(rows: Pixels, depth: int) -> bytes:
    """Samples of less than 8 bits, packed."""
    return b"".join(_packed(rows, depth))


def read_tiff(data: bytes) -> Pixels:
    """Decode a TIFF that says to hold upright grey or RGB, with unassociated alpha or none."""
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        (page,) = file.pages
        assert isinstance(page, tifffile.TiffPage)
        assert page.photometric in (tifffile.PHOTOMETRIC.MINISBLACK, tifffile.PHOTOMETRIC.RGB)
        assert page.planarconfig == tifffile.PLANARCONFIG.CONTIG
        colours = 3 if page.photometric == tifffile.PHOTOMETRIC.RGB else 1
        alpha = tuple(page.extrasamples)
        assert alpha in ((), (tifffile.EXTRASAMPLE.UNASSALPHA,))
        assert page.samplesperpixel == colours + len(alpha)
        orientation = page.tags.get(274)
        assert orientation is None or orientation.value == 1
        pixels = page.asarray()
    return pixels if pixels.ndim == 3 else pixels[..., None]


def exif(orientation: int) -> bytes:
    """EXIF data that tell nothing but an orientation."""
    field = struct.pack("<HHII", 0x0112, 3, 1, orientation)
    return b"II*\0" + struct.pack("<IH", 8, 1) + field + bytes(4)
