"""Fetching an answer from the address that a reply gave.

The address comes from a stranger: it must not lead to this machine or its network, unless to the
very place that the reply itself came from, and no credential goes along. What counts is what is
connected to, whatever the host is called and whatever its name led to a moment before.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urljoin, urlsplit

from seamfill.endpoints.addresses import (
    Address,
    RefusedAddressError,
    is_local,
    is_loopback_host,
    resolve_host,
)
from seamfill.errors import AnswerUnusable
from seamfill.transport.connection_errors import reason
from seamfill.transport.exchange import Broken, Chunk, Exchange, Head, chain
from seamfill.version import __version__

if TYPE_CHECKING:
    import threading

__all__ = ["Origin", "fetch"]

_MAX_BYTES = 128 * 1024 * 1024
_MAX_SECONDS = 120.0
_MAX_HOPS = 5
_MAX_LENGTH = 8192  # characters of an address
_ATTEMPTS = 3
_PORTS = {"http": 80, "https": 443}


class _TransientError(Exception):
    """A failure that another attempt may cure; fetching costs nothing."""


@dataclass(frozen=True)
class Origin:
    """Where a reply came from.

    Parameters
    ----------
    url : str
        As it was asked.
    peer : tuple of (str, int), optional
        Address and port that it was connected to. Where they are not known, as long afterwards,
        host and port of `url` stand for them.
    ca : str, optional
        A file of certificates to trust there.
    """

    url: str
    peer: tuple[str, int] | None = None
    ca: str | None = None

    def is_at(self, address: Address, port: int, host: str) -> bool:
        """Whether that is where the reply came from.

        Parameters
        ----------
        address : Address
        port : int
        host : str

        Returns
        -------
        bool
        """
        if self.peer is not None:
            return (str(address), port) == self.peer
        parts = urlsplit(self.url)
        return (host.lower(), port) == (parts.hostname, _port(parts))


def fetch(
    url: str,
    origin: Origin,
    *,
    cancel: threading.Event | None = None,
    deadline: float | None = None,
) -> bytes:
    """Download one answer.

    Parameters
    ----------
    url : str
        As the reply gave it; may be relative to the endpoint.
    origin : Origin
    cancel : threading.Event, optional
    deadline : float, optional
        When to give up at the latest, on the clock of `time.monotonic`.

    Returns
    -------
    bytes

    Raises
    ------
    AnswerUnusable
        If the address is refused, or nothing usable is there.
    Cancelled
        If the user cancelled.
    """
    latest = time.monotonic() + _MAX_SECONDS
    latest = latest if deadline is None else min(latest, deadline)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _Errand(origin, cancel, latest).follow(url)
        except RefusedAddressError as error:
            raise AnswerUnusable(
                f"The answer is at an address that is not fetched from: {error}.",
                "The reply is kept in the journal.",
            ) from error
        except (_TransientError, TimeoutError) as error:
            if attempt == _ATTEMPTS or time.monotonic() >= latest:
                why = str(error) or "it took too long"
                raise AnswerUnusable(
                    f"The answer could not be fetched from {_place(url, origin)}: {why}.",
                    "Its address is kept in the journal: seamfill recover fetches it again.",
                ) from error
            time.sleep(0.2 * attempt)
    raise AssertionError("the last attempt returns or raises")


@dataclass(frozen=True)
class _Errand:
    """One attempt to fetch one answer."""

    origin: Origin
    cancel: threading.Event | None
    deadline: float

    def follow(self, url: str) -> bytes:
        """Go where the address leads."""
        if time.monotonic() >= self.deadline:
            raise TimeoutError
        base = self.origin.url
        for _ in range(_MAX_HOPS):
            base = url = _joined(base, url)
            self._check(url)
            status, headers, body = self._get(url)
            if status in {301, 302, 303, 307, 308} and "location" in headers:
                url = headers["location"]
                continue
            if status >= 500 or status == 429:
                raise _TransientError(f"HTTP {status}")
            if status != 200:
                raise AnswerUnusable(
                    f"The answer is not at the address that the reply gave (HTTP {status}).",
                    "Such addresses expire; the reply is kept in the journal.",
                )
            return body
        raise RefusedAddressError("it leads from one address to the next without end")

    def _get(self, url: str) -> tuple[int, dict[str, str], bytes]:
        exchange = Exchange(
            "GET",
            url,
            headers={
                "Accept": "image/png, image/webp, image/jpeg",
                "Accept-Encoding": "identity",
                "User-Agent": f"seamfill/{__version__}",
            },
            authorize=lambda prepared: prepared,
            read_timeout=30.0,
            ca=self.origin.ca,
            choose_addresses=None if _proxied(url) else self._choose,
        )
        status, headers, body = 0, {}, bytearray()
        for happening in exchange.happenings(self.cancel, lambda: self.deadline):
            match happening:
                case Head(code, found):
                    status, headers = code, dict(found)
                    if _announced(headers) > _MAX_BYTES:
                        raise _too_long()
                case Chunk(data):
                    body += data
                    if len(body) > _MAX_BYTES:
                        raise _too_long()
                case Broken(error):
                    _raise_refusal(error)
                    raise _TransientError(reason(error)) from error
        return status, headers, bytes(body)

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.username or parts.password:
            raise RefusedAddressError("it holds a user name")
        if not parts.hostname or parts.scheme not in _PORTS:
            raise RefusedAddressError(f"it is no web address ({parts.scheme or 'no scheme'})")
        if parts.scheme == "http" and not self._came_from_near():
            raise RefusedAddressError("it is not encrypted")
        if _proxied(url):
            # The proxy looks the name up; refuse at least what this machine knows to be local.
            try:
                self._choose(parts.hostname, _port(parts))
            except OSError:
                return

    def _choose(self, host: str, port: int) -> list[Address]:
        """The addresses that may be connected to."""
        found = [
            address
            for address in resolve_host(host, port)
            if not is_local(address) or self.origin.is_at(address, port, host)
        ]
        if not found:
            raise RefusedAddressError(f"{host} is on this machine or its network")
        return found

    def _came_from_near(self) -> bool:
        """Whether the reply came from this machine or its network."""
        parts = urlsplit(self.origin.url)
        host = self.origin.peer[0] if self.origin.peer else parts.hostname or ""
        try:
            return all(map(is_local, resolve_host(host, _port(parts))))
        except OSError:
            return False


def _joined(base: str, url: str) -> str:
    """A whole address, in which nothing is left to be misread."""
    try:
        if len(url) > _MAX_LENGTH or any(ord(char) <= 32 for char in url):
            raise ValueError
        joined = urljoin(base, url)
        _port(urlsplit(joined))
    except ValueError:
        raise RefusedAddressError("it is no web address") from None
    return joined


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS.get(parts.scheme, 0)


def _place(url: str, origin: Origin) -> str:
    return urlsplit(_joined(origin.url, url)).netloc


def _proxied(url: str) -> bool:
    from requests.utils import get_environ_proxies, select_proxy

    if is_loopback_host(urlsplit(url).hostname):
        return False
    return select_proxy(url, get_environ_proxies(url)) is not None


def _announced(headers: dict[str, str]) -> int:
    length = headers.get("content-length", "")
    return int(length[:18]) if length.isascii() and length.isdigit() else 0


def _too_long() -> AnswerUnusable:
    return AnswerUnusable(
        f"The answer is larger than {_MAX_BYTES // 2**20} MB; it was not fetched."
    )


def _raise_refusal(error: BaseException) -> None:
    for cause in chain(error):
        if isinstance(cause, RefusedAddressError):
            raise cause
