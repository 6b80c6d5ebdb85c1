"""Which endpoint, model, address and key an edit uses."""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from seamfill.endpoints import keys
from seamfill.endpoints.addresses import is_loopback_host
from seamfill.endpoints.keys import admitted, find
from seamfill.endpoints.loading import load_catalog
from seamfill.endpoints.servers import Server, default_model, remembered
from seamfill.endpoints.target import Target
from seamfill.errors import BadInput
from seamfill.options import EditRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seamfill.endpoints.entries import Catalog, Endpoint
    from seamfill.endpoints.keys import Key

__all__ = ["checked_address", "default_endpoint", "default_entry", "resolve", "unnamed_address"]

_ANY = "compatible"
"""The endpoint's name for any server that speaks the interface."""


def default_endpoint(
    catalog: Catalog, env: Mapping[str, str] | None = None, *, keyed: bool = False
) -> str:
    """The endpoint's name for an edit that names none.

    ``OPENAI_BASE_URL`` counts first, then what the user chose as the default, then
    ``OPENAI_API_KEY``, which many have for other programs, the address of another endpoint, such as
    ``AZURE_OPENAI_ENDPOINT``, and a key that was stored; with none of these it is ``offline``.

    Parameters
    ----------
    catalog : Catalog
    env : mapping of str to str, optional
        The environment; the process's own when omitted.
    keyed : bool
        Whether a key was given outright, which stands in for ``OPENAI_API_KEY``.
    """
    env = os.environ if env is None else env
    if base_url := env.get("OPENAI_BASE_URL", "").strip():
        return _named_endpoint(catalog, base_url) or _found(base_url).endpoint or _ANY
    if keyed:
        return "openai"
    if catalog.default:
        return catalog.default
    if env.get("OPENAI_API_KEY", "").strip():
        return "openai"
    for name, endpoint in catalog.endpoints.items():
        if any(env.get(variable, "").strip() for variable in endpoint.base_url_variables):
            return name
    stored = keys.stored()
    return next((name for name in catalog.endpoints if name in stored), "offline")


def default_entry(catalog: Catalog) -> Endpoint:
    """The endpoint for an edit that names none, with what is remembered of its address.

    Parameters
    ----------
    catalog : Catalog
    """
    request = EditRequest()
    with contextlib.suppress(BadInput):  # which the edit itself tells
        address = unnamed_address(request, catalog)
        if address is not None:
            return _guessed(request, catalog, address)[0]
    return catalog.endpoints[default_endpoint(catalog)]


def resolve(
    request: EditRequest,
    catalog: Catalog | None = None,
    env: Mapping[str, str] | None = None,
    *,
    key: Key | None = None,
) -> Target:
    """Choose endpoint, model, address and key.

    Parameters
    ----------
    request : EditRequest
    catalog : Catalog, optional
        Built-in and the user's own when omitted.
    env : mapping of str to str, optional
        The environment; the process's own when omitted.
    key : Key, optional
        Given outright, instead of one from the environment or a store.

    Returns
    -------
    Target
        Nothing is started or sent by this.

    Raises
    ------
    BadInput
        If the endpoint is unknown, its address is missing, or the key would travel openly.
    """
    env = os.environ if env is None else env
    catalog = load_catalog() if catalog is None else catalog
    address = unnamed_address(request, catalog, env)
    if address is None:
        endpoint = _endpoint(request, catalog, env, keyed=key is not None)
        guesses: tuple[str, ...] = ()
    else:
        endpoint, guesses = _guessed(request, catalog, address)
    model = endpoint.model(request.model or endpoint.default_model)
    base_url = None if endpoint.embedded else address or _base_url(request, endpoint, env)
    if base_url is None or endpoint.auth == "none":
        key = None
    else:
        key = key or find(endpoint, env)
        if address and key is None:  # stored before it was known what is there
            key = find(catalog.endpoints[_ANY], env)
        key = admitted(key, endpoint, base_url)
    return Target(
        endpoint=endpoint,
        model=model,
        base_url=base_url,
        key=key,
        timeout=request.timeout or model.timeout,
        retries=request.retries,
        guesses=guesses,
    )


