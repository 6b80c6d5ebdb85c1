"""Puts a key on a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seamfill.endpoints.keys import admitted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seamfill.endpoints.target import Target

__all__ = ["authorizer"]


def authorizer(target: Target) -> Callable[[Any], Any]:
    """What puts the key on a prepared request, if it may go where that goes.

    Given even where there is no key, since requests looks for one in ``.netrc`` otherwise.

    Parameters
    ----------
    target : Target

    Returns
    -------
    callable
        Takes a prepared request and returns it.
    """

    def authorize(prepared: Any) -> Any:
        key = admitted(target.key, target.endpoint, prepared.url)
        if key is not None:
            prepared.headers.update(_key_header(target.endpoint.auth, key.reveal()))
        return prepared

    return authorize


def _key_header(auth: str, secret: str) -> Mapping[str, str]:
    if auth in {"api-key", "x-key"}:
        return {auth: secret}
    return {"Authorization": secret if auth == "plain" else f"Bearer {secret}"}
