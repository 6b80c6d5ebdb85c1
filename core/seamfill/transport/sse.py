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
        self._rest = b""
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
        self._rest += chunk
        if not self._started and len(self._rest) >= 3:
            self._rest = self._rest.removeprefix(b"\xef\xbb\xbf")
            self._started = True
        # A return at the very end may be half of a line break.
        held = b"\r" if self._rest.endswith(b"\r") else b""
        whole = self._rest[: len(self._rest) - len(held)]
        if b"\n" not in chunk and b"\r" not in chunk and b"\r" not in whole[-len(chunk) - 1 :]:
            return []
        lines = whole.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest = lines.pop() + held
        return [event for line in lines if (event := self._line(line)) is not None]

    def end(self) -> list[ServerEvent]:
        """The stream is over.

        Returns
        -------
        list of ServerEvent
            The last event, where the blank line behind it is missing.
        """
        lines, self._rest = self._rest.replace(b"\r", b"\n").split(b"\n"), b""
        events = [self._line(line) for line in (*lines, b"")]
        return [event for event in events if event is not None]

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
