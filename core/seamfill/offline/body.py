"""The body of a request: of a length that is told, or in chunks (RFC 9112)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seamfill.offline.doors import MAX_BODY
from seamfill.offline.form import RefusedError

if TYPE_CHECKING:
    from email.message import Message
    from io import BufferedIOBase

__all__ = ["read_body"]

_MAX_LINE = 1024  # of a chunk's head, and of what follows the last chunk
_MAX_TRAILERS = 32  # lines that follow it


def read_body(headers: Message, stream: BufferedIOBase) -> bytes:
    """Read a request's body.

    Parameters
    ----------
    headers : email.message.Message
    stream : binary stream

    Raises
    ------
    RefusedError
        If nothing says how long it is, it is too large, or its chunks cannot be read.
    """
    coding = headers.get("Transfer-Encoding", "").strip().lower()
    length = headers.get("Content-Length", "")
    if coding == "chunked" and not length:
        return _read_chunks(stream)
    if coding or not length.isdigit():
        raise RefusedError("A length is required, or chunks.", status=411)
    if int(length) > MAX_BODY:
        raise _too_large()
    return stream.read(int(length))


def _read_chunks(stream: BufferedIOBase) -> bytes:
    """A body of no known length, which says of each part how long it is."""
    body = bytearray()
    while length := _chunk_length(stream):
        if len(body) + length > MAX_BODY:
            raise _too_large()
        body += stream.read(length)
        if stream.readline(3) not in {b"\r\n", b"\n"}:
            raise _unreadable_chunks()
    for _ in range(_MAX_TRAILERS):
        if not stream.readline(_MAX_LINE).strip():
            return bytes(body)
    raise _unreadable_chunks()


def _chunk_length(stream: BufferedIOBase) -> int:
    digits = stream.readline(_MAX_LINE).partition(b";")[0].strip()
    if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", digits):
        raise _unreadable_chunks()
    return int(digits, 16)


def _unreadable_chunks() -> RefusedError:
    return RefusedError("The body's chunks cannot be read.")


def _too_large() -> RefusedError:
    return RefusedError("The request is too large.", status=413)
