"""Where an edit goes: endpoint, model, address and key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from seamfill.errors import BadInput

if TYPE_CHECKING:
    from seamfill.endpoints.entries import Endpoint, Model
    from seamfill.endpoints.keys import Key

__all__ = ["Target"]


@dataclass(frozen=True)
class Target:
    """Where one edit goes.

    Parameters
    ----------
    endpoint : Endpoint
    model : Model
    base_url : str, optional
        None for the embedded endpoint until it is started.
    key : Key, optional
        Shows nothing of itself unless asked to.
    timeout : float
        Seconds from the last byte sent to the last byte of the answer.
    retries : int
        How often a request is repeated where that cannot be paid twice.
    guesses : tuple of str
        What nobody said and was found out: sentences for the user.
    """

    endpoint: Endpoint
    model: Model
    base_url: str | None
    key: Key | None
    timeout: float
    retries: int = 2
    guesses: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What messages call the endpoint: its title, or its host where the title names a kind."""
        if self.endpoint.embedded:
            return "The offline endpoint"
        if self.endpoint.base_url is None and self.base_url is not None:
            return urlsplit(self.base_url).netloc
        return self.endpoint.title

    @property
    def url(self) -> str:
        """The address that edits are posted to.

        Raises
        ------
        BadInput
            If the endpoint is embedded and has no address yet.
        """
        if self.base_url is None:
            raise BadInput(f"The endpoint {self.endpoint.name!r} is not running.")
        return self.endpoint.url(self.base_url, self.endpoint.path, self.model.name)
