"""The image of an answer, decoded within limits."""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seamfill.errors import AnswerUnusable

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt
    from PIL.Image import Image

__all__ = ["AnswerImage"]

_MAX_PIXELS = 17_000_000  # twice the largest answer of any model in the catalogue: 4096 x 4096
_MAX_EDGE = 16_384
_MAX_SCANNED = 400_000_000  # pixels times scans of a JPEG; ten scans are usual
_FORMATS = ("PNG", "JPEG", "WEBP")
_LAZY = ("PNG", "JPEG")  # of which opening reads no more than the header


@dataclass(frozen=True)
class AnswerImage:
    """One image that came back.

    Parameters
    ----------
    data : bytes
        As it came.
    path : Path, optional
        Where the journal keeps it; None if the disk refused.
    revised_prompt : str, optional
        What the endpoint made of the prompt.
    id : (int, int)
        Which answer of the journal's entry this is: its request and its number there, from 1.
    """

    data: bytes = field(repr=False)
    path: Path | None = None
    revised_prompt: str | None = None
    id: tuple[int, int] = (0, 0)

    def decode(self) -> npt.NDArray[np.uint8]:
        """The pixels; decoded once, however often they are asked for.

        Returns
        -------
        array of uint8, shape (h, w, 3 or 4)
            RGB or RGBA, sRGB-coded, upright.

        Raises
        ------
        AnswerUnusable
            If this is no PNG, JPEG or WebP, is cut off, moves, or is absurdly large.
        """
        return self._decoded

    @functools.cached_property
    def pixels(self) -> int:
        """How many there are, by what the header says; 0 where that cannot be read."""
        from PIL import Image

        try:
            if found := _webp_size(self.data):
                return found[0] * found[1]
            with Image.open(io.BytesIO(self.data), formats=_LAZY) as image:
                return image.width * image.height
        except Exception:  # as below; decoding says what is wrong
            return 0

    @functools.cached_property
    def _decoded(self) -> npt.NDArray[np.uint8]:
        from PIL import Image

        try:
            if found := _webp_size(self.data):
                self._check_size(*found)  # opening it makes room for all its pixels
            with Image.open(io.BytesIO(self.data), formats=_FORMATS) as image:
                self._check(image)
                image.load()
                return _pixels(image)
        except AnswerUnusable:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise self._unusable("is absurdly large") from error
        except Exception as error:  # codecs raise whatever they like on bytes from a stranger
            raise self._unusable(f"is {_kind(self.data)}") from error

    def _check(self, image: Image) -> None:
        if getattr(image, "n_frames", 1) > 1:
            raise self._unusable("is an animation")
        self._check_size(*image.size)
        scans = self.data.count(b"\xff\xda") if image.format == "JPEG" else 1
        if scans * image.width * image.height > _MAX_SCANNED:
            raise self._unusable(f"is drawn over and over ({scans} scans)")

    def _check_size(self, w: int, h: int) -> None:
        if w * h > _MAX_PIXELS or max(w, h) > _MAX_EDGE:
            raise self._unusable(f"is absurdly large ({w}x{h})")

    def _unusable(self, why: str) -> AnswerUnusable:
        kept = f"What came is kept in {self.path}." if self.path else ""
        return AnswerUnusable(f"The answer {why}.", kept)


def _webp_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a WebP (RFC 9649, sections 2.5 to 2.7); None where it is none."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return None
    kind, head = data[12:16], data[20:30]
    if kind == b"VP8X":
        return (
            1 + int.from_bytes(head[4:7], "little"),
            1 + int.from_bytes(head[7:10], "little"),
        )
    if kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    w, h = int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
    return w & 0x3FFF, h & 0x3FFF


def _pixels(image: Image) -> npt.NDArray[np.uint8]:
    import numpy as np
    from PIL import ImageOps

    ImageOps.exif_transpose(image, in_place=True)  # which copies only what it has to turn
    upright: Image = image
    if upright.mode.startswith("I"):  # 16 bits of grey
        upright = upright.point(lambda value: value / 257).convert("L")
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    if image.info.get("icc_profile"):
        upright = _to_srgb(upright, mode)
    elif upright.mode != mode:
        upright = upright.convert(mode)
    return np.asarray(upright, np.uint8)


def _to_srgb(image: Image, mode: str) -> Image:
    """Colours by the profile that the image carries."""
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        plain = image if image.mode in {"RGB", "RGBA", "L", "CMYK"} else image.convert(mode)
        converted = ImageCms.profileToProfile(
            plain, source, ImageCms.createProfile("sRGB"), outputMode=mode
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image.convert(mode)  # a profile that is broken or fits another mode says nothing
    return converted if converted is not None else image.convert(mode)


def _kind(data: bytes) -> str:
    """What bytes that do not decode are, in the user's words."""
    start = data[:64].lstrip().lower()
    if start.startswith((b"\x89png", b"\xff\xd8\xff")) or start[8:12] == b"webp":
        return "damaged or cut off"
    if start.startswith((b"<!doctype", b"<html")):
        return "a web page, not a picture"
    if start.startswith((b"gif8", b"<svg", b"<?xml", b"bm", b"ii*", b"mm\x00*")):
        return "a picture in a format that is not read (png, jpeg and webp are)"
    return "not a picture" if data else "empty"
