"""What messages to the worker hold, checked before anything is planned, read or paid for."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seamfill.errors import BadInput
from seamfill.geometry import Box, Size

if TYPE_CHECKING:
    from collections.abc import Collection

    from seamfill.options import EditRequest

__all__ = ["FLOAT", "FORMATS", "JSON", "U8", "Asked", "InvalidParams", "Output", "Params"]

JSON = dict[str, Any]

U8 = "R'G'B'A u8"
FLOAT = "R'G'B'A float"
FORMATS = {"Y' u8": 1, "Y'A u8": 2, "R'G'B' u8": 3, U8: 4}
"""How pixels come, by GEGL's name, with their bytes a pixel."""


class InvalidParams(BadInput):
    """A message is not as ``docs/worker.md`` has it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "Check the request.")


@dataclass(frozen=True)
class Asked:
    """What is to be edited, and how.

    Parameters
    ----------
    request : EditRequest
    size : Size
        Of the source.
    selection : Box
        Bounds of the selection in source pixels; all of the source where there is none.
    shape : Path or None
        A file of the selection over those bounds.
    """

    request: EditRequest
    size: Size
    selection: Box
    shape: Path | None


@dataclass(frozen=True)
class Output:
    """Where patches are written, and in which format."""

    directory: Path
    pixel_format: str


class Params:
    """The parameters of one message, each read as what it has to be.

    Parameters
    ----------
    values : dict
        As they came.

    Raises
    ------
    InvalidParams
        From every method, where it is something else.
    """

    def __init__(self, values: JSON) -> None:
        self._values = values

    def value(self, name: str) -> Any:
        """Whatever it is; None where it was left out."""
        return self._values.get(name)

    def text(self, name: str) -> str:
        """A text that has to be there."""
        value = self.value(name)
        if isinstance(value, str) and value and "\0" not in value:
            return value
        raise InvalidParams(f"“{name}” must be a text.")

    def path(self, name: str) -> Path:
        """A path that has to be there."""
        return Path(self.text(name))

    def optional_path(self, name: str) -> Path | None:
        """A path, or None."""
        return None if self.value(name) is None else self.path(name)

    def choice(self, name: str, allowed: Collection[str], default: str) -> str:
        """One of some texts."""
        value = self.value(name)
        if value is None:
            return default
        if isinstance(value, str) and value in allowed:
            return value
        raise InvalidParams(f"“{name}” must be {' or '.join(allowed)}.")

    def options(self) -> JSON:
        """The options of an edit or a fit, by name; what they hold is looked at elsewhere."""
        value = self.value("options")
        if value is None:
            return {}
        if isinstance(value, dict):
            return value
        raise InvalidParams("“options” must be an object.")

    def size(self, name: str) -> Size:
        """Width and height."""
        size = Size(*self._whole_numbers(name, 2))
        if min(size) < 1:
            raise InvalidParams(f"“{name}” must be at least 1 pixel each way.")
        return size

    def box(self, name: str) -> Box:
        """A box that is not empty."""
        box = Box(*self._whole_numbers(name, 4))
        if min(box.size) < 1:
            raise InvalidParams(f"“{name}” must be at least 1 pixel each way.")
        return box

    def numbers(self, name: str) -> list[int] | None:
        """Numbers of answers, or None."""
        value = self.value(name)
        if value is None:
            return None
        if isinstance(value, list) and all(type(number) is int for number in value):
            return value
        raise InvalidParams(f"“{name}” must be numbers of answers.")

    def number(self, name: str) -> int | None:
        """The number of an answer, or None."""
        value = self.value(name)
        if value is None or (type(value) is int and value >= 0):
            return value
        raise InvalidParams(f"“{name}” must be the number of an answer.")

    def asked(self) -> Asked:
        """What is to be edited, and how.

        Raises
        ------
        BadInput
            If an option is not known, or out of bounds.
        """
        from seamfill.options.reading import request_from

        size = self.size("size")
        bounds = self.value("selection") is not None
        selection = self.box("selection") if bounds else Box(0, 0, *size)
        shape, markup = self.optional_path("shape"), self.optional_path("markup")
        request = request_from(self.options())
        if markup is not None:
            request = replace(request, markup=markup)
        return Asked(request, size, selection, shape)

    def output(self) -> Output:
        """Where patches go; found to be a folder that can be written to."""
        directory = self.path("directory")
        if not (directory.is_dir() and os.access(directory, os.W_OK | os.X_OK)):
            raise InvalidParams("“directory” must be a folder that can be written to.")
        return Output(directory, self.choice("output", (U8, FLOAT), U8))

    def _whole_numbers(self, name: str, count: int) -> list[int]:
        values = self.value(name)
        if (
            isinstance(values, list)
            and len(values) == count
            and all(type(v) is int for v in values)
        ):
            return values
        raise InvalidParams(f"“{name}” must be {count} whole numbers.")
