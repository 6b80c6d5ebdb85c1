"""Fetching an answer from the address that a reply gave.

The address comes from a stranger: it must not lead to this machine or its network unless the
endpoint itself is there, and no credential goes along.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from seamfill.addresses import is_local, is_loopback_host, resolve_host
from seamfill.errors import AnswerUnusable
from seamfill.transport.exchange import Broken, Chunk, Exchange, Head, chain
from seamfill.transport.troubles import reason
from seamfill.version import __version__

if TYPE_CHECKING:
    import threading

__all__ = ["fetch"]

_MAX_BYTES = 128 * 1024 * 1024
_MAX_SECONDS = 120.0
_MAX_HOPS = 5
_ATTEMPTS = 3


class _RefusedAddressError(Exception):
    """An address that must not be spoken to."""


class _TransientError(Exception):
    """A failure that another attempt may cure; fetching costs nothing."""


def fetch(
    url: str, origin: str, *, ca: str | None = None, cancel: threading.Event | None = None
) -> bytes:
    """Download one answer.

    Parameters
    ----------
    url : str
        As the reply gave it; may be relative to the endpoint.
    origin : str
        The address that the reply came from.
    ca : str, optional
        A file of certificates to trust.
    cancel : threading.Event, optional

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
    deadline = time.monotonic() + _MAX_SECONDS
    url = urljoin(origin, url)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _follow(url, origin, ca, cancel, deadline)
        except _RefusedAddressError as error:
            raise AnswerUnusable(
                f"The answer is at an address that is not fetched from: {error}.",
                "The reply is kept in the journal.",
            ) from error
        except (_TransientError, TimeoutError) as error:
            if attempt == _ATTEMPTS or time.monotonic() >= deadline:
                why = str(error) or "it took too long"
                raise AnswerUnusable(
                    f"The answer could not be fetched from {urlsplit(url).netloc}: {why}.",
                    "Its address is kept in the journal: seamfill recover fetches it again.",
                ) from error
            time.sleep(0.2 * attempt)
    raise AssertionError("the last attempt returns or raises")


def _follow(
    url: str, origin: str, ca: str | None, cancel: threading.Event | None, deadline: float
) -> bytes:
    for _ in range(_MAX_HOPS):
        _check_url(url, origin)
        status, headers, body = _get(url, origin, ca, cancel, deadline)
        if status in {301, 302, 303, 307, 308} and "location" in headers:
            url = urljoin(url, headers["location"])
            continue
        if status >= 500 or status == 429:
            raise _TransientError(f"HTTP {status}")
        if status != 200:
            raise AnswerUnusable(
                f"The answer is not at the address that the reply gave (HTTP {status}).",
                "Such addresses expire; the reply is kept in the journal.",
            )
        return body
    raise _RefusedAddressError("it leads from one address to the next without end")


def _get(
    url: str, origin: str, ca: str | None, cancel: threading.Event | None, deadline: float
) -> tuple[int, dict[str, str], bytes]:
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
        ca=ca,
        choose_address=None if _proxied(url) else lambda host, port: _choose(host, port, origin),
    )
    status, headers, body = 0, {}, bytearray()
    for happening in exchange.happenings(cancel, lambda: deadline):
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


def _check_url(url: str, origin: str) -> None:
    parts = urlsplit(url)
    own = urlsplit(origin)
    if parts.username or parts.password:
        raise _RefusedAddressError("it holds a user name")
    if not parts.hostname or parts.scheme not in {"http", "https"}:
        raise _RefusedAddressError(f"it is no web address ({parts.scheme or 'no scheme'})")
    if parts.scheme == "http" and not _is_near(own.hostname or "", own.port or 443):
        raise _RefusedAddressError("it is not encrypted")
    if _proxied(url):
        # The proxy looks the name up; refuse at least what this machine knows to be local.
        try:
            _choose(parts.hostname, parts.port or 443, origin)
        except OSError:
            return


def _choose(host: str, port: int, origin: str) -> str:
    """The address to connect to; none that is local, unless the endpoint is that host."""
    own = (urlsplit(origin).hostname or "").lower()
    addresses = resolve_host(host, port)
    if host.lower() != own and any(is_local(address) for address in addresses):
        raise _RefusedAddressError(f"{host} is on this machine or its network")
    return str(addresses[0])


def _is_near(host: str, port: int) -> bool:
    """Whether a host is this machine or on its network."""
    try:
        return all(is_local(address) for address in resolve_host(host, port))
    except OSError:
        return False


def _proxied(url: str) -> bool:
    from requests.utils import get_environ_proxies, select_proxy

    if is_loopback_host(urlsplit(url).hostname):
        return False
    return select_proxy(url, get_environ_proxies(url)) is not None


def _announced(headers: dict[str, str]) -> int:
    length = headers.get("content-length", "")
    return int(length) if length.isdigit() else 0


def _too_long() -> AnswerUnusable:
    return AnswerUnusable(
        f"The answer is larger than {_MAX_BYTES // 2**20} MB; it was not fetched."
    )


def _raise_refusal(error: BaseException) -> None:
    for cause in chain(error):
        if isinstance(cause, _RefusedAddressError):
            raise cause
