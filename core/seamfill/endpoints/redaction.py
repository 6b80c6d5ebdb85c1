"""A key, found in what a stranger sends back, in every dress that it was seen in."""

from __future__ import annotations

import base64
import re
from urllib.parse import quote

__all__ = ["Redaction"]

_HIDDEN = "[key]"
_WINDOW = 8  # characters of a key that are worth hiding where it was cut
_SHORT = 4  # a shorter key is no secret, and hiding it everywhere would make texts unreadable
_DRESSED = re.compile(r"%([0-9A-Fa-f]{2})|\\{1,4}u([0-9A-Fa-f]{4})|\\{1,4}([/\"])")


class Redaction:
    """Takes a key out of texts, and out of replies as they pass by.

    Parameters
    ----------
    secret : str
        Printable ASCII.
    """

    def __init__(self, secret: str) -> None:
        encoded = _base64_forms(secret) if len(secret) >= _WINDOW else []
        self._size = min(len(secret), _WINDOW)
        # Three characters of base64 hold what two of text do.
        self._encoded_size = min([_WINDOW * 3 // 2, *map(len, encoded)])
        self._parts = _windows([secret], self._size) if len(secret) >= _SHORT else set()
        self._encoded_parts = _windows(encoded, self._encoded_size)
        self.needles = _needles(secret, encoded) if len(secret) >= _WINDOW else ()

    def text(self, text: str) -> str:
        """A text without the key or any part of it that says something.

        Parameters
        ----------
        text : str
        """
        plain, places = _undressed(text)
        spans: list[list[int]] = []
        for at in range(len(plain) - self._size + 1):
            length = self._length_at(plain, at)
            if length and spans and at <= spans[-1][1]:
                spans[-1][1] = max(spans[-1][1], at + length)
            elif length:
                spans.append([at, at + length])
        shown, last = [], 0
        for start, end in spans:
            shown += [text[last : places[start]], _HIDDEN]
            last = places[end]
        return "".join([*shown, text[last:]])

    def raw(self, data: bytes) -> bytes:
        """Bytes without the key as a whole; for replies of any length.

        Parameters
        ----------
        data : bytes

        Returns
        -------
        bytes
        """
        for needle in self.needles:
            if needle in data:
                data = data.replace(needle, _HIDDEN.encode())
        return data

    def held(self, data: bytes) -> int:
        """How many bytes at the end may be the beginning of the key.

        Parameters
        ----------
        data : bytes

        Returns
        -------
        int
        """
        return max((_overlap(data, needle) for needle in self.needles), default=0)

    def _length_at(self, plain: str, at: int) -> int:
        if plain[at : at + self._size] in self._parts:
            return self._size
        if plain[at : at + self._encoded_size] in self._encoded_parts:
            return self._encoded_size
        return 0


def _undressed(text: str) -> tuple[str, list[int] | range]:
    """A text with its percent and JSON escapes resolved, and where each character begins."""
    if "%" not in text and "\\" not in text:
        return text, range(len(text) + 1)
    plain: list[str] = []
    places: list[int] = []
    last = 0
    for found in _DRESSED.finditer(text):
        plain += text[last : found.start()]
        places += range(last, found.start() + 1)
        plain.append(found[3] or chr(int(found[1] or found[2], 16)))
        last = found.end()
    plain += text[last:]
    return "".join(plain), [*places, *range(last, len(text) + 1)]


def _base64_forms(secret: str) -> list[str]:
    """The characters that every base64 text has that the key is somewhere in."""
    forms = []
    for offset in range(3):
        length = offset + len(secret)
        encoded = base64.b64encode(bytes(offset) + secret.encode()).decode()
        sure = encoded[(0, 2, 3)[offset] : length * 8 // 6]
        forms += [sure, sure.replace("+", "-").replace("/", "_")]
    return list(dict.fromkeys(forms))


def _windows(texts: list[str], size: int) -> set[str]:
    return {text[at : at + size] for text in texts for at in range(len(text) - size + 1)}


def _needles(secret: str, encoded: list[str]) -> tuple[bytes, ...]:
    escapes = [
        [f"{mark}{ord(char):0{digits}x}" for char in secret]
        for mark, digits in (("%", 2), ("\\u", 4), ("\\\\u", 4))  # the last: JSON within JSON
    ]
    forms = [secret, quote(secret, safe=""), quote(secret, safe="").lower(), *encoded]
    for escaped in escapes:
        forms += ["".join(escaped), "".join(form[:-2] + form[-2:].upper() for form in escaped)]
    forms.append(secret.replace("/", "\\/"))
    if len(secret) >= 4 * _WINDOW:  # a half that was cut off
        forms += [secret[: len(secret) // 2], secret[len(secret) // 2 :]]
    return tuple(form.encode() for form in dict.fromkeys(forms))


def _overlap(data: bytes, needle: bytes) -> int:
    """How long the longest end of `data` is that `needle` begins with."""
    at = data.find(needle[:1], max(0, len(data) - len(needle) + 1))
    while at >= 0:
        if needle.startswith(data[at:]):
            return len(data) - at
        at = data.find(needle[:1], at + 1)
    return 0
