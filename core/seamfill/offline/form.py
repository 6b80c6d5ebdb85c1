"""What was posted, checked as the real endpoint checks it."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

import multipart
import numpy as np
import numpy.typing as npt
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["Edit", "File", "Form", "RefusedError", "read_edit", "read_form"]

_MAX_BODY = 16 * 50_000_000 + 4_000_000
_MAX_PIXELS = 8_294_400
_MAX_EDGE = 3840
_MULTIPLE = 16
_TYPES = ("image/jpeg", "image/png", "image/webp")
_CHOICES = {
    "quality": {"auto", "low", "medium", "high", "xhigh", "max"},
    "input_fidelity": {"low", "high"},
    "background": {"auto", "opaque"},
    "moderation": {"auto", "low"},
    "response_format": {"url", "b64_json"},
    "output_format": {"png", "jpeg", "webp"},
}
_FREE = {"prompt", "model", "user", "safety_identifier"}
_NUMBERS = {"n": (1, 10), "output_compression": (0, 100), "partial_images": (0, 3)}
_KNOWN = {*_CHOICES, *_FREE, *_NUMBERS, "size", "stream"}


class RefusedError(Exception):
    """A request that the real endpoint would refuse."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        status: int = 400,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"message": message, "type": kind, "param": param, "code": code}}


@dataclass(frozen=True)
class File:
    """One file of a form."""

    name: str
    filename: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Form:
    """What was posted, in its order."""

    fields: tuple[tuple[str, str], ...]
    files: tuple[File, ...]

    def value(self, name: str, default: str = "") -> str:
        """A text field."""
        return next((value for key, value in self.fields if key == name), default)

    def named(self, *names: str) -> list[File]:
        """Files by the names of their fields."""
        return [file for file in self.files if file.name in names]


@dataclass(frozen=True)
class Edit:
    """A request that is in order.

    Parameters
    ----------
    image : array of uint8, shape (h, w, 3)
    hole : array of bool, shape (h, w)
    size : tuple of (int, int)
        Width and height that the answer is to have.
    """

    image: npt.NDArray[np.uint8]
    hole: npt.NDArray[np.bool_]
    size: tuple[int, int]
    n: int
    output_format: str
    compression: int
    as_url: bool
    stream: bool
    partial_images: int


def read_form(content_type: str, body: bytes) -> Form:
    """Take a multipart body apart.

    Parameters
    ----------
    content_type : str
        The header.
    body : bytes

    Raises
    ------
    RefusedError
        If it is no multipart form.
    """
    kind, options = multipart.parse_options_header(content_type)
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise RefusedError(
            f"Unsupported content type: '{kind}'. Use 'multipart/form-data'.",
            code="unsupported_content_type",
        )
    fields: list[tuple[str, str]] = []
    files: list[File] = []
    try:
        parser = multipart.MultipartParser(
            io.BytesIO(body), options["boundary"], disk_limit=_MAX_BODY, memory_limit=_MAX_BODY,
            buffer_size=1 << 20,
        )  # fmt: skip
        for part in parser:
            if part.filename is None:
                fields.append((part.name, part.value))
            else:
                kind = part.content_type or "application/octet-stream"
                files.append(File(part.name, part.filename, kind, part.raw))
            part.close()
    except (multipart.MultipartError, UnicodeDecodeError) as error:
        raise RefusedError(f"The form cannot be read: {error}") from error
    return Form(tuple(fields), tuple(files))


def read_edit(form: Form, models: Collection[str]) -> Edit:
    """Check a form as the real endpoint does.

    Parameters
    ----------
    form : Form
    models : collection of str
        Names that are served.

    Raises
    ------
    RefusedError
        Where the real endpoint would refuse.
    """
    _check_fields(form)
    model = form.value("model")
    if model and model not in models:
        raise RefusedError(
            f"The model '{model}' does not exist or you do not have access to it.",
            code="model_not_found", param="model", status=404,
        )  # fmt: skip
    image, hole = _read_pictures(form)
    return Edit(
        image=image,
        hole=hole,
        size=_size(form.value("size", "auto"), hole.shape),
        n=int(form.value("n", "1")),
        output_format=form.value("output_format", "png"),
        compression=int(form.value("output_compression", "100")),
        as_url=form.value("response_format") == "url",
        stream=form.value("stream") == "true",
        partial_images=int(form.value("partial_images", "0")),
    )


