"""A reply as it arrives: recorded first, then understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seamfill.api.error_reply import (
    Failure,
    from_error,
    hiding,
    read_failure,
    request_id_of,
    told_headers,
)
from seamfill.api.reply import Item, Parsed, salvage
from seamfill.api.reply_parser import ReplyParser
from seamfill.errors import AnswerUnusable
from seamfill.events import Listener, PartialImage
from seamfill.journal.recording import Recording
from seamfill.transport.connection_errors import perhaps_paid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seamfill.endpoints.target import Target
    from seamfill.journal.entry import Entry

__all__ = ["Received", "Receiver"]

_MAX_REPLY = 240 * 1024 * 1024  # bytes: ten answers of 18 MB each, as base64


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
    note : str
        What the user should know of how the answers came.
    peer : tuple of (str, int), optional
        Address and port that they came from.
    """

    parsed: Parsed
    failure: Failure | None = None
    request_id: str | None = None
    cut_off: bool = False
    note: str = ""
    peer: tuple[str, int] | None = None


class Receiver:
    """Takes one reply in.

    Parameters
    ----------
    target : Target
    entry : Entry
    name : str
        Of the reply's file in the journal.
    listener : callable
        Told of partial images.
    """

    def __init__(self, target: Target, entry: Entry, name: str, listener: Listener) -> None:
        self._target = target
        self._listener = listener
        self._recording = Recording(entry, name, target.key)
        self._path = entry.path / name
        self._status = 0
        self._headers: Mapping[str, str] = {}
        self._length = 0
        self._parser = ReplyParser("", self._partial)

    @property
    def begun(self) -> bool:
        """Whether anything came at all."""
        return self._status > 0

    @property
    def status(self) -> int:
        """Of HTTP; 0 as long as nothing came."""
        return self._status

    def head(self, status: int, headers: Mapping[str, str]) -> None:
        """Take in status and headers.

        Parameters
        ----------
        status : int
        headers : mapping of str to str
            Names in lower case.
        """
        headers = told_headers(headers, self._target)
        self._recording.head(status, headers)
        self._status, self._headers = status, headers
        # An error is read as a whole, whatever it is called.
        kind = headers.get("content-type", "") if status < 300 else ""
        self._parser = ReplyParser(kind, self._partial)

    def chunk(self, data: bytes) -> None:
        """Take in some of the body."""
        self._recording.chunk(data)
        self._length += len(data)
        if self._length > _MAX_REPLY:
            self._parser = ReplyParser("", self._partial)  # and what it holds is of no use
            raise AnswerUnusable(
                f"The answer of {self._target.title} is larger than {_MAX_REPLY // 2**20} MB.",
                f"Its beginning is kept in {self._path}.",
            )
        self._parser.feed(data)

    def close(self) -> None:
        """Put the recording on disk."""
        self._recording.close()

    def received(self, trouble: Exception | None, *, sent: bool = True) -> Received:
        """What it all means.

        Parameters
        ----------
        trouble : Exception, optional
            What ended the reply too early.
        sent : bool
            Whether the endpoint may have had the whole request.

        Raises
        ------
        PerhapsPaid
            If it ended before there was an answer.
        """
        if self._status >= 300:
            return self._failed(sent)
        parsed = self._parser.end().told(hiding(self._target))
        request_id = request_id_of(self._headers)
        if parsed.error is not None and not parsed.items:
            failure = from_error(parsed.error, self._status, self._headers, self._target)
            return Received(parsed, failure, failure.request_id)
        if trouble is not None and not parsed.items:
            raise perhaps_paid(trouble, self._target, request_id) from trouble
        return Received(parsed, None, request_id, cut_off=trouble is not None)

    def _failed(self, sent: bool) -> Received:
        """An error; or the answer, where a gateway that choked on it quotes it in its error."""
        body, name = self._parser.body, self._target.title
        failure = read_failure(self._status, self._headers, body, self._target, sent=sent)
        images = salvage(body)
        if not images:
            return Received(Parsed(), failure, failure.request_id)
        note = f"{name} failed (HTTP {self._status}), but the answer was in what it said."
        parsed = Parsed([Item(data=image) for image in images])
        return Received(parsed, None, failure.request_id, note=note)

    def _partial(self, index: int, data: bytes) -> None:
        self._listener(PartialImage(index, data))
