"""The offline endpoint: the engine behind the interface that image models have, on loopback."""

from __future__ import annotations

import contextlib
import ipaddress
import threading
from collections.abc import Callable, Mapping
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from seamfill.catalog import Model, load_catalog
from seamfill.errors import BadInput
from seamfill.offline import engine
from seamfill.offline.doors import Doors
from seamfill.offline.handler import Handler
from seamfill.offline.shelf import Shelf

if TYPE_CHECKING:
    from seamfill.offline.form import Form

__all__ = ["Fill", "Hook", "Server", "serve"]

Fill = Callable[[npt.NDArray[np.uint8], npt.NDArray[np.bool_], int], npt.NDArray[np.uint8]]
"""Image (h, w, 3), hole (h, w) and seed to the filled image, as `engine.fill`."""


class Hook(Protocol):
    """Whoever wants to watch the server, or to answer in its place."""

    def on_request(self, handler: Handler) -> bool:
        """Before the body is read; True if the request is dealt with."""

    def on_form(self, handler: Handler, form: Form) -> bool:
        """Before the edit is made; True if the request is dealt with."""


class Server(ThreadingHTTPServer):
    """A running endpoint.

    Parameters
    ----------
    address : tuple of (str, int)
    fill : callable
        Makes the answers.
    models : tuple of str
        Names that it lists.
    hook : Hook, optional
    """

    daemon_threads = True
    block_on_close = False

    def __init__(
        self, address: tuple[str, int], fill: Fill, models: tuple[str, ...], hook: Hook | None
    ) -> None:
        super().__init__(address, Handler)
        self.fill = fill
        self.models = models
        self.accepted = _known_models(models)
        self.hook = hook
        self.shelf = Shelf()
        self.doors = Doors()
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.05}, name="seamfill-offline",
            daemon=True,
        )  # fmt: skip
        self._thread.start()

    @property
    def base_url(self) -> str:
        """What to give as base URL."""
        host, port = self.server_address[:2]
        name = f"[{host!s}]" if ":" in str(host) else host
        return f"http://{name!s}:{port}/v1"

    def wait(self) -> None:
        """Return once the server ends."""
        self._thread.join()

    def close(self) -> None:
        """End it."""
        self.shutdown()
        self.server_close()
        self._thread.join(5)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Take a connection as long as there are not too many."""
        del client_address
        return self.doors.enter(request)

    def shutdown_request(self, request: Any) -> None:
        """End a connection."""
        self.doors.leave(request)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """Between connections."""
        self.doors.shut_out_slow()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that go away."""

    def __enter__(self) -> Server:
        """Serve for the length of a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self.close()


def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    fill: Fill = engine.fill,
    models: tuple[str, ...] = ("patchmatch",),
    hook: Hook | None = None,
) -> Server:
    """Start an endpoint.

    Parameters
    ----------
    host : str
        A loopback address.
    port : int
        0 for any that is free.
    fill : callable
        Makes the answers.
    models : tuple of str
        Names that it lists. It stands in for every model of the catalogue as well, so that a
        script can be tried without a key.
    hook : Hook, optional
        Watches, or answers in its place.

    Returns
    -------
    Server
        Running; close it.

    Raises
    ------
    BadInput
        If the host is not loopback, or the port is taken.
    """
    address = "127.0.0.1" if host == "localhost" else host
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(address).is_loopback:
            try:
                return Server((address, port), fill, models, hook)
            except (OSError, OverflowError) as error:
                raise BadInput(f"The port {port} cannot be used: {error}.") from error
    raise BadInput(
        f"The host is {host!r}; the offline endpoint only serves this machine.", "Use 127.0.0.1."
    )


def _known_models(served: tuple[str, ...]) -> Mapping[str, Model]:
    """What is served, and every model of the catalogue, with what they take."""
    known = {
        name: model
        for endpoint in reversed([*load_catalog().endpoints.values()])
        for name, model in endpoint.models.items()
    }
    return {**{name: Model(name) for name in served}, **known}
