"""Options by name, as batch files and the worker's messages carry them, made into a request."""

from __future__ import annotations

import operator
import os
import re
import reprlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seamfill.errors import BadInput
from seamfill.geometry import Box, Size
from seamfill.options.fit import FitOptions, fit_options
from seamfill.options.request import EditRequest
from seamfill.options.schema import options_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seamfill.options.schema import Option

__all__ = [
    "box_from",
    "check_bounds",
    "fit_options_from",
    "parse_box",
    "parse_size",
    "request_from",
]

_FARTHEST = 10**9  # pixels; no picture is as large


def parse_box(text: str) -> Box:
    """Read a box written as ``X,Y,W,H``.

    Parameters
    ----------
    text : str

    Returns
    -------
    Box

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

    Parameters
    ----------
    text : str

    Returns
    -------
    Size

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
    request = EditRequest(**_read(options, EditRequest))
    check_bounds(request)
    return request


def fit_options_from(options: Mapping[str, Any]) -> FitOptions:
    """Say how an answer is fitted again, from options by name.

    Parameters
    ----------
    options : mapping
        ``register`` and ``tone``, and those of `request_from`, of which ``fit``, ``edge``,
        ``texture`` and ``texture_seed`` count.

    Returns
    -------
    FitOptions

    Raises
    ------
    BadInput
        See `request_from`.
    """
    asked = {option.name for option in options_of(EditRequest)}
    own = {option.name for option in options_of(FitOptions)} - asked
    switches = _read({name: options[name] for name in own.intersection(options)}, FitOptions)
    request = request_from({name: options[name] for name in options if name not in own})
    texture, seed = request.texture, request.texture_seed
    return fit_options(request.fit, request.edge, texture=texture, texture_seed=seed, **switches)


def check_bounds(request: EditRequest) -> None:
    """Refuse counts, times, widths and words that nobody can mean, whatever the model.

    Parameters
    ----------
    request : EditRequest

    Raises
    ------
    BadInput
        Naming the field, its bounds and the value.
    """
    for option in options_of(EditRequest):
        value = getattr(request, option.name)
        if option.choices and not option.values_of and value not in option.choices:
            known = " or ".join(option.choices)
            raise BadInput(f"{option.name} is “{value}”; it has to be {known}.")
        least, largest = option.least, option.largest
        if value is None or least is None or largest is None or least <= value <= largest:
            continue
        raise BadInput(
            f"{option.name} is {_shown(value)}; it has to be {least:g} to {largest:.0f}."
        )


def _shown(value: float) -> str:
    """A number in few digits, however many it has."""
    return "far too large" if 10**18 <= abs(value) < float("inf") else str(value)


def _read(options: Mapping[str, Any], kind: type) -> dict[str, Any]:
    """The options that are given, each as its field wants it."""
    known = {option.name: option for option in options_of(kind)}
    values = {}
    for name, value in options.items():
        if name not in known:
            raise BadInput(
                f"There is no option “{reprlib.repr(name)[1:-1]}”.", "Check how it is spelled."
            )
        if value is not None:
            values[name] = _checked(known[name], value)
    return values


def _checked(option: Option, value: Any) -> Any:
    try:
        return _READERS[option.type](value)
    except (TypeError, ValueError, OverflowError):
        raise BadInput(
            f"The option “{option.name}” cannot be {reprlib.repr(value)}.", "Check its value."
        ) from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()  # which halves of characters do not survive
    return value


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _number(value: Any) -> float:
    return float(value) if isinstance(value, float) else float(_whole(value))


def _path(value: Any) -> Path:
    if not isinstance(value, str | os.PathLike) or "\0" in os.fspath(value):
        raise TypeError
    return Path(value)


def _paths(value: Any) -> tuple[Path, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError
    return tuple(map(_path, value))


def _context(value: Any) -> str | Box:
    if isinstance(value, str):
        return parse_box(value) if "," in value else value
    if isinstance(value, list | tuple) and len(value) == 4 and all(type(v) is int for v in value):
        return Box(*value)
    raise BadInput(
        f"The context cannot be {reprlib.repr(value)}.",
        "Use auto, a share such as 50%, a width such as 120px, layer, or a box X,Y,W,H.",
    )


_READERS: dict[str, Callable[[Any], Any]] = {
    "str": _text,
    "bool": _switch,
    "int": _whole,
    "float": _number,
    "Path": _path,
    "tuple[Path, ...]": _paths,
    "str | Box": _context,
}
"""What reads a value, by the type of its field."""
