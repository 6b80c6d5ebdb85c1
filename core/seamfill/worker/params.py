"""Reads parameters of messages, each as what it has to be, before anything is done with them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seamfill.errors import BadInput
from seamfill.geometry import Box, Size

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["JSON", "InvalidParams", "Params"]

JSON = dict[str, Any]


class InvalidParams(BadInput):
    """A message is not as ``docs/worker.md`` has it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "Check the request.")


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

    def optional_text(self, name: str) -> str | None:
        """A text, or None."""
        return None if self.value(name) is None else self.text(name)

    def text_if_any(self, name: str) -> str | None:
        """A text, or None where it was left out or is empty."""
        return self.text(name) if self.value(name) else None

    def texts(self, name: str) -> list[str]:
        """Some names; none where they were left out."""
        values = self.value(name) or []
        if isinstance(values, list) and all(isinstance(value, str) for value in values):
            return values
        raise InvalidParams(f"“{name}” must be a list of names.")

    def amount(self, name: str) -> float | None:
        """A number, or None."""
        value = self.value(name)
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
        raise InvalidParams(f"“{name}” must be a number.")

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

    def optional_box(self, name: str) -> Box | None:
        """A box that is not empty, or None."""
        if self.value(name) is None:
            return None
        box = Box(*self._whole_numbers(name, 4))
        if min(box.size) < 1:
            raise InvalidParams(f"“{name}” must be at least 1 pixel each way.")
        return box

    def box(self, name: str) -> Box:
        """A box that is not empty."""
        box = self.optional_box(name)
        if box is None:
            raise InvalidParams(f"“{name}” must be a box.")
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

    def folder(self, name: str) -> Path:
        """A folder that can be written to, which has to be there."""
        directory = self.path(name)
        if not (directory.is_dir() and os.access(directory, os.W_OK | os.X_OK)):
            raise InvalidParams(f"“{name}” must be a folder that can be written to.")
        return directory

    def _whole_numbers(self, name: str, count: int) -> list[int]:
        values = self.value(name)
        if (
            isinstance(values, list)
            and len(values) == count
            and all(type(v) is int for v in values)
        ):
            return values
        raise InvalidParams(f"“{name}” must be {count} whole numbers.")
