"""Answers of the offline endpoint as files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    import numpy.typing as npt

    from seamfill.offline.checks import Edit

__all__ = ["encoded", "preview"]


def encoded(image: npt.NDArray[np.uint8], edit: Edit) -> bytes:
    """An answer as a file of the size and format that were asked for.

    Parameters
    ----------
    image : array of uint8, shape (h, w, 3)
    edit : Edit
    """
    data = io.BytesIO()
    picture = Image.fromarray(image)
    if edit.background == "transparent":
        picture = picture.convert("RGBA")
    if picture.size != edit.size:
        picture = picture.resize(edit.size, Image.Resampling.LANCZOS)
    options = {"compress_level": 1} if edit.output_format == "png" else {}
    if edit.output_format != "png":
        options["quality"] = max(1, edit.compression)
    picture.save(data, edit.output_format.upper(), **options)
    return data.getvalue()


def preview(edit: Edit, index: int) -> npt.NDArray[np.uint8]:
    """A first impression: the surroundings diffused into the hole, finer with every step.

    Parameters
    ----------
    edit : Edit
    index : int
        Of the step, from 0.

    Returns
    -------
    array of uint8, shape (h, w, 3)
    """
    import cv2

    h, w = edit.hole.shape
    size = max(1, w >> (4 - index)), max(1, h >> (4 - index))
    small = cv2.resize(edit.image, size, interpolation=cv2.INTER_AREA)
    gap = cv2.resize(edit.hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
    rough = cv2.inpaint(small, gap.astype(np.uint8), 3, cv2.INPAINT_TELEA)
    picture = edit.image.copy()
    picture[edit.hole] = cv2.resize(rough, (w, h), interpolation=cv2.INTER_LINEAR)[edit.hole]
    return picture
