"""The offline endpoint's doors: whom it answers, and how much it takes at once."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest
import requests

from seamfill.offline import doors
from seamfill.offline.server import Server, serve
from tests.offline.test_server import IMAGE, MASK
from tests.wire.harness import echo

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import numpy.typing as npt


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(fill=echo) as running:
        yield running


def status(server: Server, headers: list[str], method: str = "GET") -> int:
    """What a request with these headers alone is answered."""
    with socket.create_connection(("127.0.0.1", int(server.server_address[1])), 30) as connection:
        lines = [f"{method} /v1/models HTTP/1.1", *headers, "Connection: close", "", ""]
        connection.sendall("\r\n".join(lines).encode())
        reply = http.client.HTTPResponse(connection)
        reply.begin()
        return reply.status


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "headers",
    [
        ["Host: evil.example"],
        ["Host: localhost.evil.example"],
        ["Host: 192.168.0.1"],
        ["Host: [::1"],
        ["Host:"],
        [],
        ["Host: localhost", "Host: evil.example"],
        ["Host: localhost", "Origin: http://evil"],
        ["Host: localhost", "Origin: null"],
        ["Host: localhost", "Origin: http://localhost:1"],
        ["Host: localhost", "Origin: http://localhost.evil.example:PORT"],
        ["Host: localhost", "Origin: file://"],
        ["Host: evil.example", "Origin: http://evil.example"],
    ],
)
def test_pages_in_a_browser_are_refused(server: Server, method: str, headers: list[str]) -> None:
    port = str(server.server_address[1])
    assert status(server, [each.replace("PORT", port) for each in headers], method) == 403


@pytest.mark.parametrize(
    "headers",
    [
        ["Host: 127.0.0.1:PORT"],
        ["Host: localhost:PORT"],
        ["Host: LOCALHOST."],
        ["Host: [::1]:9000"],  # forwarded from another port
        ["Host: 127.0.0.1:PORT", "Origin: http://127.0.0.1:PORT"],
    ],
)
def test_programs_on_this_machine_are_answered(server: Server, headers: list[str]) -> None:
    port = str(server.server_address[1])
    assert status(server, [each.replace("PORT", port) for each in headers]) == 200


def test_a_page_starts_no_edit(server: Server) -> None:
    reply = requests.post(
        f"{server.base_url}/images/edits", {"prompt": "x"}, timeout=30,
        files={"image": IMAGE, "mask": MASK}, headers={"Origin": "http://evil"},
    )  # fmt: skip
    assert reply.status_code == 403


def test_work_ends_once_nobody_waits_for_it() -> None:
    begun, go_on, made = threading.Event(), threading.Event(), []

    def slow(
        image: npt.NDArray[np.uint8], _hole: npt.NDArray[np.bool_], seed: int
    ) -> npt.NDArray[np.uint8]:
        made.append(seed)
        begun.set()
        assert go_on.wait(60)
        return image

    with serve(fill=slow) as server:
        form = requests.Request(
            "POST", f"{server.base_url}/images/edits", data={"prompt": "x", "n": "10"},
            files={"image": IMAGE, "mask": MASK},
        ).prepare()  # fmt: skip
        connection = socket.create_connection(("127.0.0.1", int(server.server_address[1])), 30)
        head = "".join(f"{name}: {value}\r\n" for name, value in form.headers.items())
        assert isinstance(form.body, bytes)
        connection.sendall(
            f"POST /v1/images/edits HTTP/1.1\r\nHost: localhost\r\n{head}\r\n".encode()
        )
        connection.sendall(form.body)
        assert begun.wait(60)
        [worker] = [each for each in threading.enumerate() if "process_request" in each.name]
        connection.close()
        go_on.set()
        worker.join(60)
        assert not worker.is_alive()
    assert made == [0]


def test_so_many_connections_are_held_and_no_more(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ("127.0.0.1", int(server.server_address[1]))
    held = []
    try:
        for _ in range(doors._MOST_CONNECTIONS):
            held.append(socket.create_connection(place, 60))
            held[-1].sendall(b"POST /v1/images/edits HTTP/1.1\r\nHost: localhost\r\nContent-Le")
        with socket.create_connection(place, 60) as one_more:
            assert one_more.recv(1) == b""  # closed at once
        later = time.monotonic() + doors._SECONDS_TO_ARRIVE
        monkeypatch.setattr(time, "monotonic", lambda: later)  # a long while has passed
        assert [each.recv(1) for each in held] == [b""] * len(held)
    finally:
        for each in held:
            each.close()
    assert requests.get(f"{server.base_url}/models", timeout=60).ok


def test_bodies_wait_until_there_is_room_for_them(server: Server) -> None:
    """Twenty of 120 MB took 2.6 GB."""
    place = ("127.0.0.1", int(server.server_address[1]))
    head = (
        "POST /v1/images/edits HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
        f"Content-Length: {doors.MAX_BODY}\r\n\r\n"
    )
    held = [socket.create_connection(place, 60) for _ in range(3)]
    try:
        for each in held[:2]:
            each.sendall(head.encode())
            assert each.recv(12) == b"HTTP/1.1 100"
        held[2].sendall(head.encode())
        held[2].settimeout(0.5)
        with pytest.raises(TimeoutError):  # it is not asked for its body
            held[2].recv(1)
        held[0].close()
        held[2].settimeout(60)
        assert held[2].recv(12) == b"HTTP/1.1 100"
    finally:
        for each in held:
            each.close()
