"""Colour profiles: models speak sRGB, and pictures may be in another space."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from seamfill.image.arrays import Pixels

__all__ = ["ColourSpace", "space_of"]


@dataclass(frozen=True)
class ColourSpace:
    """An RGB space that is not sRGB.

    Parameters
    ----------
    profile : bytes
        Its ICC profile.
    """

    profile: bytes

    def to_srgb(self, pixels: Pixels) -> Pixels:
        """Bring 8-bit RGB pixels of this space to sRGB.

        Parameters
        ----------
        pixels : array of uint8, shape (h, w, 3)

        Returns
        -------
        array of uint8, same shape
        """
        return _applied(self._transforms[0], pixels)

    def from_srgb(self, pixels: Pixels) -> Pixels:
        """Bring 8-bit sRGB pixels to this space; alpha stays.

        Parameters
        ----------
        pixels : array of uint8, shape (h, w, 3 or 4)

        Returns
        -------
        array of uint8, same shape
        """
        colours = _applied(self._transforms[1], pixels[..., :3])
        return np.dstack([colours, pixels[..., 3:]]) if pixels.shape[2] == 4 else colours

    @property
    def is_usable(self) -> bool:
        """Whether colours can be brought there and back; profiles of scanners go one way only."""
        from PIL import ImageCms

        try:
            return bool(self._transforms)
        except (OSError, ImageCms.PyCMSError):
            return False

    @cached_property
    def _transforms(self) -> tuple[Any, Any]:
        from PIL import ImageCms

        own = ImageCms.ImageCmsProfile(io.BytesIO(self.profile))
        srgb = ImageCms.createProfile("sRGB")
        intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
        flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
        return (
            ImageCms.buildTransform(own, srgb, "RGB", "RGB", intent, flags),
            ImageCms.buildTransform(srgb, own, "RGB", "RGB", intent, flags),
        )


def space_of(profile: bytes | None, channels: int) -> ColourSpace | None:
    """The space that a picture's profile stands for.

    Parameters
    ----------
    profile : bytes or None
        ICC profile, if there is one.
    channels : int
        Of the picture.

    Returns
    -------
    ColourSpace or None
        None for sRGB, and where the profile is none of RGB, damaged or goes one way only; such
        pixels are taken as sRGB.
    """
    from PIL import ImageCms

    if not profile or channels < 3:
        return None
    try:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        name = ImageCms.getProfileDescription(opened)
    except (OSError, ImageCms.PyCMSError):
        return None
    if opened.profile.xcolor_space.strip() != "RGB" or "sRGB" in name:
        return None
    space = ColourSpace(profile)
    return space if space.is_usable else None


def _applied(transform: Any, pixels: Pixels) -> Pixels:
    from PIL import Image

    return np.asarray(transform.apply(Image.fromarray(np.ascontiguousarray(pixels))))
