"""What the plug-in's Settings can ask about servers of the user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seamfill.worker.messages import JSON, InvalidParams, Params

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from seamfill.endpoints.keys import Key
    from seamfill.endpoints.own import OwnServer
    from seamfill.transport.discovery import Found

    Flag = threading.Event
    Method = Callable[[Params, Flag], JSON]

__all__ = ["CHANGES", "METHODS"]


def _find(params: Params, _cancel: Flag) -> JSON:
    from seamfill.transport.discovery import find

    return {"servers": [_told(found) for found in find(params.numbers("ports"))]}


def _examine(params: Params, _cancel: Flag) -> JSON:
    from seamfill.transport.discovery import examine

    server = _server(params)
    return _told(examine(server, _key(params, server)))


def _set_server(params: Params, _cancel: Flag) -> JSON:
    from seamfill.endpoints.own import save

    save(_server(params))
    return {}


def _remove_server(params: Params, _cancel: Flag) -> JSON:
    from seamfill.endpoints import keys
    from seamfill.endpoints.own import remove

    remove(params.text("name"))
    keys.delete(params.text("name"))
    return {}


def _set_default(params: Params, _cancel: Flag) -> JSON:
    from seamfill.endpoints.own import choose_default

    choose_default(params.text("endpoint") if params.value("endpoint") else "")
    return {}


def _server(params: Params) -> OwnServer:
    """A server as Settings has it, whether it is in the catalogue or not."""
    from seamfill.endpoints.own import OwnServer, check

    optional = {
        name: params.text(name)
        for name in ("default_model", "ca")
        if params.value(name)  # empty is left out
    }
    models = params.value("models") or []
    if not (isinstance(models, list) and all(isinstance(name, str) for name in models)):
        raise InvalidParams("“models” must be a list of names.")
    server = OwnServer(
        name=params.text("name"),
        base_url=params.text("base_url"),
        kind="" if params.value("kind") == "" else params.text("kind"),
        models=tuple(models),
        timeout=_amount(params, "timeout"),
        price=_amount(params, "price_usd"),
        allow_http=params.value("allow_http") is True,
        **optional,
    )
    check(server)
    return server


def _amount(params: Params, name: str) -> float | None:
    value = params.value(name)
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise InvalidParams(f"“{name}” must be a number.")


def _key(params: Params, server: OwnServer) -> Key | None:
    """The key that is typed, or else the one that is kept for it."""
    from seamfill.endpoints import keys
    from seamfill.endpoints.own import own_servers

    if params.value("key"):
        return keys.Key(params.text("key"))
    known = own_servers().get(server.name)
    # A stored key goes nowhere but where it was stored for.
    return keys.find(known) if known and known.base_url == server.base_url else None


def _told(found: Found) -> JSON:
    return {
        "base_url": found.base_url,
        "kind": found.kind,
        "title": found.title,
        "models": list(found.models),
        "default_model": found.default_model,
    }


METHODS: dict[str, Method] = {"find_servers": _find, "examine_server": _examine}
CHANGES: dict[str, Method] = {
    "set_server": _set_server,
    "remove_server": _remove_server,
    "set_default_endpoint": _set_default,
}
