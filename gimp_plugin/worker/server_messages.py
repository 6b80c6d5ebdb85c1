"""What passes between plug-in and worker about servers of the user's own; see `messages`."""

from typing import NamedTuple

from worker.messages import Method, Nothing

__all__ = [
    "EXAMINE_SERVER",
    "FIND_SERVERS",
    "REMOVE_SERVER",
    "SET_DEFAULT",
    "SET_SERVER",
    "FindServersParams",
    "FoundServer",
    "RemoveServerParams",
    "ServerParams",
    "ServersAnswer",
    "SetDefaultParams",
]


class FindServersParams(NamedTuple):
    """Ports of this machine to look at; None for the usual ones."""

    ports: "list[int] | None" = None


class ServerParams(NamedTuple):
    """A server of the user's own, and the key that is typed for it."""

    name: str
    base_url: str
    kind: str
    models: "tuple[str, ...]" = ()
    default_model: "str | None" = None
    timeout: "float | None" = None
    ca: "str | None" = None
    price_usd: "float | None" = None
    allow_http: bool = False
    key: "str | None" = None


class RemoveServerParams(NamedTuple):
    """Which server goes, with its key."""

    name: str


class SetDefaultParams(NamedTuple):
    """The endpoint for edits that name none; empty for none."""

    endpoint: str


class FoundServer(NamedTuple):
    """What a server says of itself."""

    base_url: str
    kind: str
    title: str
    models: "tuple[str, ...]"
    default_model: str


class ServersAnswer(NamedTuple):
    """Servers that answered."""

    servers: "tuple[FoundServer, ...]"


FIND_SERVERS = Method("find_servers", FindServersParams, ServersAnswer)
EXAMINE_SERVER = Method("examine_server", ServerParams, FoundServer)
SET_SERVER = Method("set_server", ServerParams, Nothing)
REMOVE_SERVER = Method("remove_server", RemoveServerParams, Nothing)
SET_DEFAULT = Method("set_default_endpoint", SetDefaultParams, Nothing)
