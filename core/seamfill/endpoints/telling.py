"""An endpoint as plain data, for the command and for the plug-in."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from seamfill.endpoints import keys
from seamfill.endpoints.loading import built_in, load_catalog
from seamfill.endpoints.own import own_server

if TYPE_CHECKING:
    from seamfill.endpoints.entries import Endpoint

__all__ = ["told"]


def told(endpoint: Endpoint, stored: frozenset[str] | None = None) -> dict[str, Any]:
    """Tell an endpoint; nothing of its key but whether there is one.

    Parameters
    ----------
    endpoint : Endpoint
    stored : frozenset of str, optional
        Names of the endpoints that have a stored key; looked up when omitted.

    Returns
    -------
    dict
        ``name``, ``title``, ``base_url``, ``kind``, ``own`` (whether the user added it),
        ``default`` (whether the user chose it for edits that name none), ``has_key``, ``lacks``
        (what of ``address`` and ``key`` is missing before it can be used), ``default_model``, and
        of own servers ``timeout`` in seconds, ``ca``, ``price_usd`` and ``allow_http``.
    """
    stored = keys.stored() if stored is None else stored
    has_key = endpoint.name in stored or _set(endpoint.key_variables)
    has_address = bool(endpoint.base_url) or endpoint.embedded or _set(endpoint.base_url_variables)
    lacks = {"address": not has_address, "key": endpoint.needs_key and not has_key}
    own = endpoint.name not in built_in().endpoints
    server = own_server(endpoint)
    return {
        "name": endpoint.name,
        "title": endpoint.title,
        "base_url": endpoint.base_url,
        "kind": endpoint.like if own else endpoint.name,
        "own": own,
        "default": load_catalog().default == endpoint.name,
        "has_key": has_key,
        "lacks": [what for what, missing in lacks.items() if missing],
        "default_model": endpoint.default_model,
        "timeout": server.timeout if own else None,
        "ca": endpoint.ca,
        "price_usd": server.price if own else None,
        "allow_http": endpoint.allow_http,
    }


def _set(variables: tuple[str, ...]) -> bool:
    return any(os.environ.get(name, "").strip() for name in variables)
