"""Asking an endpoint which models it has; free of charge, and a test of the key."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from seamfill.answer.json_reading import load_json, tidy
from seamfill.errors import ServerTrouble
from seamfill.transport.exchange import Broken, Chunk, Exchange, Head
from seamfill.transport.failures import hiding, read_failure
from seamfill.transport.sending import authorizer, embedded
from seamfill.transport.troubles import not_reached
from seamfill.version import __version__

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping

    from seamfill.settings import Target

__all__ = ["get", "list_models", "read_list"]

_MAX_SECONDS = 20.0
_MAX_BYTES = 8_000_000
_MAX_MODELS = 2000
_MAX_NAME = 200  # characters


def list_models(
    target: Target, cancel: threading.Event | None = None
) -> Mapping[str, Mapping[str, Any]] | None:
    """The models that an endpoint lists.

    Parameters
    ----------
    target : Target
    cancel : threading.Event, optional

    Returns
    -------
    mapping of str to mapping, or None
        What it says of each, by name; None where it has no such list.

    Raises
    ------
    Refused
        If it does not accept the key.
    EndpointFailed
        If it was not reached or failed.
    Cancelled
        If the user cancelled.
    """
    target = embedded(target)
    if not target.endpoint.models_path or target.base_url is None:
        return None
    url = target.endpoint.url(target.base_url, target.endpoint.models_path)
    status, headers, body = get(url, target, _MAX_SECONDS, cancel)
    if status in {404, 405}:
        return None
    if status != 200:
        raise read_failure(status, headers, body, target, sent=False).error(target)
    return read_list(body, hiding(target))


def read_list(body: bytes, hide: Callable[[str], str]) -> Mapping[str, Mapping[str, Any]] | None:
    """The models in a list of the usual form, by name; None where it is no such list.

    Parameters
    ----------
    body : bytes
    hide : callable
        Takes a key out of a text that may quote it, see `hiding`.
    """
    try:
        entries = load_json(body)["data"]
        return {
            str(tidy(entry["id"], hide))[:_MAX_NAME]: tidy(entry, hide)
            for entry in entries[:_MAX_MODELS]
        }
    except (ValueError, KeyError, TypeError):
        return None


def get(
    url: str, target: Target, seconds: float, cancel: threading.Event | None = None
) -> tuple[int, Mapping[str, str], bytes]:
    """Ask an endpoint for something that costs nothing.

    Parameters
    ----------
    url : str
    target : Target
        Whose key goes along, if it may go there.
    seconds : float
        For all of it.
    cancel : threading.Event, optional

    Returns
    -------
    status : int
    headers : mapping of str to str
        Names in lower case.
    body : bytes
        Its beginning, where it is very long.

    Raises
    ------
    EndpointFailed
        If it was not reached or took too long.
    Cancelled
        If the user cancelled.
    """
    exchange = Exchange(
        "GET",
        url,
        headers={"Accept": "application/json", "User-Agent": f"seamfill/{__version__}"},
        authorize=authorizer(target),
        read_timeout=seconds,
        ca=target.endpoint.ca,
    )
    deadline = time.monotonic() + seconds
    status, headers, body = 0, {}, bytearray()
    try:
        for happening in exchange.happenings(cancel, lambda: deadline):
            match happening:
                case Head(code, found):
                    status, headers = code, dict(found)
                case Chunk(data) if len(body) < _MAX_BYTES:
                    body += data
                case Broken(error):
                    raise not_reached(error, target) from error
    except TimeoutError as error:
        raise ServerTrouble(
            f"{target.title} did not list its models in time.", "Try again later."
        ) from error
    return status, headers, bytes(body)
