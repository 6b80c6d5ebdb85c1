"""A reply's body, understood while it arrives or later, from the journal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from seamfill.answer.reply import Item, Parsed, decode_base64, salvage
from seamfill.transport.sse import EventStream, ServerEvent

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ReplyParser"]


class ReplyParser:
    """Takes a body in, piece by piece; what comes decides how it is read, not what was asked for.

    Parameters
    ----------
    content_type : str
        The header; need not be right.
    partial : callable
        Told the number and the bytes of each partial image of a stream.
    """

    def __init__(self, content_type: str, partial: Callable[[int, bytes], None]) -> None:
        self._content_type = content_type.lower()
        self._partial = partial
        self._chunks: list[bytes] = []
        self._stream = EventStream() if "event-stream" in self._content_type else None
        self._parsed = Parsed()

    @property
    def body(self) -> bytes:
        """All that came."""
        return b"".join(self._chunks)

    def feed(self, data: bytes) -> None:
        """Take in some bytes."""
        self._chunks.append(data)
        if self._stream is not None:
            self._events(self._stream.feed(data))

    def end(self) -> Parsed:
        """Nothing more comes, whether or not that is the end that was meant."""
        body = self.body
        if self._stream is not None:
            self._events(self._stream.end())
        elif self._content_type.startswith("image/"):
            self._parsed.items.append(Item(data=body))
        else:
            self._document(body)
        if not self._parsed.items and not self._parsed.error:
            self._parsed.items = [Item(data=image) for image in salvage(body)]
        return self._parsed

    def _document(self, body: bytes) -> None:
        try:
            self._parsed.add(json.loads(body))
        except (ValueError, RecursionError):
            if body.lstrip().startswith((b"data:", b"event:", b":")):
                stream = EventStream()  # under a wrong name
                self._events([*stream.feed(body), *stream.end()])

    def _events(self, events: list[ServerEvent]) -> None:
        for event in events:
            try:
                document = json.loads(event.data)
            except (ValueError, RecursionError):
                continue  # "[DONE]", or an event that was cut off
            if isinstance(document, Mapping):
                self._event(event.name, document)

    def _event(self, name: str, document: Mapping[str, Any]) -> None:
        kind = str(document.get("type") or name)
        if "partial_image" not in kind:
            if name == "error" and "error" not in document:
                document = {"error": document}
            self._parsed.add(document)
            return
        encoded, index = document.get("b64_json"), document.get("partial_image_index")
        data = decode_base64(encoded) if isinstance(encoded, str) else None
        if data:
            self._partial(index if isinstance(index, int) else 0, data)
