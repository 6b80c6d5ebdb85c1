"""Who is let in to the offline endpoint, and how much of them at once."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from seamfill.endpoints.addresses import is_loopback_host

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

__all__ = ["MAX_BODY", "Doors", "has_left", "stranger"]

MAX_BODY = 128_000_000
"""Bytes of one request: 16 pictures of 8 MB; Seamfill's own uploads have some 30 MB at most."""

_MOST_CONNECTIONS = 64  # each has a thread; more edits at once are slower on any machine
_MOST_BYTES = 2 * MAX_BODY  # of all bodies that are in memory together
_SECONDS_TO_ARRIVE = 120.0  # for a whole request; on one machine the largest takes 1
_SECONDS_IN_LINE = 60.0  # until there is room for a body


class Doors:
    """Counts connections and the bytes of bodies, and shuts out what does not come to an end."""

    def __init__(self) -> None:
        self._room = threading.Condition()
        self._deadlines: dict[socket.socket, float] = {}
        self._bytes = 0

    def enter(self, connection: socket.socket) -> bool:
        """Whether one more connection is taken; if so, `leave` has to follow.

        Parameters
        ----------
        connection : socket.socket

        Returns
        -------
        bool
        """
        with self._room:
            if len(self._deadlines) >= _MOST_CONNECTIONS:
                return False
            self._deadlines[connection] = time.monotonic() + _SECONDS_TO_ARRIVE
            return True

    def leave(self, connection: socket.socket) -> None:
        """A connection is over.

        Parameters
        ----------
        connection : socket.socket
        """
        with self._room:
            self._deadlines.pop(connection, None)

    def expect(self, connection: socket.socket, *, arriving: bool = True) -> None:
        """A request is to arrive, or has done so and is worked on, however long that takes.

        Parameters
        ----------
        connection : socket.socket
        arriving : bool
            Whether it is still to come.
        """
        with self._room:
            if connection in self._deadlines:
                seconds = _SECONDS_TO_ARRIVE if arriving else float("inf")
                self._deadlines[connection] = time.monotonic() + seconds

    def shut_out_slow(self) -> None:
        """End connections whose request takes too long to arrive; called now and then."""
        now = time.monotonic()
        with self._room:
            late = [each for each, deadline in self._deadlines.items() if deadline < now]
        for connection in late:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)  # its thread reads the end, and cleans up

    @contextlib.contextmanager
    def room_for(self, headers: Message) -> Iterator[bool]:
        """Hold room for a body; False where there was none for a long while.

        Parameters
        ----------
        headers : email.message.Message
            Which say how long the body is.
        """
        length = headers.get("Content-Length", "")
        size = min(int(length), MAX_BODY) if length.isdecimal() and len(length) < 12 else MAX_BODY
        if not length and "Transfer-Encoding" not in headers:
            size = 0
        with self._room:
            free = self._room.wait_for(lambda: self._bytes + size <= _MOST_BYTES, _SECONDS_IN_LINE)
            self._bytes += size if free else 0
        try:
            yield free
        finally:
            with self._room:
                self._bytes -= size if free else 0
                self._room.notify_all()


def stranger(headers: Message, port: int) -> str:
    """Why a request is none of a program on this machine; empty where it may be.

    A page in a browser can send to any address. It says where it comes from, and a name that its
    owner had lead here is still told as the host that was meant.

    Parameters
    ----------
    headers : Message
    port : int
        The server's own.
    """
    hosts, origin = headers.get_all("Host", []), headers.get("Origin")
    if len(hosts) != 1:
        return "A request names one host."
    if not is_loopback_host(_place(f"//{hosts[0]}")[0]):
        return "That host is not served here."
    if origin is not None:
        name, own_port = _place(origin)
        if not (origin.startswith("http://") and is_loopback_host(name) and own_port == port):
            return "Pages from elsewhere are not served."
    return ""


def has_left(connection: socket.socket) -> bool:
    """Whether whoever asked has ended the connection.

    Parameters
    ----------
    connection : socket.socket

    Returns
    -------
    bool
    """
    try:
        readable, _, _ = select.select([connection], [], [], 0)
        return bool(readable) and not connection.recv(1, socket.MSG_PEEK)
    except (OSError, ValueError):
        return True


def _place(url: str) -> tuple[str | None, int]:
    try:
        parts = urlsplit(url)
        return parts.hostname, parts.port or 80
    except ValueError:
        return None, 0
