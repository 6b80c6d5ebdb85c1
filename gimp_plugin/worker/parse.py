"""Turns JSON into the types that a message or a file has; nothing of GIMP is needed for it."""

from functools import cache
from types import NoneType
from typing import TypeVar, cast, get_args, get_origin, get_type_hints

__all__ = ["NotAsExpected", "parse"]

Kind = TypeVar("Kind")


class NotAsExpected(ValueError):
    """Something is missing, or is of another kind; says what."""


def parse(kind: "type[Kind]", value: object, where: str = "it") -> Kind:
    """Read a value of JSON as a type.

    Parameters
    ----------
    kind : type
        A NamedTuple, whose fields are read by name from an object, where names that it does not
        have are passed over, or one by one from a list; or bool, int, float, str, object, a dict,
        a tuple of any length, or one of these or None.
    value : object
        As `json.loads` gave it.
    where : str
        What it is called in an error.

    Raises
    ------
    NotAsExpected
        If it is not of that type.
    """
    return cast("Kind", _read(kind, value, where))


def _read(kind: object, value: object, where: str) -> object:
    if kind is object:
        return value
    options = get_args(kind)
    if NoneType in options:
        [wanted] = [option for option in options if option is not NoneType]
        return None if value is None else _read(wanted, value, where)
    if get_origin(kind) is tuple and isinstance(value, list):
        return tuple(_read(options[0], each, where) for each in value)
    if get_origin(kind) is dict and isinstance(value, dict):
        return value
    if hasattr(kind, "_fields"):
        return _fields(kind, value, where)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is kind:
        return value
    raise NotAsExpected(where)


def _fields(kind: object, value: object, where: str) -> object:
    hints, defaults = _shape(kind)
    if isinstance(value, list) and len(value) == len(hints):
        value = dict(zip(hints, value, strict=True))
    if not isinstance(value, dict):
        raise NotAsExpected(where)
    found = {}
    for name, hint in hints.items():
        if name in value:
            found[name] = _read(hint, value[name], name)
        elif name not in defaults:
            raise NotAsExpected(name)
    return kind(**found)  # type: ignore[operator]


@cache
def _shape(kind: object) -> "tuple[dict[str, object], frozenset[str]]":
    """The fields of a NamedTuple with their types, and those that can be left out."""
    return get_type_hints(kind), frozenset(kind._field_defaults)  # type: ignore[attr-defined]
