"""JSON from a stranger, read in little memory and time whatever it is.

A reply is a few names and numbers around pictures of megabytes. Long strings are left where they
are, and only what is between them is parsed; a document that has more structure than any reply
is none.
"""

from __future__ import annotations

import json
import math
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["Encoded", "load_json", "tidy"]

_MAX_STRUCTURE = 200_000  # brackets, commas and quotes; a reply with ten answers has a hundred
_LONG = 4096  # bytes of a string that is left where it is
_MAX_TEXT = 32_768  # bytes that are looked at of a long string that is no picture
_MAX_SKELETON = 8_000_000  # bytes beside long strings; a reply with ten answers has thousands
_MAX_DEPTH = 6
_MAX_ENTRIES = 64
_MAX_NUMBER = 1e15

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_PICTURE = re.compile(rb"(?:data:[^,\"\\]{0,100}(?:\\/[^,\"\\]{0,100})?,)?[A-Za-z0-9+/=_\\-]{256}")
_BLOCK = 1 << 23


class Encoded:
    """A long string of a document that may be a picture, left where it is.

    Parameters
    ----------
    raw : memoryview
        Between its quotes, as JSON has it.
    """

    __slots__ = ("raw",)

    def __init__(self, raw: memoryview) -> None:
        self.raw = raw


def load_json(document: bytes | bytearray) -> Any:
    """Parse a document; pictures in it become `Encoded`.

    Parameters
    ----------
    document : bytes or bytearray
        Must not change while the result is in use.

    Returns
    -------
    any JSON value

    Raises
    ------
    ValueError
        If it is no JSON, or nested or crowded as no reply is.
    """
    if _is_crowded(document):
        raise ValueError("more structure than any reply has")
    view, mark = memoryview(document), secrets.token_hex(8)
    long: list[memoryview] = []
    skeleton, last = bytearray(), 0
    for found in _STRING.finditer(document):
        start, end = found.span()
        if end - start > _LONG:
            skeleton += view[last:start]
            skeleton += f'"{mark}{len(long)}"'.encode()
            long.append(view[start + 1 : end - 1])
            last = end
        if len(skeleton) + end - last > _MAX_SKELETON:
            raise ValueError("more between its pictures than any reply has")
    if len(skeleton) + len(view) - last > _MAX_SKELETON:
        raise ValueError("more after its pictures than any reply has")
    skeleton += view[last:]
    try:
        value = json.loads(skeleton)
    except RecursionError:
        raise ValueError("nested as no reply is") from None
    return _with_long(value, mark, long) if long else value


def tidy(value: Any, hide: Callable[[str], str], depth: int = _MAX_DEPTH) -> Any:
    """What a stranger said, fit to be shown, written and counted with.

    Texts are short, hold no key and can be encoded; numbers are finite; what is nested too deep,
    or is more than anybody says, is left out.

    Parameters
    ----------
    value : any JSON value
    hide : callable
        Takes the key out of a text.
    depth : int
        How deep it may be nested.
    """
    if isinstance(value, str):
        return hide(value[:_MAX_TEXT]).encode("utf-8", "replace").decode()
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return value if abs(value) <= _MAX_NUMBER and math.isfinite(value) else None
    if depth > 0 and isinstance(value, Mapping):
        few = list(value.items())[:_MAX_ENTRIES]
        return {tidy(str(key), hide): tidy(item, hide, depth - 1) for key, item in few}
    if depth > 0 and isinstance(value, list):
        return [tidy(item, hide, depth - 1) for item in value[:_MAX_ENTRIES]]
    return None


def _is_crowded(document: bytes | bytearray) -> bool:
    structure = 0
    for start in range(0, len(document), _BLOCK):
        structure += sum(document.count(sign, start, start + _BLOCK) for sign in b'{[,"')
        if structure > _MAX_STRUCTURE:
            return True
    return False


def _with_long(value: Any, mark: str, long: list[memoryview]) -> Any:
    """Put long strings back in their places."""
    whole = [value]
    waiting: list[Any] = [whole]
    while waiting:
        holder = waiting.pop()
        for key, item in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            if isinstance(item, dict | list):
                waiting.append(item)
            elif isinstance(item, str) and item.startswith(mark):
                holder[key] = _long_string(long[int(item.removeprefix(mark))])
    return whole[0]


def _long_string(raw: memoryview) -> Encoded | str:
    if _PICTURE.match(raw):
        return Encoded(raw)
    text = bytes(raw[:_MAX_TEXT])
    for short in range(12):  # an escape, or a character, may be cut in two
        try:
            decoded: str = json.loads(b'"' + text[: len(text) - short] + b'"', strict=False)
        except ValueError:
            continue
        return decoded
    return ""
