"""The pictures of an edit, checked as the real endpoint checks them."""

from __future__ import annotations

import io
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from seamfill.offline.form import RefusedError

if TYPE_CHECKING:
    from seamfill.endpoints import Model
    from seamfill.offline.form import File, Form

__all__ = ["MAX_PIXELS", "read_pictures"]

MAX_PIXELS = 8_294_400  # of a picture, and of an answer
_TYPES = ("image/jpeg", "image/png", "image/webp")
_UNTOLD = "application/octet-stream"
_ENDINGS = {".jpg", ".jpeg", ".png", ".webp"}


def read_pictures(form: Form, model: Model) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
    """The picture of an edit, and where it is to be filled.

    Parameters
    ----------
    form : Form
    model : Model
        Stood in for. One that reads no prompt needs a selection and something around it.

    Returns
    -------
    image : array of uint8, shape (h, w, 3)
    hole : array of bool, shape (h, w)
        Nowhere, where a model would have to paint all of it.

    Raises
    ------
    RefusedError
        Where the real endpoint would refuse.
    """
    images = form.named("image", "image[]")
    if not images:
        raise RefusedError(
            "Missing required parameter: 'image'.",
            code="missing_required_parameter", param="image",
        )  # fmt: skip
    if len(images) > 16:
        raise RefusedError("Too many images: at most 16 are taken.", param="image")
    opened = [_open(file) for file in images]
    picture = opened[0]
    masks = form.named("mask")
    hole = np.zeros((picture.height, picture.width), bool)
    if masks:
        hole = _transparent(_open_mask(masks[0], picture.size))
    elif "A" in picture.getbands():
        hole = _transparent(picture)
    elif not model.reads_prompt:
        raise RefusedError(
            "There is nothing to fill: this model continues what surrounds a selection, and there "
            "is none.",
            code="nothing_to_fill",
        )
    if hole.all():
        if not model.reads_prompt:
            raise RefusedError(
                "Everything is selected: this model continues what surrounds a selection, and that "
                "leaves nothing to continue.",
                code="nothing_to_continue",
            )
        hole = ~hole  # a model would paint it anew; its stand-in leaves it as it is
    return np.asarray(picture.convert("RGB"), np.uint8), hole


def _transparent(picture: Image.Image) -> npt.NDArray[np.bool_]:
    return np.asarray(picture.getchannel("A")) < 128


def _open(file: File) -> Image.Image:
    # Clients that stream a file give it a name and no type.
    named = PurePath(file.filename).suffix.lower() in _ENDINGS
    if file.content_type not in _TYPES and not (file.content_type == _UNTOLD and named):
        raise RefusedError(
            f"Invalid file 'image': unsupported mimetype ('{file.content_type}'). Supported file "
            "formats are 'image/jpeg', 'image/png', and 'image/webp'.",
            code="unsupported_file_mimetype", param="image",
        )  # fmt: skip
    if len(file.data) >= 50_000_000:
        raise RefusedError("Invalid file 'image': 50 MB or more.", param="image", status=413)
    return _load(file, "image", "invalid_image_file")


def _open_mask(file: File, size: tuple[int, int]) -> Image.Image:
    mask = _load(file, "mask", "invalid_mask_image_format")
    trouble = ""
    if mask.format != "PNG":
        trouble = "mask is not a PNG"
    elif mask.size != size:
        trouble = "mask size does not match image size"
    elif "A" not in mask.getbands():
        trouble = "mask image missing alpha channel"
    if trouble:
        raise RefusedError(
            f"Invalid mask image format - {trouble}",
            code="invalid_mask_image_format", kind="image_generation_user_error",
        )  # fmt: skip
    return mask


def _load(file: File, param: str, code: str) -> Image.Image:
    try:
        image: Any = Image.open(io.BytesIO(file.data), formats=("PNG", "JPEG", "WEBP"))
        if image.width * image.height > MAX_PIXELS:
            raise RefusedError(
                f"Invalid file '{param}': {image.width}x{image.height} is more than "
                f"{MAX_PIXELS} pixels.",
                code=code, param=param,
            )  # fmt: skip
        image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise RefusedError(
            f"Invalid file '{param}': it is not a valid image.", code=code, param=param
        ) from error
    loaded: Image.Image = image
    return loaded
