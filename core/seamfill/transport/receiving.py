"""A reply as it arrives: recorded first, then understood."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seamfill.answer.reply import Item, Parsed, decode_base64, salvage
from seamfill.errors import AnswerUnusable
from seamfill.events import Listener, PartialImage
from seamfill.transport.failures import Failure, from_error, read_failure
from seamfill.transport.recording import Recording
from seamfill.transport.sse import EventStream, ServerEvent
from seamfill.transport.troubles import perhaps_paid

if TYPE_CHECKING:
    from seamfill.journal import Entry
    from seamfill.request import WireRequest
    from seamfill.settings import Target

__all__ = ["Received", "Receiver"]

_MAX_REPLY = 512 * 1024 * 1024  # bytes: ten answers of the largest size, as base64, and room


@dataclass(frozen=True)
class Received:
    """What came of one attempt.

    Parameters
    ----------
    parsed : Parsed
    failure : Failure, optional
        Set where the endpoint said no and there is no answer.
    request_id : str, optional
    cut_off : bool
        Whether the reply ended too early.
    """

    parsed: Parsed
    failure: Failure | None = None
    request_id: str | None = None
    cut_off: bool = False


class Receiver:
    """Takes one reply in.

    Parameters
    ----------
    wire : WireRequest
    target : Target
    entry : Entry
    name : str
        Of the reply's file in the journal.
    listener : callable
        Told of partial images.
    """

    def __init__(
        self, wire: WireRequest, target: Target, entry: Entry, name: str, listener: Listener
    ) -> None:
        self._wire = wire
        self._target = target
        self._listener = listener
        self._recording = Recording(entry, name, target.key)
        self._path = entry.path / name
        self._status = 0
        self._headers: Mapping[str, str] = {}
        self._chunks: list[bytes] = []
        self._length = 0
        self._stream: EventStream | None = None
        self._parsed = Parsed()

    @property
    def begun(self) -> bool:
        """Whether anything came at all."""
        return self._status > 0

    def head(self, status: int, headers: Mapping[str, str]) -> None:
        """Take in status and headers."""
        self._recording.head(status, headers)
        self._status, self._headers = status, headers
        if status < 300 and "event-stream" in headers.get("content-type", ""):
            self._stream = EventStream()

    def chunk(self, data: bytes) -> None:
        """Take in some of the body."""
        self._recording.chunk(data)
        self._length += len(data)
        if self._length > _MAX_REPLY:
            raise AnswerUnusable(
                f"The answer of {self._target.endpoint.title} is larger than "
                f"{_MAX_REPLY // 2**20} MB.",
                f"Its beginning is kept in {self._path}.",
            )
        self._chunks.append(data)
        if self._stream is not None:
            self._events(self._stream.feed(data))

    def close(self) -> None:
        """Put the recording on disk."""
        self._recording.close()

    def received(self, trouble: Exception | None) -> Received:
        """What it all means.

        Parameters
        ----------
        trouble : Exception, optional
            What ended the reply too early.

        Raises
        ------
        PerhapsPaid
            If it ended before there was an answer.
        """
        body = b"".join(self._chunks)
        if self._status >= 300:
            failure = read_failure(self._status, self._headers, body, self._target)
            return Received(self._parsed, failure, failure.request_id)
        if self._stream is not None:
            self._events(self._stream.end())
        elif self.begun:
            self._read_body(body)
        if trouble is not None and not self._parsed.items:
            self._parsed.items = [Item(data=image) for image in salvage(body)]
        request_id = self._headers.get("x-request-id")
        if self._parsed.error is not None and not self._parsed.items:
            failure = from_error(self._parsed.error, self._status, self._headers, self._target)
            return Received(self._parsed, failure, failure.request_id)
        if trouble is not None and not self._parsed.items:
            raise perhaps_paid(trouble, self._target, request_id) from trouble
        return Received(self._parsed, None, request_id, cut_off=trouble is not None)

    def _read_body(self, body: bytes) -> None:
        if self._headers.get("content-type", "").startswith("image/"):
            self._parsed.items.append(Item(data=body))
            return
        try:
            self._parsed.add(json.loads(body))
        except (ValueError, RecursionError):
            if body.lstrip()[:6] in {b"data: ", b"event:"}:  # a stream under a wrong name
                stream = EventStream()
                self._events([*stream.feed(body), *stream.end()])
            if not self._parsed.items:
                self._parsed.items = [Item(data=image) for image in salvage(body)]

    def _events(self, events: list[ServerEvent]) -> None:
        for event in events:
            if event.data.strip() == "[DONE]":
                continue
            try:
                document = json.loads(event.data)
            except (ValueError, RecursionError):
                continue
            if isinstance(document, Mapping):
                self._event(event.name or str(document.get("type", "")), document)

    def _event(self, name: str, document: Mapping[str, Any]) -> None:
        kind = str(document.get("type") or name)
        if "partial_image" not in kind:
            if name == "error" and "error" not in document:
                document = {"error": document}
            self._parsed.add(document)
            return
        encoded, index = document.get("b64_json"), document.get("partial_image_index", 0)
        data = decode_base64(encoded) if isinstance(encoded, str) else None
        if data:
            self._listener(PartialImage(index if isinstance(index, int) else 0, data))
