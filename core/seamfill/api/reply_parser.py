"""A reply's body, understood while it arrives or later, from the journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from seamfill.api.json_reading import Encoded, load_json
from seamfill.api.reply import Item, Parsed, decode_base64, salvage
from seamfill.api.sse import EventStream, ServerEvent

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
        self._kept = bytearray()  # all of a document; of a stream, what could not be read
        self._stream = EventStream() if "event-stream" in self._content_type else None
        self._begun = False
        self._parsed = Parsed()

    @property
    def body(self) -> bytearray:
        """All that came of a document, and of a stream what could not be read."""
        return self._kept

    def feed(self, data: bytes) -> None:
        """Take in some bytes.

        Parameters
        ----------
        data : bytes
        """
        if not self._begun and data.strip():
            self._begun = True
            if data.lstrip().startswith((b"{", b"[")):
                self._stream = None  # no stream, whatever it is called
        if self._stream is None:
            self._kept += data
        else:
            self._events(self._stream.feed(data))

    def end(self) -> Parsed:
        """Nothing more comes, whether or not that is the end that was meant."""
        if self._stream is not None:
            self._events(self._stream.end())
        elif self._content_type.startswith("image/"):
            self._parsed.items.append(Item(data=bytes(self._kept)))
        else:
            self._document()
        if not self._parsed.items and not self._parsed.error:
            self._parsed.items = [Item(data=image) for image in salvage(self._kept)]
        return self._parsed

    def _document(self) -> None:
        try:
            self._parsed.add(load_json(self._kept))
            return
        except ValueError:
            pass  # and so leaves nobody behind who holds on to what is used up below
        if self._kept[:64].lstrip().startswith((b"data:", b"event:", b":")):
            stream = EventStream(self._kept)  # under a wrong name
            self._kept = bytearray()
            self._events([*stream.feed(b""), *stream.end()])

    def _events(self, events: list[ServerEvent]) -> None:
        while events:
            event = events.pop(0)
            try:
                document = load_json(event.data)
            except ValueError:
                self._kept += b"data: " + event.data + b"\n"  # "[DONE]", or one that was cut off
                continue
            if isinstance(document, Mapping):
                self._event(event.name, document)

    def _event(self, name: str, document: Mapping[str, Any]) -> None:
        kind = document.get("type")
        kind = kind if isinstance(kind, str) and kind else name
        if "partial_image" not in kind:
            if name == "error" and "error" not in document:
                document = {"error": document}
            self._parsed.add(document)
            return
        encoded, index = document.get("b64_json"), document.get("partial_image_index")
        data = decode_base64(encoded) if isinstance(encoded, str | Encoded) else None
        if data:
            self._partial(index if isinstance(index, int) and 0 <= index < 100 else 0, data)
