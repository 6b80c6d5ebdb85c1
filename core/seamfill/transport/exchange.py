"""One HTTP request and its reply, in a thread of its own that can be abandoned at any moment.

The thread only moves bytes and puts what happens into a queue; whoever waits at the queue can
therefore stop waiting whenever the user cancels, whatever the thread is blocked in.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from seamfill.endpoints.addresses import is_loopback_host, loopback_addresses
from seamfill.errors import Cancelled
from seamfill.events import is_over
from seamfill.transport.connections import AddressChooser, Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["Broken", "Chunk", "Ended", "Exchange", "Head", "Sent", "chain"]

CONNECT_TIMEOUT = 10.0  # seconds; also how long the network may take no byte of an upload
_BLOCK = 1 << 16
_TICK = 0.04  # seconds; how soon a cancel is seen
_AHEAD = 256  # blocks that may wait to be looked at


@dataclass(frozen=True)
class Sent:
    """The last byte of the request is out."""


@dataclass(frozen=True)
class Head:
    """Status and headers came; header names in lower case."""

    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Chunk:
    """Some of the reply came."""

    data: bytes


@dataclass(frozen=True)
class Broken:
    """It went wrong."""

    error: Exception


@dataclass(frozen=True)
class Ended:
    """The reply is complete."""


Happening = Sent | Head | Chunk | Broken | Ended


class Body:
    """Bytes to send, which know how far they got.

    Parameters
    ----------
    data : bytes
    finished : callable
        Called once the last byte is handed to the network.
    """

    def __init__(self, data: bytes, finished: Callable[[], None]) -> None:
        self._data = memoryview(data)
        self._finished = finished
        self.sent = 0

    @property
    def complete(self) -> bool:
        """Whether all of it went out."""
        return self.sent >= len(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator[memoryview]:
        for start in range(0, len(self._data), _BLOCK):
            block = self._data[start : start + _BLOCK]
            if start + _BLOCK >= len(self._data):
                # The last block counts as sent before it is: from here on the endpoint may
                # have everything, and doubt must fall on the side of "perhaps paid".
                self.sent = len(self._data)
            yield block
            self.sent = max(self.sent, start + len(block))
        self._finished()


class Exchange:
    """One attempt.

    Parameters
    ----------
    method, url : str
    headers : mapping of str to str
        Without the key.
    authorize : callable
        Puts the key on a prepared request.
    body : bytes
    read_timeout : float
        Seconds without a byte after which the thread gives up by itself.
    ca : str, optional
        A file of certificates to trust instead of the usual ones.
    choose_addresses : callable, optional
        Turns host and port into the addresses to connect to; raises where none is allowed. A host
        that is this machine by its name has to be so by all its addresses when omitted.
    """

    def __init__(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        authorize: Callable[[Any], Any],
        body: bytes = b"",
        read_timeout: float = 600.0,
        ca: str | None = None,
        choose_addresses: AddressChooser | None = None,
    ) -> None:
        self._near = is_loopback_host(_host(url))
        self._choose_addresses = choose_addresses or (loopback_addresses if self._near else None)
        self.body = Body(body, lambda: self._tell(Sent()))
        self.line = Line()
        self._happened: queue.Queue[Happening] = queue.Queue(_AHEAD)
        self._request: dict[str, Any] = {
            "method": method,
            "url": url,
            "headers": dict(headers),
            "auth": authorize,
            "data": self.body if body else None,
            "timeout": (CONNECT_TIMEOUT, read_timeout),
            "verify": ca or _usual_certificates(),
            "allow_redirects": False,
            "stream": True,
        }
        self._thread = threading.Thread(target=self._run, name="seamfill-http", daemon=True)

    @property
    def may_have_arrived(self) -> bool:
        """Whether the endpoint may have the whole request."""
        return self.line.connected and self.body.complete

    def happenings(
        self, cancel: threading.Event | None, deadline: Callable[[], float]
    ) -> Iterator[Happening]:
        """Run, and tell what happens until it ends or breaks.

        Parameters
        ----------
        cancel : threading.Event, optional
        deadline : callable
            When to give up waiting, on the clock of `time.monotonic`.

        Raises
        ------
        Cancelled
            Within a moment of `cancel` being set.
        TimeoutError
            After the deadline.
        """
        self._thread.start()
        try:
            while True:
                # What is fetched without a body was paid for before.
                if is_over(cancel, may_be_billed=self.may_have_arrived or not len(self.body)):
                    raise Cancelled("The edit was cancelled.")
                if time.monotonic() > deadline():
                    raise TimeoutError
                try:
                    happening = self._happened.get(timeout=_TICK)
                except queue.Empty:
                    continue
                yield happening
                if isinstance(happening, Ended | Broken):
                    return
        finally:
            self.line.cut()

    def _tell(self, happening: Happening) -> None:
        """Say what happened; a reply that comes faster than it is looked at has to wait."""
        while not self.line.is_cut:
            with contextlib.suppress(queue.Full):
                self._happened.put(happening, timeout=_TICK)
                return

    def _run(self) -> None:
        try:
            from seamfill.transport.connections import open_session

            with open_session(self.line, self._choose_addresses) as session:
                # What is on this machine is reached directly, whatever proxy there is.
                session.trust_env = not self._near
                response = session.request(**self._request)
                headers = {name.lower(): value for name, value in response.headers.items()}
                self._tell(Head(response.status_code, headers))
                while data := response.raw.read1(_BLOCK, decode_content=True):
                    self._tell(Chunk(data))
                self._tell(Ended())
        except Exception as error:  # whatever it is, it is told to whoever waits
            for part in chain(error):
                # Frames and requests in there hold the key's header, which crash reports print.
                part.__traceback__ = None
                if hasattr(part, "request"):
                    part.request = None
            self._tell(Broken(error))


def chain(error: BaseException) -> Iterator[BaseException]:
    """An exception with all that it was made from.

    Parameters
    ----------
    error : BaseException
    """
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        current = waiting.pop(0)
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        held = [arg for arg in current.args if isinstance(arg, BaseException)]
        inner = getattr(current, "reason", None)
        waiting += [*held, inner if isinstance(inner, BaseException) else None]
        waiting += [current.__cause__, current.__context__]


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:  # no address at all, which requests finds as well
        return None


def _usual_certificates() -> str | bool:
    """Public authorities, unless the environment names others as requests, curl and OpenSSL do."""
    variables = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
    return next(filter(None, map(os.environ.get, variables)), None) or True
