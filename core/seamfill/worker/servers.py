"""What the plug-in's Settings can ask about servers of the user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seamfill.worker import server_messages
from seamfill.worker.messages import Nothing

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from seamfill.endpoints.keys import Key
    from seamfill.endpoints.own import OwnServer
    from seamfill.transport.discovery import Found
    from seamfill.worker.params import Params

    Flag = threading.Event
    Method = Callable[[Params, Flag], Any]

__all__ = ["CHANGES", "METHODS"]


def _find(params: Params, _cancel: Flag) -> server_messages.ServersAnswer:
    from seamfill.transport.discovery import find

    asked = server_messages.FindServersParams.read(params)
    return server_messages.ServersAnswer([_told(found) for found in find(asked.ports)])


def _examine(params: Params, _cancel: Flag) -> server_messages.FoundServer:
    from seamfill.transport.discovery import examine

    asked = server_messages.ServerParams.read(params)
    server = _server(asked)
    return _told(examine(server, _key(asked.key, server)))


def _set_server(params: Params, _cancel: Flag) -> Nothing:
    from seamfill.endpoints.own import save

    save(_server(server_messages.ServerParams.read(params)))
    return Nothing()


def _remove_server(params: Params, _cancel: Flag) -> Nothing:
    from seamfill.endpoints import keys
    from seamfill.endpoints.own import remove

    name = server_messages.RemoveServerParams.read(params).name
    remove(name)
    keys.delete(name)
    return Nothing()


def _set_default(params: Params, _cancel: Flag) -> Nothing:
    from seamfill.endpoints.own import choose_default

    choose_default(server_messages.SetDefaultParams.read(params).endpoint)
    return Nothing()


def _server(asked: server_messages.ServerParams) -> OwnServer:
    """A server as Settings has it, whether it is in the catalogue or not."""
    from seamfill.endpoints.own import OwnServer, check

    given = {"default_model": asked.default_model, "ca": asked.ca}
    optional = {name: value for name, value in given.items() if value is not None}
    server = OwnServer(
        name=asked.name,
        base_url=asked.base_url,
        kind=asked.kind,
        models=tuple(asked.models),
        timeout=asked.timeout,
        price=asked.price_usd,
        allow_http=asked.allow_http,
        **optional,
    )
    check(server)
    return server


def _key(typed: str | None, server: OwnServer) -> Key | None:
    """The key that is typed, or else the one that is kept for it."""
    from seamfill.endpoints import keys
    from seamfill.endpoints.own import own_servers

    if typed:
        return keys.Key(typed)
    known = own_servers().get(server.name)
    # A stored key goes nowhere but where it was stored for.
    return keys.find(known) if known and known.base_url == server.base_url else None


def _told(found: Found) -> server_messages.FoundServer:
    return server_messages.FoundServer(
        found.base_url, found.kind, found.title, list(found.models), found.default_model
    )


METHODS: dict[str, Method] = {"find_servers": _find, "examine_server": _examine}
CHANGES: dict[str, Method] = {
    "set_server": _set_server,
    "remove_server": _remove_server,
    "set_default_endpoint": _set_default,
}
