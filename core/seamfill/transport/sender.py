"""Sending a request until there is an answer or a reason why there is none."""

from __future__ import annotations

import contextlib
import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seamfill.api import retry
from seamfill.api.error_mapping import is_refusal, judge, no_key
from seamfill.endpoints.addresses import masked_url
from seamfill.errors import AnswerUnusable, Cancelled, NotReached
from seamfill.events import Listener, Retrying, Sending, Waiting, careful
from seamfill.journal.journal import journal_trouble
from seamfill.transport.answers import collect
from seamfill.transport.authorization import authorizer
from seamfill.transport.connection_errors import not_reached
from seamfill.transport.exchange import Broken, Chunk, Ended, Exchange, Head, Sent
from seamfill.transport.receiver import Received, Receiver
from seamfill.version import __version__

if TYPE_CHECKING:
    import threading

    from seamfill.api import Reply, WireRequest
    from seamfill.api.error_reply import Failure
    from seamfill.endpoints.target import Target
    from seamfill.journal.entry import Entry

__all__ = ["send"]

# What the user can do without, and what goes with it; an endpoint that does not know one of them
# gets the request again without it, which costs nothing since the first was refused.
_OPTIONAL = {
    "moderation": ("moderation",),
    "safety_identifier": ("safety_identifier",),
    "response_format": ("response_format",),
    "input_fidelity": ("input_fidelity",),
    "output_compression": ("output_compression",),
    "partial_images": ("partial_images",),
    "stream": ("stream", "partial_images"),
}
_LAST_BYTES = 10.0  # seconds; an answer that still flows at its time limit may go on flowing
_LONGEST_TAIL = 120.0  # seconds; so long, for one that comes a byte at a time never ends


def send(
    wire: WireRequest,
    target: Target,
    entry: Entry,
    listener: Listener | None = None,
    cancel: threading.Event | None = None,
) -> Reply:
    """Post an upload and bring home its answers.

    The request is in the journal before it is sent, and what comes back before it is looked at.

    Parameters
    ----------
    wire : WireRequest
    target : Target
    entry : Entry
        The edit's place in the journal.
    listener : callable, optional
        Told of sending, waiting, retries and partial images.
    cancel : threading.Event, optional
        Ends everything within a moment of being set.

    Returns
    -------
    Reply
        At least one image.

    Raises
    ------
    BadInput
        If the journal cannot be written; nothing was sent.
    BadKey
        If the endpoint needs a key and there is none; nothing was sent.
    Refused
        If the endpoint said no.
    EndpointFailed
        If it was not reached or failed.
    AnswerUnusable
        If an answer came that holds no image.
    Cancelled
        If the user cancelled.
    """
    if target.endpoint.needs_key and target.key is None:
        raise no_key(target)
    return _Sender(wire, target, entry, careful(listener), cancel).run()


