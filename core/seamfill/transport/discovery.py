"""Servers of the user's own: found on this machine, and asked what they are."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from seamfill.endpoints import load_catalog
from seamfill.endpoints.addresses import is_loopback_host
from seamfill.endpoints.loading import built_in
from seamfill.endpoints.servers import default_model
from seamfill.endpoints.target import Target
from seamfill.errors import SeamfillError
from seamfill.transport.models import list_models
from seamfill.transport.recognition import ask

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seamfill.endpoints.keys import Key
    from seamfill.endpoints.own import OwnServer

__all__ = ["Found", "examine", "find", "usual_ports"]

_COMMON = (3000, 5001, 7860, 8081, 8188, 11434)
"""Where one-api and new-api, KoboldCpp, web interfaces for Stable Diffusion, second servers,
gateways to ComfyUI and Ollama listen unless told otherwise."""

_CONNECT = 0.3  # seconds: this machine says at once whether somebody listens


@dataclass(frozen=True)
class Found:
    """What is known of a server once it was asked.

    Parameters
    ----------
    base_url : str
    kind : str
        The endpoint's name that it answers as; ``compatible`` where it is like none.
    title : str
        Of that kind.
    models : tuple of str
        What it lists that edits images, or may.
    default_model : str
        For an edit that names none; empty where that does not matter or is not known.
    """

    base_url: str
    kind: str
    title: str
    models: tuple[str, ...]
    default_model: str


def usual_ports() -> tuple[int, ...]:
    """Ports on which servers of one's own usually listen."""
    own = [urlsplit(entry.base_url or "") for entry in built_in().endpoints.values()]
    listed = [url.port for url in own if url.port and is_loopback_host(url.hostname)]
    return tuple(sorted({*listed, *_COMMON}))


def find(ports: Iterable[int] | None = None) -> tuple[Found, ...]:
    """Look for servers on this machine; only it is asked, without any key.

    Parameters
    ----------
    ports : iterable of int, optional
        Where to look; the usual ones when omitted.

    Returns
    -------
    tuple of Found
        Those that show a sign of their kind, or list models that may edit images.
    """
    wanted = list(dict.fromkeys(usual_ports() if ports is None else ports))
    with ThreadPoolExecutor(max(1, len(wanted))) as pool:
        found = pool.map(_at, wanted)
    return tuple(server for server in found if server is not None)


def examine(server: OwnServer, key: Key | None = None) -> Found:
    """Ask a server what it is, and try its key; free of charge.

    Parameters
    ----------
    server : OwnServer
        Need not be in the catalogue. Its kind counts where it does not say of what kind it is.
    key : Key, optional

    Raises
    ------
    Refused
        If it does not accept the key.
    EndpointFailed
        If it was not reached or failed.
    BadInput
        If the key would travel openly.
    """
    target = _target(server.base_url, server.kind, key)
    trusted = replace(target.endpoint, ca=server.ca, allow_http=server.allow_http)
    target = replace(target, endpoint=trusted)
    list_models(target)  # says what is wrong, which the next does not
    return _told(target) or Found(server.base_url, server.kind or "compatible", "", (), "")


def _at(port: int) -> Found | None:
    try:
        socket.create_connection(("127.0.0.1", port), _CONNECT).close()
    except OSError:
        return None
    try:
        found = _told(_target(f"http://127.0.0.1:{port}", "compatible", None))
    except SeamfillError:  # something else listens there
        return None
    plain = found is not None and found.kind == "compatible" and not found.models
    return None if plain else found


def _target(base_url: str, kind: str, key: Key | None) -> Target:
    endpoints = built_in().endpoints
    endpoint = endpoints.get(kind, endpoints["compatible"])
    model = endpoint.model(endpoint.default_model)
    return Target(endpoint, model, base_url, key, model.timeout)


def _told(target: Target) -> Found | None:
    answer = ask(target, load_catalog())
    if answer is None or target.base_url is None:
        return None
    known = built_in().endpoints
    kind = answer.endpoint if answer.endpoint in known else target.endpoint.name
    endpoint = known[kind]
    default = default_model(answer, endpoint)
    named = bool(answer.models) and endpoint.model(default).named
    models = answer.models if named else ()
    return Found(target.base_url, kind, endpoint.title, models, default if named else "")
