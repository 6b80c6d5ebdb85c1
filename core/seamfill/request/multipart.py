"""Fields and files, encoded as one multipart body (RFC 7578)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from functools import cached_property

__all__ = ["FilePart", "WireRequest"]


@dataclass(frozen=True)
class FilePart:
    """One file of a form.

    Parameters
    ----------
    name : str
        The field's.
    filename : str
        Endings count: some servers go by them.
    content_type : str
    data : bytes
    """

    name: str
    filename: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class WireRequest:
    """One request as it travels.

    Parameters
    ----------
    fields : tuple of (str, str)
        Text fields; they come first.
    files : tuple of FilePart
    number, count : int
        Which request of the edit this is, from 1, and how many there are.
    boundary : str
        Separates the parts; 128 random bits, so that no file can hold it.
    """

    fields: tuple[tuple[str, str], ...]
    files: tuple[FilePart, ...]
    number: int = 1
    count: int = 1
    boundary: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def content_type(self) -> str:
        """The header of that name."""
        return f"multipart/form-data; boundary={self.boundary}"

    @cached_property
    def body(self) -> bytes:
        """All parts, encoded."""
        pieces: list[bytes] = []
        for name, value in self.fields:
            pieces += [self._head(f'name="{_quoted(name)}"'), b"\r\n", value.encode(), b"\r\n"]
        for file in self.files:
            disposition = f'name="{_quoted(file.name)}"; filename="{_quoted(file.filename)}"'
            head = self._head(disposition) + f"Content-Type: {file.content_type}\r\n".encode()
            pieces += [head, b"\r\n", file.data, b"\r\n"]
        pieces.append(f"--{self.boundary}--\r\n".encode())
        return b"".join(pieces)

    def value(self, name: str) -> str | None:
        """The value of a text field, or None where it is not sent."""
        return next((value for key, value in self.fields if key == name), None)

    def without(self, *names: str) -> WireRequest:
        """The same request without some text fields."""
        return replace(self, fields=tuple(pair for pair in self.fields if pair[0] not in names))

    def _head(self, disposition: str) -> bytes:
        return f"--{self.boundary}\r\nContent-Disposition: form-data; {disposition}\r\n".encode()


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