def unnamed_address(
    request: EditRequest, catalog: Catalog, env: Mapping[str, str] | None = None
) -> str | None:
    """The address of an edit where nobody said what is there.

    Parameters
    ----------
    request : EditRequest
    catalog : Catalog
    env : mapping of str to str, optional
        The environment; the process's own when omitted.

    Returns
    -------
    str or None
        None where an endpoint is named, or is known by its address.

    Raises
    ------
    BadInput
        If it is no address.
    """
    env = os.environ if env is None else env
    address = request.base_url or env.get("OPENAI_BASE_URL", "").strip()
    if request.endpoint or not address or _named_endpoint(catalog, address):
        return None
    return checked_address(address)


def _guessed(
    request: EditRequest, catalog: Catalog, address: str
) -> tuple[Endpoint, tuple[str, ...]]:
    """The entry of a server by what it answered, and what of that the user should know."""
    server, place = _found(address), urlsplit(address).netloc
    plain = endpoint = catalog.endpoints[_ANY]
    guesses = []
    if server.endpoint in catalog.endpoints:
        endpoint = catalog.endpoints[server.endpoint]
        guesses.append(
            f"{place} answers as {endpoint.title} does, so it is taken for that; naming an "
            "endpoint says otherwise."
        )
        # The environment's key was meant for the environment's address, whatever is there.
        variables = dict.fromkeys((*endpoint.key_variables, *plain.key_variables))
        endpoint = replace(endpoint, key_variables=tuple(variables))
    default = default_model(server, endpoint)
    if not request.model and default != endpoint.default_model:
        guesses.append(f"No model was named, so {default} is used, which {place} lists.")
    return replace(endpoint, default_model=default), tuple(guesses)


def _found(address: str) -> Server:
    """What is remembered of an address."""
    return remembered(address) or Server()


def _endpoint(
    request: EditRequest, catalog: Catalog, env: Mapping[str, str], *, keyed: bool
) -> Endpoint:
    name = request.endpoint
    if not name:
        named = _named_endpoint(catalog, request.base_url) if request.base_url else None
        name = named or default_endpoint(catalog, env, keyed=keyed)
    if name not in catalog.endpoints:
        raise BadInput(
            f"There is no endpoint {name[:80]!r}.", f"There are: {', '.join(catalog.endpoints)}."
        )
    endpoint = catalog.endpoints[name]
    query = tuple(
        (key, env.get(endpoint.query_variables.get(key, ""), "") or value)
        for key, value in endpoint.query
    )
    return replace(endpoint, query=query)


def _named_endpoint(catalog: Catalog, base_url: str) -> str | None:
    """The endpoint whose own address this is.

    What is on this machine can be anything, whatever usually listens at a port.
    """
    wanted = _parts(base_url)
    if not is_loopback_host(wanted.hostname):
        for name, endpoint in catalog.endpoints.items():
            own = urlsplit(endpoint.base_url or "")
            if own.netloc and own.netloc.lower() == wanted.netloc.lower():
                return name
    return None


def _base_url(request: EditRequest, endpoint: Endpoint, env: Mapping[str, str]) -> str:
    given = (env.get(variable, "").strip() for variable in endpoint.base_url_variables)
    base_url = request.base_url or next(filter(None, given), None) or endpoint.base_url
    if not base_url:
        variables = " or ".join(endpoint.base_url_variables)
        raise BadInput(
            f"The endpoint {endpoint.name!r} has no address.",
            f"Give its base URL{', or set ' + variables if variables else ''}.",
            advice="address",
        )
    return checked_address(base_url)


def checked_address(base_url: str) -> str:
    """A base URL, found to be one.

    Parameters
    ----------
    base_url : str

    Returns
    -------
    str

    Raises
    ------
    BadInput
        If it is no http or https address, or holds a user name or password.
    """
    parts = _parts(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _no_address(base_url)
    if parts.username or parts.password:
        raise BadInput(
            "The base URL holds a user name or password.",
            "Store it as a key instead.",
            advice="address",
        )
    return base_url


def _parts(base_url: str) -> SplitResult:
    try:
        parts = urlsplit(base_url)
        if parts.port == 0 or not base_url.isprintable() or " " in base_url:
            raise _no_address(base_url)
    except ValueError:
        raise _no_address(base_url) from None
    return parts


def _no_address(base_url: str) -> BadInput:
    return BadInput(
        f"The base URL {base_url[:80]!r} is not an http or https address.", advice="address"
    )
