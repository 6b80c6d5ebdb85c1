"""What was posted, checked as the real endpoint checks it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from seamfill.endpoints import Model
from seamfill.geometry import Size
from seamfill.offline.form import RefusedError
from seamfill.offline.pictures import MAX_PIXELS, read_pictures

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from seamfill.offline.form import Form

__all__ = ["CHOICES", "Edit", "read_edit"]

_MAX_EDGE = 3840
_MULTIPLE = 16
CHOICES = {
    "quality": {"auto", "low", "medium", "high", "xhigh", "max"},
    "input_fidelity": {"low", "high"},
    "background": {"auto", "opaque", "transparent"},
    "moderation": {"auto", "low"},
    "complexity": {"low", "medium", "high"},
    "response_format": {"url", "b64_json"},
    "output_format": {"png", "jpeg", "webp"},
    "stream": {"true", "false"},
}
"""As the real endpoint's document has them: stated apart from what Seamfill offers, to check it."""
_FREE = {"prompt", "model", "user", "safety_identifier", "size"}
_NUMBERS = {
    "n": (1, 10),
    "output_compression": (0, 100),
    "partial_images": (0, 3),
    "frame_count": (2, 16),
    "frame_duration_ms": (1, 100_000),
}
_KNOWN = {*CHOICES, *_FREE, *_NUMBERS}
_FILES = {"image", "image[]", "mask", "markup"}
_REFUSED = {"gpt-image-1": {"response_format"}}
"""What the service does not take of a model, though its document has it."""
_ANY = Model("")
"""What is checked where no model is named."""


@dataclass(frozen=True)
class Edit:
    """A request that is in order.

    Parameters
    ----------
    image : array of uint8, shape (h, w, 3)
    hole : array of bool, shape (h, w)
    size : Size
        What the answer is to have.
    quality, background : str
        As asked for.
    told_size : str
        What the reply says of the size; empty for one that the model would not have, which is made
        here all the same and of which no client has a notion.
    """

    image: npt.NDArray[np.uint8]
    hole: npt.NDArray[np.bool_]
    size: Size
    n: int
    output_format: str
    compression: int
    as_url: bool
    stream: bool
    partial_images: int
    quality: str
    background: str
    told_size: str


def read_edit(form: Form, models: Mapping[str, Model]) -> Edit:
    """Check a form as the real endpoint does.

    Parameters
    ----------
    form : Form
    models : mapping of str to Model
        What is served, or stood in for.

    Raises
    ------
    RefusedError
        Where the real endpoint would refuse.
    """
    name = form.value("model")
    if name and name not in models:
        raise RefusedError(
            f"The model '{name}' does not exist or you do not have access to it.",
            code="model_not_found", param="model", status=404,
        )  # fmt: skip
    model = models[name] if name else _ANY
    _check_fields(form, model)
    _check_prompt(form, model)
    image, hole = read_pictures(form, model)
    size = _size(form, model, hole.shape)
    return Edit(
        image=image,
        hole=hole,
        size=size,
        n=int(form.value("n", "1")),
        output_format=form.value("output_format", "png"),
        compression=int(form.value("output_compression", "100")),
        as_url=form.value("response_format") == "url",
        stream=form.value("stream") == "true",
        partial_images=int(form.value("partial_images", "0")),
        quality=_asked(form, "quality", "high"),
        background=_asked(form, "background", "opaque"),
        told_size=f"{size.w}x{size.h}" if model.sizes.allows(size) else "",
    )


def _asked(form: Form, name: str, default: str) -> str:
    """What was asked for, and what it is where that was left open."""
    value = form.value(name, "auto")
    return default if value == "auto" else value


def _check_fields(form: Form, model: Model) -> None:
    shaped = model.size_field == "aspect_ratio"
    known = (_KNOWN | {"aspect_ratio"} if shaped else _KNOWN) - _REFUSED.get(model.name, set())
    choices = {**CHOICES, "quality": CHOICES["quality"] | set(model.qualities)}
    choices["aspect_ratio"] = set(model.aspects)
    for name, value in form.fields:
        if name.partition("[")[0] == "svg":
            continue  # how a drawing would be made; this one paints
        if name not in known:
            _refuse_name(name)
        if name in choices and value not in choices[name]:
            _refuse_value(name, value, sorted(choices[name]))
        if name in _NUMBERS:
            _check_number(name, value)
    for file in form.files:
        if file.name not in _FILES:
            _refuse_name(file.name)
    if form.value("background") == "transparent" and form.value("output_format") == "jpeg":
        _refuse_value("output_format", "jpeg", ["png", "webp"])


def _check_prompt(form: Form, model: Model) -> None:
    prompt = form.value("prompt")
    if not any(name == "prompt" for name, _ in form.fields):
        raise RefusedError(
            "Missing required parameter: 'prompt'.",
            code="missing_required_parameter", param="prompt",
        )  # fmt: skip
    if len(prompt) > model.prompt_limit:
        raise RefusedError(
            "Invalid 'prompt': string too long. Expected a string with maximum length "
            f"{model.prompt_limit}, but got a string with length {len(prompt)} instead.",
            code="string_above_max_length", param="prompt",
        )  # fmt: skip


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


def _size(form: Form, model: Model, shape: tuple[int, ...]) -> Size:
    """Width and height of the answer: those of the image, or others that the real one takes."""
    h, w = shape
    ratio = form.value("aspect_ratio")
    if ratio and model.sizes.fixed:
        return _shaped(ratio, model)
    size = form.value("size", "auto")
    sizes = [f"{fixed.w}x{fixed.h}" for fixed in model.sizes.fixed]
    if model.square and size not in {"auto", *sizes}:
        _refuse_value("size", size, sizes)
    if size in {"auto", f"{w}x{h}"}:
        return Size(w, h)
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", size)
    wanted = Size(int(match[1]), int(match[2])) if match else Size(0, 0)
    if not all(wanted):
        trouble = f"Supported values are: 'auto', '{w}x{h}' and any '{{width}}x{{height}}'."
    elif any(edge % _MULTIPLE for edge in wanted):
        trouble = f"Width and height must both be divisible by {_MULTIPLE}."
    elif max(wanted) > _MAX_EDGE or wanted[0] * wanted[1] > MAX_PIXELS:
        trouble = f"At most {_MAX_EDGE} pixels on a side and {MAX_PIXELS} in all."
    else:
        return wanted
    raise RefusedError(f"Invalid size '{size}'. {trouble}", code="invalid_value", param="size")


def _shaped(ratio: str, model: Model) -> Size:
    """The size at which a model paints pictures of a shape such as ``"16:9"``."""
    across, _, down = ratio.partition(":")
    shape = math.log(int(across) / int(down))
    return min(model.sizes.fixed, key=lambda size: abs(math.log(size.w / size.h) - shape))


def _refuse_name(name: str) -> NoReturn:
    raise RefusedError(f"Unknown parameter: '{name}'.", code="unknown_parameter", param=name)


def _refuse_value(name: str, value: str, allowed: list[str]) -> NoReturn:
    names = ", ".join(f"'{item}'" for item in allowed)
    raise RefusedError(
        f"Invalid value: '{value}'. Supported values are: {names}.",
        code="invalid_value", param=name,
    )  # fmt: skip