@dataclass
class _Sender:
    """One request through all its attempts."""

    wire: WireRequest
    target: Target
    entry: Entry
    listener: Listener
    cancel: threading.Event | None
    attempt: int = 0
    retries: int = 0
    status: int = 0
    arrived: bool = False

    def run(self) -> Reply:
        try:
            return self._run()
        except AnswerUnusable as error:
            error.may_be_billed = True
            if not self.entry.keeps_answers():
                error.hint = "The journal could not keep what came, as its disk is full or refuses."
            raise

    def _run(self) -> Reply:
        self._record()
        while True:
            self.attempt += 1
            received = self._try()
            if received is None:
                continue
            if received.failure is None:
                return collect(received, self.wire, self.target, self.entry, self.cancel)
            if not self._again(received.failure):
                raise judge(received.failure, self.target)

    def _record(self) -> None:
        """The request, without its key, on disk before anything is sent."""
        # The address, so that what a reply points to can still be fetched later.
        head = (
            f"POST {masked_url(self.target.url)} HTTP/1.1\r\n"
            f"Content-Type: {self.wire.content_type}\r\n"
            f"Content-Length: {len(self.wire.body)}\r\n\r\n"
        )
        name = f"request-{self.wire.number}.http"
        try:
            self.entry.write(name, head.encode(), self.wire.body)
        except OSError as error:
            with contextlib.suppress(OSError):  # it would say that this was sent
                (self.entry.path / name).unlink()
            raise journal_trouble(self.entry.path.parent, error) from error

    def _try(self) -> Received | None:
        """One attempt; None where it is to be repeated because it did not get out."""
        wire, target = self.wire, self.target
        self.listener(Sending(wire.number, wire.count, len(wire.body)))
        exchange = Exchange(
            "POST",
            target.url,
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                "Content-Type": wire.content_type,
                "User-Agent": f"seamfill/{__version__}",
            },
            authorize=authorizer(target),
            body=wire.body,
            read_timeout=target.timeout + _LAST_BYTES,
            ca=target.endpoint.ca,
        )
        name = self._reply_name()
        receiver = Receiver(target, self.entry, name, self.listener)
        try:
            trouble = self._receive(exchange, receiver)
        finally:
            receiver.close()
        if trouble is not None and not receiver.begun and not exchange.may_have_arrived:
            self._unsent(trouble)
            return None
        self.status, self.arrived = receiver.status, exchange.may_have_arrived
        received = receiver.received(trouble, sent=self.arrived)
        self.entry.note_answers(name, len(received.parsed.items))
        return replace(received, peer=exchange.line.peer)

    def _reply_name(self) -> str:
        """The file for the next reply; those of earlier attempts stay as they are."""
        while True:
            name = f"reply-{self.wire.number}.{self.attempt}.http"
            if not (self.entry.path / name).exists():
                return name
            self.attempt += 1

    def _receive(self, exchange: Exchange, receiver: Receiver) -> Exception | None:
        """Pass on what happens; the exception that ended it, if one did."""
        sent_at, last_byte = math.inf, -math.inf

        def deadline() -> float:
            patience = min(_LAST_BYTES, self.target.timeout)
            limit = sent_at + self.target.timeout
            return min(max(limit, last_byte + patience), limit + _LONGEST_TAIL)

        try:
            for happening in exchange.happenings(self.cancel, deadline):
                match happening:
                    case Sent():
                        sent_at = time.monotonic()
                        self.listener(Waiting(self.wire.number, self.wire.count))
                    case Head(status, headers):
                        sent_at = min(sent_at, time.monotonic())
                        receiver.head(status, headers)
                    case Chunk(data):
                        last_byte = time.monotonic()
                        receiver.chunk(data)
                    case Broken(error):
                        return error
                    case Ended():
                        return None
        except TimeoutError as error:
            return error
        except Cancelled as error:
            if exchange.may_have_arrived or receiver.begun:
                error.may_be_billed = True
                error.hint = "The request was already sent, so it may be billed all the same."
            raise
        return None

    def _unsent(self, trouble: Exception) -> None:
        """Pause before the next attempt at a request that did not get out, or give up."""
        error = not_reached(trouble, self.target)
        if (
            not isinstance(error, NotReached)
            or not error.passing
            or self.retries >= self.target.retries
        ):
            raise error from trouble
        self._pause(error.message, retry.backoff(self.retries + 1))

    def _again(self, failure: Failure) -> bool:
        """Whether the request is to be sent once more; after the pause that it needs."""
        unknown = failure.unknown_parameter
        refused = 400 <= self.status < 500
        if refused and unknown in _OPTIONAL and self.wire.value(unknown) is not None:
            self.wire = self.wire.without(*_OPTIONAL[unknown])
            self._record()
            reason = f"{self.target.title} does not know {unknown}."
            self.listener(Retrying(reason, 0.0, self.attempt + 1))
            return True
        if failure.is_quota or is_refusal(failure, self.target):
            return False
        if not retry.may_retry(self.status, failure.headers, arrived=self.arrived):
            return False
        seconds = retry.pause(failure.headers, failure.message, self.retries + 1)
        if seconds is None or self.retries >= self.target.retries:
            return False
        busy = "is busy." if self.status == 429 else f"failed (HTTP {self.status})."
        self._pause(f"{self.target.title} {busy}", seconds)
        return True

    def _pause(self, reason: str, seconds: float) -> None:
        self.retries += 1
        self.listener(Retrying(reason, seconds, self.attempt + 1))
        if self.cancel is None:
            time.sleep(seconds)
        elif self.cancel.wait(seconds):
            raise Cancelled("The edit was cancelled.")
