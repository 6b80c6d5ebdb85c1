"""Connections that can be cut, and that go where they were told to.

Imports requests, which takes its time: to be imported only once something is sent.
"""

from __future__ import annotations

import contextlib
import functools
import socket
from collections.abc import Callable, Sequence
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from seamfill.endpoints.addresses import Address

__all__ = ["AddressChooser", "Line", "open_session"]


def open_session(line: Line, choose_addresses: AddressChooser | None = None) -> requests.Session:
    """A session for one exchange.

    Parameters
    ----------
    line : Line
        Gets hold of the connection.
    choose_addresses : callable, optional
        Turns host and port into the addresses to connect to, one after the other.
    """
    session = requests.Session()
    session.mount("http://", _Adapter(line, choose_addresses))
    session.mount("https://", _Adapter(line, choose_addresses))
    return session


class _Held:
    """Connects to the chosen address, and lets the line hold the socket.

    `_new_conn` has no public name in urllib3, whose own SOCKS connections replace it, too; a test
    fails where a version does without it.
    """

    host: str
    port: int
    sock: socket.socket | None

    def __init__(
        self, *args: Any, line: Line, choose_addresses: AddressChooser | None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._line = line
        self._choose_addresses = choose_addresses

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        if self.sock is not None:
            self._line.hold(self.sock)

    def _new_conn(self) -> socket.socket:
        connect: Any = super()._new_conn  # type: ignore[misc]
        if self._choose_addresses is None:
            connection: socket.socket = connect()
            return connection
        # The name stays what certificate and Host header are about; only addresses that were
        # found safe are connected to, so that a second look-up cannot give another.
        name = self.host
        *others, last = self._choose_addresses(name, self.port)
        try:
            for address in others:
                self.host = str(address)
                with contextlib.suppress(HTTPError, OSError):
                    return connect()  # type: ignore[no-any-return]
            self.host = str(last)
            return connect()  # type: ignore[no-any-return]
        finally:
            self.host = name


class _PlainConnection(_Held, HTTPConnection):
    debuglevel = 0  # http.client's own may be set for the whole process, and prints the key


class _SecureConnection(_Held, HTTPSConnection):
    debuglevel = 0


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    """Makes such connections, with a proxy or without."""

    def __init__(self, line: Line, choose_addresses: AddressChooser | None) -> None:
        held: dict[str, Any] = {"line": line, "choose_addresses": choose_addresses}
        self._pools = {
            "http": functools.partial(_PlainPool, **held),
            "https": functools.partial(_SecurePool, **held),
        }
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = self._pools
        return manager


AddressChooser = Callable[[str, int], Sequence[Address]]


class Line:
    """A connection that another thread can cut.

    `peer` is the address and the port at its other end, once it is connected.
    """

    def __init__(self) -> None:
        self.connected = False
        self.peer: tuple[str, int] | None = None
        self._socket: socket.socket | None = None
        self.is_cut = False

    def hold(self, connection: socket.socket) -> None:
        """Remember the socket, once it is connected.

        Parameters
        ----------
        connection : socket.socket
        """
        self.connected = True
        self._socket = connection
        with contextlib.suppress(OSError):
            address, port = connection.getpeername()[:2]
            self.peer = str(address).partition("%")[0], int(port)
        if self.is_cut:
            self.cut()

    def cut(self) -> None:
        """End whatever is being sent or awaited."""
        self.is_cut = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
