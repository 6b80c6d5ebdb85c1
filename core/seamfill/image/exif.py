"""EXIF data: one chain of tag directories, as in TIFF 6.0 (section 2) and EXIF 2.32 (4.6).

What is carried on tells of an upright picture that was edited: an orientation was carried out, and
a thumbnail would show what was taken away.
"""

from __future__ import annotations

import contextlib
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seamfill.geometry import Size

__all__ = [
    "DESCRIPTIVE",
    "ORIENTATION",
    "SUB_DIRECTORIES",
    "Directory",
    "Entry",
    "orientation_of",
    "parse",
    "read_directory",
    "serialise",
    "upright_exif",
    "upright_xmp",
    "write_directory",
]

ORIENTATION = 0x0112
_EXIF, _GPS, _INTEROP = 0x8769, 0x8825, 0xA005
SUB_DIRECTORIES = (_EXIF, _GPS)
_NESTED = (*SUB_DIRECTORIES, _INTEROP)
_SIDES = {0xA002: 0, 0xA003: 1, 0x0100: 0, 0x0101: 1}  # PixelXDimension, …; ImageWidth, …

DESCRIPTIVE = frozenset(
    {269, 270, 271, 272, 285, 305, 306, 315, 316, 33432}  # TIFF 6.0: what, with what, when, by whom
    | {18246, 18249, 40091, 40092, 40093, 40094, 40095}  # ratings and Windows' texts
    | {33550, 33922, 34264, 34735, 34736, 34737, 42112, 42113}  # where on earth (GeoTIFF, GDAL)
)
"""Tags of a picture's first directory that tell of the picture and not of how it is stored."""

_WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_WIDTHS |= {16: 8, 17: 8, 18: 8}  # BigTIFF
_WORDS = {3: 2, 4: 4, 5: 4, 8: 2, 9: 4, 10: 4, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_MOST_ENTRIES = 4096
_MOST_BYTES = 1 << 26


@dataclass(frozen=True)
class Entry:
    """A tag's value.

    Parameters
    ----------
    kind : int
        Its type, 1 to 13 as in TIFF 6.0 and its supplements.
    data : bytes
        Its values, least byte first.
    at : int
        Where they lie in what was parsed.
    nested : dict, optional
        The directory that the value points to.
    """

    kind: int
    data: bytes
    at: int = 0
    nested: Directory | None = None


Directory = dict[int, Entry]


def parse(exif: bytes) -> tuple[Directory, str]:
    """Read EXIF data.

    Parameters
    ----------
    exif : bytes
        From the byte order on, without ``Exif``.

    Returns
    -------
    directory, order
        The first directory, and ``"<"`` or ``">"``.

    Raises
    ------
    ValueError
        If they are damaged.
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None or len(exif) < 8:
        raise ValueError("no EXIF data")
    offset = struct.unpack_from(order + "I", exif, 4)[0]
    return read_directory(exif, offset, order), order


def read_directory(
    data: bytes, offset: int, order: str, *, big: bool = False, depth: int = 0
) -> Directory:
    """Read one directory and those that it points to.

    Parameters
    ----------
    data : bytes
        The whole of the EXIF data or of the TIFF.
    offset : int
        Where the directory lies.
    order : str
        ``"<"`` or ``">"``.
    big : bool
        Whether this is a BigTIFF.
    depth : int
        How many directories point to it, one by another.

    Returns
    -------
    Directory

    Raises
    ------
    ValueError
        If it is damaged.
    """
    try:
        return _read_directory(data, offset, order, big, depth)
    except struct.error:
        raise ValueError("a tag lies beyond the end") from None


def _read_directory(data: bytes, offset: int, order: str, big: bool, depth: int) -> Directory:
    head, form, width = ("Q", "HHQQ", 20) if big else ("H", "HHII", 12)
    (count,) = struct.unpack_from(order + head, data, offset)
    if count > _MOST_ENTRIES or depth > 2:
        raise ValueError("too many tags")
    found: Directory = {}
    for number in range(count):
        at = offset + struct.calcsize("=" + head) + number * width
        tag, kind, values, pointer = struct.unpack_from(order + form, data, at)
        length = _WIDTHS.get(kind, 1) * values
        field = 8 if big else 4
        place = at + width - field if length <= field else pointer
        if length > _MOST_BYTES or place + length > len(data):
            raise ValueError("a tag lies beyond the end")
        value = _least_first(data[place : place + length], kind, order)
        nested = None
        if tag in _NESTED and length >= 4:
            target = int.from_bytes(value[: _WIDTHS[kind]], "little")
            with contextlib.suppress(ValueError):  # damage in one need not spoil the others
                nested = read_directory(data, target, order, big=big, depth=depth + 1)
        found[tag] = Entry(kind, value, place, nested)
    return found


def _least_first(data: bytes, kind: int, order: str) -> bytes:
    width = _WORDS.get(kind, 1)
    if order == "<" or width == 1:
        return data
    return b"".join(data[i : i + width][::-1] for i in range(0, len(data), width))


def write_directory(directory: Directory, base: int) -> bytes:
    """Serialise a directory and those in it, least byte first.

    Parameters
    ----------
    directory : dict of int to Entry
    base : int
        Where in the file it will lie; even.
    """
    kept = {
        tag: entry
        for tag, entry in sorted(directory.items())
        if entry.kind in _WIDTHS and entry.kind <= 13 and (tag not in _NESTED or entry.nested)
    }
    fields, rest = b"", b""
    after = base + 2 + 12 * len(kept) + 4
    for tag, entry in kept.items():
        kind, value = entry.kind, entry.data
        if entry.nested is not None:
            kind, value = 4, struct.pack("<I", after + len(rest))
            rest += write_directory(entry.nested, after + len(rest))
        count = len(value) // _WIDTHS.get(kind, 1)
        if len(value) > 4:
            pointer = struct.pack("<I", after + len(rest))
            rest += value + b"\0" * (len(value) % 2)
        else:
            pointer = value.ljust(4, b"\0")
        fields += struct.pack("<HHI", tag, kind, count) + pointer
    return struct.pack("<H", len(kept)) + fields + bytes(4) + rest


def serialise(directory: Directory) -> bytes:
    """Make EXIF data of a directory.

    Parameters
    ----------
    directory : Directory

    Returns
    -------
    bytes
    """
    return b"II*\0" + struct.pack("<I", 8) + write_directory(directory, 8)


def orientation_of(directory: Directory) -> int:
    """Which way up the picture is, 1 to 8 (EXIF 2.32, tag 0x0112); 1 where nothing is told.

    Parameters
    ----------
    directory : Directory

    Returns
    -------
    int
    """
    entry = directory.get(ORIENTATION)
    value = int.from_bytes(entry.data[:2], "little") if entry else 1
    return value if 1 <= value <= 8 else 1


def upright_exif(exif: bytes, size: Size) -> tuple[bytes | None, int]:
    """EXIF data of a picture that has been put upright.

    They are changed in place, so that a camera maker's own notes stay readable: those point to
    places in the whole.

    Parameters
    ----------
    exif : bytes
    size : Size
        As stored, before it is put upright.

    Returns
    -------
    exif : bytes or None
        None if they were damaged.
    orientation : int
        What they told, 1 to 8.
    """
    exif = exif.removeprefix(b"Exif\0\0")
    try:
        directory, order = parse(exif)
    except ValueError:
        return None, 1
    changed = bytearray(exif)
    orientation = orientation_of(directory)
    if ORIENTATION in directory:
        struct.pack_into(order + "H", changed, directory[ORIENTATION].at, 1)
    sides = size[::-1] if orientation >= 5 else size
    nested = directory[_EXIF].nested if _EXIF in directory else None
    for tag, entry in {**directory, **(nested or {})}.items():
        if tag in _SIDES and entry.kind in (3, 4) and sides[_SIDES[tag]] < 65536:
            form = order + {3: "H", 4: "I"}[entry.kind]
            struct.pack_into(form, changed, entry.at, sides[_SIDES[tag]])
    _drop_thumbnail(changed, order)
    return bytes(changed), orientation


def _drop_thumbnail(exif: bytearray, order: str) -> None:
    """Unlink the second directory and blank its picture, which is that of the unedited one."""
    first = struct.unpack_from(order + "I", exif, 4)[0]
    link = first + 2 + 12 * struct.unpack_from(order + "H", exif, first)[0]
    if link + 4 > len(exif):
        return
    second = struct.unpack_from(order + "I", exif, link)[0]
    struct.pack_into(order + "I", exif, link, 0)
    if not second:
        return
    try:
        tags = read_directory(bytes(exif), second, order)
    except ValueError:
        return
    start, length = (
        int.from_bytes(tags[tag].data, "little") if tag in tags else 0 for tag in (0x0201, 0x0202)
    )
    if start > 0 and start + length <= len(exif):
        exif[start : start + length] = bytes(length)


def upright_xmp(xmp: bytes) -> bytes:
    """XMP of a picture that has been put upright; they may repeat the orientation.

    Parameters
    ----------
    xmp : bytes

    Returns
    -------
    bytes
    """
    turned = re.sub(rb"(tiff:Orientation\s*=\s*[\"'])[2-8]", rb"\g<1>1", xmp)
    return re.sub(rb"(<tiff:Orientation>)[2-8](?=<)", rb"\g<1>1", turned)
