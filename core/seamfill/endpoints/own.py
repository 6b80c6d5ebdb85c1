"""The user's own servers, in the catalogue file, which people edit by hand as well.

What they wrote stays: comments, order, and all that is not about the one entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seamfill.endpoints import catalog_file
from seamfill.endpoints.loading import built_in, load_catalog
from seamfill.endpoints.resolve import checked_address
from seamfill.errors import BadInput

if TYPE_CHECKING:
    from seamfill.endpoints.entries import Endpoint

__all__ = [
    "KINDS",
    "OwnServer",
    "check",
    "choose_default",
    "own_server",
    "own_servers",
    "remove",
    "save",
]

KINDS = tuple(
    name
    for name, endpoint in built_in().endpoints.items()
    if not endpoint.embedded and name != "openai"
)
"""Names of the dialects that a server of one's own may speak."""

_OURS = ("like", "base_url", "default_model", "ca", "allow_http", "models", "every")
"""Keys of an entry that say nothing where they are empty."""

_LONGEST_NAME = 60  # characters
_LONGEST_TIMEOUT = 7 * 24 * 3600.0  # seconds


@dataclass(frozen=True)
class OwnServer:
    """A server of the user's own.

    Parameters
    ----------
    name : str
        In any script; shown as it is.
    base_url : str
    kind : str
        One of `KINDS`; empty for an entry written by hand that describes its dialect itself.
    models : tuple of str
        What it offers; empty where its kind says that.
    default_model : str
        Used when an edit names none; empty for the first.
    timeout : float, optional
        Seconds that its slowest answer may take; None for what its kind has.
    ca : str, optional
        A file of certificates to trust, besides none else.
    price : float, optional
        USD for one answer; None where that is not known.
    allow_http : bool
        Whether its key may travel unencrypted.
    """

    name: str
    base_url: str
    kind: str = "compatible"
    models: tuple[str, ...] = ()
    default_model: str = ""
    timeout: float | None = None
    ca: str | None = None
    price: float | None = None
    allow_http: bool = False


def own_servers() -> dict[str, Endpoint]:
    """Entries of the user's own, by name."""
    known = built_in().endpoints
    return {name: entry for name, entry in load_catalog().endpoints.items() if name not in known}


def own_server(endpoint: Endpoint) -> OwnServer:
    """What the user said of a server, from its entry."""
    guess = endpoint.fallback
    asked = guess.price.image.get("*") if guess.price else None
    kind = built_in().endpoints.get(endpoint.like)
    usual = kind.fallback.timeout if kind else None
    inherited = kind is not None and [*kind.models] == [*endpoint.models]
    return OwnServer(
        name=endpoint.name,
        base_url=endpoint.base_url or "",
        kind=endpoint.like,
        models=() if inherited else tuple(endpoint.models),
        default_model=endpoint.default_model,
        timeout=None if guess.timeout == usual else guess.timeout,
        ca=endpoint.ca,
        price=asked[0] if asked else None,
        allow_http=endpoint.allow_http,
    )


def save(server: OwnServer) -> None:
    """Put a server into the user's catalogue, or change it there.

    Raises
    ------
    BadInput
        If it cannot be one, or the file cannot be read or written; nothing has changed then.
    """
    check(server)
    catalog_file.put(server.name, lambda old: _entry(server, old))


def remove(name: str) -> None:
    """Take a server out of the user's catalogue.

    Raises
    ------
    BadInput
        If there is none of that name, or the file cannot be written.
    """
    if name not in own_servers():
        raise BadInput(f"There is no server “{name[:80]}” of your own.", "See what there is.")
    if load_catalog().default == name:
        catalog_file.put_default("")
    catalog_file.take_out(name)


def choose_default(name: str) -> None:
    """Choose the endpoint for edits that name none; an empty name leaves that to Seamfill.

    Raises
    ------
    BadInput
        If there is none of that name, or the file cannot be written.
    """
    if name and name not in load_catalog().endpoints:
        raise BadInput(f"There is no endpoint “{name[:80]}”.", "See what there is.")
    catalog_file.put_default(name)


def check(server: OwnServer) -> None:
    """See that something can be a server of the user's own.

    Raises
    ------
    BadInput
        If its name, address, kind or numbers cannot be that.
    """
    name = server.name
    odd = name != name.strip() or not name.isprintable() or {*name} & {*"\"'\\[]"}
    if not name or odd or len(name) > _LONGEST_NAME:
        raise BadInput(
            f"“{name[:80]}” cannot be the name of a server.",
            f"Give it up to {_LONGEST_NAME} letters, digits and signs but quotes and brackets.",
        )
    if name in built_in().endpoints:
        raise BadInput(f"“{name}” is the name of a built-in endpoint.", "Choose another name.")
    checked_address(server.base_url)
    if server.kind and server.kind not in KINDS:
        raise BadInput(
            f"“{server.kind[:80]}” is no kind of server.", f"There are: {', '.join(KINDS)}."
        )
    if server.timeout is not None and not 1 <= server.timeout <= _LONGEST_TIMEOUT:
        raise BadInput("The time-out has to be from 1 second to 7 days.")
    if server.price is not None and not 0 <= server.price <= 1000:
        raise BadInput("The price of an answer has to be from 0 to 1000 US dollars.")


def _entry(server: OwnServer, old: dict[str, Any]) -> dict[str, Any]:
    """A server's table: what its author added by hand stays."""
    models = {name: old.get("models", {}).get(name, {}) for name in server.models}
    flat = None if server.price is None else {"image": {"*": [server.price, server.price]}}
    every = {**old.get("every", {}), "timeout": server.timeout, "price": flat}
    values = {
        **old,
        "like": server.kind,
        "base_url": server.base_url,
        "default_model": server.default_model,
        "ca": server.ca,
        "allow_http": server.allow_http,
        "models": models,
        "every": {key: value for key, value in every.items() if value is not None},
    }
    return {key: value for key, value in values.items() if value or key not in _OURS}
