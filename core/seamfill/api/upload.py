"""The pictures of one request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seamfill.geometry import Size

__all__ = ["Upload"]


@dataclass(frozen=True)
class Upload:
    """The encoded pictures of one request.

    Parameters
    ----------
    image : bytes
        PNG of the region at upload size.
    mask : bytes or None
        PNG of the same size, in the form that the model takes (`seamfill.api.mask_style`).
    size : Size
        Of all of them, in pixels.
    markup : bytes, optional
        RGBA PNG of the same size with instructions drawn over the image; sent instead of a mask.
    """

    image: bytes
    mask: bytes | None
    size: Size
    markup: bytes | None = None
