"""Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["EventStream", "ServerEvent"]


class ServerEvent(NamedTuple):
    """One event of a stream."""

    name: str
    data: str


class EventStream:
    """Turns bytes, however they are cut, into events."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []  # of a line whose end has not come
        self._name = ""
        self._data: list[bytes] = []
        self._started = False

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """Take in some bytes.

        Parameters
        ----------
        chunk : bytes

        Returns
        -------
        list of ServerEvent
            Those that the bytes completed.
        """
        half_break = bool(self._pieces) and self._pieces[-1].endswith(b"\r")
        self._pieces.append(chunk)
        # Lines hold whole pictures, so nothing is joined before one is complete.
        if not (half_break or b"\n" in chunk or b"\r" in chunk):
            return []
        text = self._joined()
        # A return at the very end may be half of a line break.
        held = b"\r" if text.endswith(b"\r") else b""
        lines = _lines(text[: len(text) - len(held)])
        self._pieces = [lines.pop() + held]
        return [event for line in lines if (event := self._line(line)) is not None]

    def end(self) -> list[ServerEvent]:
        """The stream is over.

        Returns
        -------
        list of ServerEvent
            The last event, where the blank line behind it is missing.
        """
        lines = [*_lines(self._joined()), b""]
        self._pieces = []
        return [event for line in lines if (event := self._line(line)) is not None]

    def _joined(self) -> bytes:
        text = b"".join(self._pieces)
        if not self._started:
            self._started = True
            text = text.removeprefix(b"\xef\xbb\xbf")
        return text

    def _line(self, line: bytes) -> ServerEvent | None:
        if not line:
            return self._dispatch()
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"event":
            self._name = value.decode("utf-8", "replace")
        elif field == b"data":
            self._data.append(value)
        return None  # comments, ids and retry times say nothing that is needed here

    def _dispatch(self) -> ServerEvent | None:
        name, data = self._name, self._data
        self._name, self._data = "", []
        return ServerEvent(name, b"\n".join(data).decode("utf-8", "replace")) if data else None


def _lines(text: bytes) -> list[bytes]:
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
