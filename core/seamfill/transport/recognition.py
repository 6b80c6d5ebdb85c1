"""Asking a server of which only the address is known who it is."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from seamfill.api.error_reply import hiding
from seamfill.endpoints import load_catalog, servers
from seamfill.endpoints.resolve import resolve, unnamed_address
from seamfill.endpoints.servers import Server
from seamfill.errors import SeamfillError
from seamfill.transport.models import get, read_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seamfill.endpoints import Catalog
    from seamfill.endpoints.keys import Key
    from seamfill.endpoints.target import Target
    from seamfill.options import EditRequest

__all__ = ["ask", "recognise"]

_SECONDS = 1.5  # for all questions together, which a dialog waits for
_AGAIN = 30.0  # seconds before one that did not answer is asked once more
_BYTES = 65_536  # of an answer, in which a sign is looked for
_LIST = "/v1/models"

_silent: dict[str, float] = {}


def recognise(request: EditRequest, *, key: Key | None = None, anew: bool = False) -> None:
    """Ask who is at the address of an edit where nobody said so, and remember it.

    A few free questions, all at once and within a second or two. One that does not answer is no
    error: the edit itself will tell.

    Parameters
    ----------
    request : EditRequest
    key : Key, optional
        Given outright.
    anew : bool
        Whether to ask one that is known as well.
    """
    catalog = load_catalog()
    address = unnamed_address(request, catalog)
    if address is None or (servers.remembered(address) and not anew):
        return
    if not anew and time.monotonic() - _silent.get(address, -_AGAIN) < _AGAIN:
        return
    server = ask(resolve(request, catalog, key=key), catalog)
    if server is None:
        _silent[address] = time.monotonic()
    else:
        servers.remember(address, server)


def ask(target: Target, catalog: Catalog) -> Server | None:
    """Ask who is at an address, whatever is known of it already.

    Parameters
    ----------
    target : Target
        With the key that may go there, if any.
    catalog : Catalog

    Returns
    -------
    Server or None
        None where nothing answers.

    Raises
    ------
    BadInput
        If the key would travel openly.
    """
    signs = {entry.name: entry.signs for entry in catalog.endpoints.values()}
    paths = dict.fromkeys([_LIST, *(path for own in signs.values() for path in own)])
    with ThreadPoolExecutor(len(paths)) as pool:
        answers = dict(zip(paths, pool.map(lambda path: _answer(target, path), paths), strict=True))
    if not any(answers.values()):
        return None
    name = next((name for name, own in signs.items() if _shows(own, answers)), "")
    listed = read_list(answers[_LIST].partition(b"\n\n")[2], hiding(target)) or {}
    judged = {model: servers.may_edit(model, told) for model, told in listed.items()}
    sure = tuple(model for model, edits in judged.items() if edits)
    return Server(name, sure or tuple(model for model, edits in judged.items() if edits is None))


def _answer(target: Target, path: str) -> bytes:
    """Headers and body of what a server says at a path; empty where it says nothing."""
    beside = path.startswith("/v1/")
    asking = target if beside else replace(target, key=None)  # which is for the interface alone
    try:
        status, headers, body = get(_url(target, path), asking, _SECONDS)
    except SeamfillError:
        return b""
    told = "".join(f"{name}: {value}\n" for name, value in headers.items()).encode()
    return told + b"\n" + (body if status < 400 else b"")


def _url(target: Target, path: str) -> str:
    """The address of a path: beside the edits, or at the server's root."""
    base = target.base_url or ""
    if path.startswith("/v1/"):
        return target.endpoint.url(base, path)
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}{path}"


def _shows(signs: Mapping[str, str], answers: Mapping[str, bytes]) -> bool:
    return any(
        re.search(pattern, answers[path][:_BYTES].decode("utf-8", "replace"))
        for path, pattern in signs.items()
    )
