"""Options by name, as batch files and the worker's messages carry them, made into a request."""

from __future__ import annotations

import contextlib
import dataclasses
import operator
import os
import re
import reprlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seamfill.api.request import EditRequest
from seamfill.api.validation import check_bounds
from seamfill.errors import BadInput
from seamfill.geometry import Box, Size

if TYPE_CHECKING:
    from collections.abc import Mapping


__all__ = ["box_from", "parse_box", "parse_size", "request_from"]

_TEXT = {
    "prompt", "endpoint", "base_url", "model", "size", "quality", "background", "moderation",
    "output_format", "input_fidelity", "response_format", "safety_identifier", "complexity",
}  # fmt: skip
_WHOLE = {"n", "output_compression", "partial_images", "grow", "retries"}
_NUMBER = {"edge", "timeout"}
_SWITCH = {"stream", "tiles", "fit", "register", "tone"}
_FARTHEST = 10**9  # pixels; no picture is as large


def parse_box(text: str) -> Box:
    """Read a box written as ``X,Y,W,H``.

    Raises
    ------
    BadInput
        If it is not four whole numbers, or width or height is not positive.
    """
    try:
        x, y, w, h = (int(part) for part in text.split(","))
    except ValueError:
        raise BadInput(
            f"“{text}” is not a box.", "Write a box as X,Y,W,H in pixels, such as 120,80,300,200."
        ) from None
    return box_from((x, y, w, h))


def box_from(value: Any) -> Box:
    """Make a box of four whole numbers, or of their text.

    Parameters
    ----------
    value : sequence of four int, or str
        x, y, width, height.

    Raises
    ------
    BadInput
        If it is something else, or width or height is not positive.
    """
    if isinstance(value, str):
        return parse_box(value)
    try:
        x, y, w, h = (operator.index(number) for number in value)
    except (TypeError, ValueError):
        raise BadInput(
            f"The box cannot be {reprlib.repr(value)}.",
            "Write it as four whole numbers: x, y, width, height.",
        ) from None
    if max(abs(number) for number in (x, y, w, h)) > _FARTHEST:
        raise BadInput(f"The box {x},{y},{w},{h} lies beyond every picture.")
    if w < 1 or h < 1:
        raise BadInput(
            f"The box {x},{y},{w},{h} is empty.", "Its width and height must be at least 1."
        )
    return Box(x, y, w, h)


def parse_size(text: str) -> Size:
    """Read a size written as ``WxH``.

    Raises
    ------
    BadInput
        If it is not two whole numbers above 0.
    """
    found = re.fullmatch(r"([1-9]\d{0,5})[x×]([1-9]\d{0,5})", text.strip())
    if not found:
        raise BadInput(f"“{text}” is not a size.", "Write a size as WxH, such as 1024x1024.")
    return Size(int(found[1]), int(found[2]))


def request_from(options: Mapping[str, Any]) -> EditRequest:
    """Make a request of options by name.

    Parameters
    ----------
    options : mapping
        Names of `EditRequest`'s fields to values; None and left out are the same.

    Returns
    -------
    EditRequest

    Raises
    ------
    BadInput
        If a name is not known, or a value has the wrong type or is out of bounds.
    """
    known = {item.name for item in dataclasses.fields(EditRequest)}
    values = {}
    for name, value in options.items():
        if name not in known:
            raise BadInput(
                f"There is no option “{reprlib.repr(name)[1:-1]}”.", "Check how it is spelled."
            )
        if value is not None:
            values[name] = _checked(name, value)
    request = EditRequest(**values)
    check_bounds(request)
    return request


def _checked(name: str, value: Any) -> Any:
    if name in _TEXT and isinstance(value, str) and _is_text(value):
        return value
    if name in _SWITCH and isinstance(value, bool):
        return value
    if name in _WHOLE and isinstance(value, int) and not isinstance(value, bool):
        return value
    if name in _NUMBER and isinstance(value, int | float) and not isinstance(value, bool):
        with contextlib.suppress(OverflowError):
            return float(value)
    if name == "context":
        return _context(value)
    if name == "references" and isinstance(value, list | tuple) and all(map(_is_path, value)):
        return tuple(Path(path) for path in value)
    if name == "markup" and _is_path(value):
        return Path(value)
    raise BadInput(f"The option “{name}” cannot be {reprlib.repr(value)}.", "Check its value.")


def _is_path(value: Any) -> bool:
    return isinstance(value, str | os.PathLike) and "\0" not in os.fspath(value)


def _is_text(value: str) -> bool:
    """Whether a text can be written at all: halves of characters cannot."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _context(value: Any) -> str | Box:
    if isinstance(value, str):
        return parse_box(value) if "," in value else value
    if isinstance(value, list | tuple) and len(value) == 4 and all(type(v) is int for v in value):
        return Box(*value)
    raise BadInput(
        f"The context cannot be {reprlib.repr(value)}.",
        "Use auto, a share such as 50%, a width such as 120px, layer, or a box X,Y,W,H.",
    )