def _check_fields(form: Form) -> None:
    for name, value in form.fields:
        if name not in _KNOWN:
            raise RefusedError(
                f"Unknown parameter: '{name}'.", code="unknown_parameter", param=name
            )
        if name in _CHOICES and value not in _CHOICES[name]:
            _refuse_value(name, value, sorted(_CHOICES[name]))
        if name == "stream" and value not in {"true", "false"}:
            _refuse_value(name, value, ["true", "false"])
        if name in _NUMBERS:
            _check_number(name, value)
    prompt = form.value("prompt")
    if not any(name == "prompt" for name, _ in form.fields):
        raise RefusedError(
            "Missing required parameter: 'prompt'.",
            code="missing_required_parameter", param="prompt",
        )  # fmt: skip
    if len(prompt) > 32_000:
        raise RefusedError(
            f"Invalid 'prompt': string too long. Expected a string with maximum length 32000, but "
            f"got a string with length {len(prompt)} instead.",
            code="string_above_max_length", param="prompt",
        )  # fmt: skip
    for file in form.files:
        if file.name not in {"image", "image[]", "mask"}:
            raise RefusedError(
                f"Unknown parameter: '{file.name}'.", code="unknown_parameter", param=file.name
            )


def _check_number(name: str, value: str) -> None:
    low, high = _NUMBERS[name]
    if not re.fullmatch(r"-?\d{1,6}", value):
        raise RefusedError(
            f"Invalid type for '{name}': expected an integer, but got '{value}' instead.",
            code="invalid_type", param=name,
        )  # fmt: skip
    if not low <= int(value) <= high:
        raise RefusedError(
            f"Invalid '{name}': expected a value between {low} and {high}, but got {value} "
            "instead.",
            code="integer_out_of_range", param=name,
        )  # fmt: skip


def _size(size: str, shape: tuple[int, ...]) -> tuple[int, int]:
    """Width and height of the answer: those of the image, or others that the real one takes."""
    h, w = shape
    if size in {"auto", f"{w}x{h}"}:
        return w, h
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", size)
    wanted = (int(match[1]), int(match[2])) if match else (0, 0)
    if not all(wanted):
        trouble = f"Supported values are: 'auto', '{w}x{h}' and any '{{width}}x{{height}}'."
    elif any(edge % _MULTIPLE for edge in wanted):
        trouble = f"Width and height must both be divisible by {_MULTIPLE}."
    elif max(wanted) > _MAX_EDGE or wanted[0] * wanted[1] > _MAX_PIXELS:
        trouble = f"At most {_MAX_EDGE} pixels on a side and {_MAX_PIXELS} in all."
    else:
        return wanted
    raise RefusedError(f"Invalid size '{size}'. {trouble}", code="invalid_value", param="size")


def _refuse_value(name: str, value: str, allowed: list[str]) -> NoReturn:
    names = ", ".join(f"'{item}'" for item in allowed)
    raise RefusedError(
        f"Invalid value: '{value}'. Supported values are: {names}.",
        code="invalid_value", param=name,
    )  # fmt: skip


def _read_pictures(form: Form) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
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
    if masks:
        mask = _open_mask(masks[0], picture.size)
    elif "A" in picture.getbands():
        mask = picture
    else:
        raise RefusedError(
            "There is nothing to fill: this endpoint continues what surrounds a selection, and "
            "there is none.",
            code="nothing_to_fill",
        )
    hole = np.asarray(mask.getchannel("A")) < 128
    if hole.all():
        raise RefusedError(
            "Everything is selected: this endpoint continues what surrounds a selection, and that "
            "leaves nothing to continue.",
            code="nothing_to_continue",
        )
    return np.asarray(picture.convert("RGB"), np.uint8), hole


def _open(file: File) -> Image.Image:
    if file.content_type not in _TYPES:
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
        if image.width * image.height > _MAX_PIXELS:
            raise RefusedError(
                f"Invalid file '{param}': {image.width}x{image.height} is more than "
                f"{_MAX_PIXELS} pixels.",
                code=code, param=param,
            )  # fmt: skip
        image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise RefusedError(
            f"Invalid file '{param}': it is not a valid image.", code=code, param=param
        ) from error
    loaded: Image.Image = image
    return loaded
