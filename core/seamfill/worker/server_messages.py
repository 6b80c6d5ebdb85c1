"""What passes between plug-in and worker about servers of the user's own; see `messages`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from seamfill.worker.params import Params

__all__ = [
    "FindServersParams",
    "FoundServer",
    "RemoveServerParams",
    "ServerParams",
    "ServersAnswer",
    "SetDefaultParams",
]


class FindServersParams(NamedTuple):
    """Ports of this machine to look at; None for the usual ones."""

    ports: list[int] | None

    @classmethod
    def read(cls, params: Params) -> FindServersParams:
        """Read it; see `PlanParams.read`."""
        return cls(params.numbers("ports"))


class ServerParams(NamedTuple):
    """A server of the user's own as Settings has it, and the key that is typed for it."""

    name: str
    base_url: str
    kind: str
    models: list[str]
    default_model: str | None
    timeout: float | None
    ca: str | None
    price_usd: float | None
    allow_http: bool
    key: str | None

    @classmethod
    def read(cls, params: Params) -> ServerParams:
        """Read it; see `PlanParams.read`. Empty texts are as those left out."""
        return cls(
            name=params.text("name"),
            base_url=params.text("base_url"),
            kind="" if params.value("kind") == "" else params.text("kind"),
            models=params.texts("models"),
            default_model=params.text_if_any("default_model"),
            timeout=params.amount("timeout"),
            ca=params.text_if_any("ca"),
            price_usd=params.amount("price_usd"),
            allow_http=params.value("allow_http") is True,
            key=params.text_if_any("key"),
        )


class RemoveServerParams(NamedTuple):
    """Which server goes, with its key."""

    name: str

    @classmethod
    def read(cls, params: Params) -> RemoveServerParams:
        """Read it; see `PlanParams.read`."""
        return cls(params.text("name"))


class SetDefaultParams(NamedTuple):
    """The endpoint for edits that name none; empty for none."""

    endpoint: str

    @classmethod
    def read(cls, params: Params) -> SetDefaultParams:
        """Read it; see `PlanParams.read`."""
        return cls(params.text_if_any("endpoint") or "")


class FoundServer(NamedTuple):
    """What a server says of itself."""

    base_url: str
    kind: str
    title: str
    models: list[str]
    default_model: str


class ServersAnswer(NamedTuple):
    """Servers that answered."""

    servers: list[FoundServer]
