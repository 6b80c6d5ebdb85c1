"""Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["EventStream", "ServerEvent"]

_MAX_LINES = 100_000  # an answer has a dozen, and comments that keep the line open in between
_MAX_NAME = 200


class ServerEvent(NamedTuple):
    """One event of a stream."""

    name: str
    data: bytes


class EventStream:
    """Turns bytes, however they are cut, into events.

    Lines hold whole pictures, so each is copied once, and nothing is joined before it is complete.

    Parameters
    ----------
    begun : bytearray, optional
        What came already; it is used up.
    """

    def __init__(self, begun: bytearray | None = None) -> None:
        self._buffer = bytearray() if begun is None else begun
        self._scanned = 0
        self._name = ""
        self._data: list[bytes] = []
        self._lines = 0

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
        self._buffer += chunk
        return self._complete(last=False)

    def end(self) -> list[ServerEvent]:
        """The stream is over.

        Returns
        -------
        list of ServerEvent
            The last event, where the blank line behind it is missing.
        """
        events = self._complete(last=True)
        self._take(0, len(self._buffer))
        self._buffer = bytearray()
        return [*events, *self._dispatch()]

    def _complete(self, *, last: bool) -> list[ServerEvent]:
        events: list[ServerEvent] = []
        buffer, size, start, scanned = self._buffer, len(self._buffer), 0, self._scanned
        feed, carriage = buffer.find(b"\n", scanned), buffer.find(b"\r", scanned)
        while feed >= 0 or carriage >= 0:
            end = min(place for place in (feed, carriage) if place >= 0)
            after = end + 1
            if end == carriage:
                if after == size and not last:
                    break  # it may be half of a line break
                after += feed == after
            if end == start:
                events += self._dispatch()
            else:
                self._take(start, end)
            start = after
            self._lines += 1
            if self._lines > _MAX_LINES:
                start = size  # this is no stream of answers any more
                break
            feed = buffer.find(b"\n", start) if 0 <= feed < start else feed
            carriage = buffer.find(b"\r", start) if 0 <= carriage < start else carriage
        del buffer[:start]
        self._scanned = max(0, len(buffer) - buffer.endswith(b"\r"))
        return events

    def _take(self, start: int, end: int) -> None:
        """Take in one line."""
        buffer = self._buffer
        if not self._lines and buffer.startswith(b"\xef\xbb\xbf", start):
            start += 3
        colon = buffer.find(b":", start, min(end, start + 8))
        field = bytes(buffer[start : colon if colon >= 0 else min(end, start + 8)])
        begin = end if colon < 0 else colon + 1 + buffer.startswith(b" ", colon + 1, end)
        if field == b"event":
            self._name = bytes(buffer[begin : min(end, begin + _MAX_NAME)]).decode(
                "utf-8", "replace"
            )
        elif field == b"data":
            with memoryview(buffer) as view:
                self._data.append(bytes(view[begin:end]))
        # Comments, ids and retry times say nothing that is needed here.

    def _dispatch(self) -> list[ServerEvent]:
        name, data = self._name, self._data
        self._name, self._data = "", []
        return [ServerEvent(name, data[0] if len(data) == 1 else b"\n".join(data))] if data else []
