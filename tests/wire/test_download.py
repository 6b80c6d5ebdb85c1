"""Answers that come as addresses: fetched within limits, never from where a stranger should not
lead."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from seamfill.errors import AnswerUnusable, Cancelled
from seamfill.offline.form import Form
from seamfill.offline.server import serve
from seamfill.transport import answers, download
from seamfill.transport.download import Origin, fetch
from tests.wire import faults
from tests.wire.pictures import upload

if TYPE_CHECKING:
    from seamfill.offline.server import Handler
    from tests.wire.harness import Wire

PUBLIC = Origin("https://images.example/v1/images/edits", ("93.184.216.34", 443))


def here(wire: Wire) -> Origin:
    host, port = wire.server.server_address[:2]
    return Origin(wire.server.base_url, (str(host), int(port)))


def given(wire: Wire, *urls: str) -> None:
    wire.script.behaviours = [faults.sends(200, {"data": [{"url": url} for url in urls]})]


def test_addresses_are_fetched_without_the_key(wire: Wire) -> None:
    outcome = wire.edit(upload=upload(256, 256), model="dall-e-2", response_format="url", n=2)
    assert outcome.reply is not None
    assert [image.decode().shape for image in outcome.reply.images] == [(256, 256, 3)] * 2
    assert len(wire.script.fetches) == 2
    assert all("authorization" not in headers for headers in wire.script.fetches)


def test_a_relative_address_belongs_to_the_endpoint(wire: Wire) -> None:
    given(wire, f"/files/{wire.server.shelf.put(faults.PICTURE, 'png')}")
    outcome = wire.edit()
    assert outcome.reply is not None
    assert outcome.reply.images[0].data == faults.PICTURE


def test_what_can_be_fetched_is_kept_when_something_else_cannot(wire: Wire) -> None:
    given(wire, f"/files/{wire.server.shelf.put(faults.PICTURE, 'png')}", "/files/gone.png")
    outcome = wire.edit(n=2)
    assert outcome.reply is not None
    assert len(outcome.reply.images) == 1
    assert any("HTTP 404" in problem for problem in outcome.reply.problems)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/a.png",
        "https://127.1/a.png",
        "https://2130706433/a.png",
        "https://localhost/a.png",
        "https://10.0.0.5/a.png",
        "https://172.16.3.4/a.png",
        "https://192.168.0.1/a.png",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/a.png",
        "https://0.0.0.0/a.png",
        "https://[::1]/a.png",
        "https://[fe80::1]/a.png",
        "https://[fd00::1]/a.png",
        "https://[::ffff:127.0.0.1]/a.png",
        "https://[2002:7f00:1::]/a.png",
        "https://224.0.0.1/a.png",
        "https://[64:ff9b:1::7f00:1]/a.png",
        "https://[64:ff9b::10.0.0.1]/a.png",
        "https://[::10.0.0.1]/a.png",
        "https://[fec0::1]/a.png",
    ],
)
def test_no_address_leads_to_this_machine_or_its_network(url: str) -> None:
    with pytest.raises(AnswerUnusable, match="on this machine or its network"):
        fetch(url, PUBLIC)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://93.184.216.34/a.png", "not encrypted"),
        ("ftp://93.184.216.34/a.png", "no web address"),
        ("file:///etc/passwd", "no web address"),
        ("https://user:secret@93.184.216.34/a.png", "user name"),
        ("http://[::1", "no web address"),
        ("https://a.example:99999999/a.png", "no web address"),
        ("https://a.example/a b.png", "no web address"),
        ("https://a.example/" + "a" * 10_000, "no web address"),
    ],
)
def test_only_plain_web_addresses_are_fetched(url: str, why: str) -> None:
    with pytest.raises(AnswerUnusable, match=why):
        fetch(url, PUBLIC)


def leads(monkeypatch: pytest.MonkeyPatch, **places: str) -> None:
    """Let names lead where a stranger who answers for them wants."""
    real = socket.getaddrinfo

    def shifty(host: str, *args: object, **options: object) -> object:
        return real(places.get(host.replace(".", "_"), host), *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", shifty)


def test_a_name_of_the_endpoint_that_leads_elsewhere_by_now_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, wire: Wire
) -> None:
    """It was in the internet when the picture was sent there, and is on this machine now."""
    leads(monkeypatch, images_example="127.0.0.1")
    port = wire.server.server_address[1]
    origin = Origin(f"https://images.example:{port}/v1/images/edits", ("93.184.216.34", int(port)))
    with pytest.raises(AnswerUnusable, match="on this machine or its network"):
        fetch("/files/a.png", origin)
    assert wire.script.fetches == []


def test_another_port_of_the_endpoints_machine_is_not_asked(wire: Wire) -> None:
    with serve() as other:
        given(wire, f"{other.base_url}/models")
        outcome = wire.edit()
    assert "127.0.0.1 is on this machine" in str(outcome.error)


def test_all_addresses_of_a_reply_share_one_time_limit(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "_MAX_SECONDS", 0.5)
    wire.script.on_fetch = silent
    given(wire, *(f"/files/{number}.png" for number in range(9)))
    outcome = wire.edit(n=9)
    assert isinstance(outcome.error, AnswerUnusable)
    assert len(wire.script.fetches) == 1


def serves(wire: Wire, *replies: tuple[int, dict[str, str], bytes]) -> str:
    """An address at the endpoint that gives these replies, one after the other."""
    waiting = list(replies)

    def act(handler: Handler) -> None:
        status, headers, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    wire.script.on_fetch = act
    return f"{wire.server.base_url}/picture.png"


def test_each_hop_of_a_redirect_is_checked(wire: Wire) -> None:
    url = serves(wire, (302, {"Location": "https://10.1.2.3/a.png"}, b""))
    with pytest.raises(AnswerUnusable, match=r"10\.1\.2\.3 is on this machine"):
        fetch(url, here(wire))


def test_redirects_are_followed_at_the_endpoint(wire: Wire) -> None:
    url = serves(wire, (307, {"Location": "/there"}, b""), (200, {}, faults.PICTURE))
    assert fetch(url, here(wire)) == faults.PICTURE


def test_redirects_without_end_are_given_up(wire: Wire) -> None:
    url = serves(wire, (302, {"Location": "/again"}, b""))
    with pytest.raises(AnswerUnusable, match="without end"):
        fetch(url, here(wire))


def test_fetching_is_tried_again_since_it_costs_nothing(wire: Wire) -> None:
    url = serves(wire, (503, {}, b""), (200, {}, faults.PICTURE))
    assert fetch(url, here(wire)) == faults.PICTURE


def test_there_is_a_cap_on_bytes(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "_MAX_BYTES", 1000)
    url = serves(wire, (200, {}, bytes(2000)))
    with pytest.raises(AnswerUnusable, match="larger than"):
        fetch(url, here(wire))


def silent(handler: Handler) -> None:
    faults.stalls()(handler, Form((), ()))


def test_there_is_a_cap_on_time(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "_MAX_SECONDS", 0.3)
    wire.script.on_fetch = silent
    with pytest.raises(AnswerUnusable, match="could not be fetched"):
        fetch(f"{wire.server.base_url}/slow.png", here(wire))


def test_fetching_can_be_cancelled(wire: Wire) -> None:
    wire.script.on_fetch = silent
    cancel = threading.Event()
    threading.Timer(0.2, cancel.set).start()
    start = time.monotonic()
    with pytest.raises(Cancelled):
        fetch(f"{wire.server.base_url}/slow.png", here(wire), cancel=cancel)
    assert time.monotonic() - start < 2


def test_the_address_that_was_checked_is_the_one_connected_to(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is looked up twice may lead elsewhere the second time."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def shifty(host: str, *args: object, **options: object) -> object:
        if host != "rebinding.example":
            return real(host, *args, **options)  # type: ignore[arg-type]
        asked.append(host)
        address = "93.184.216.34" if len(asked) == 1 else "127.0.0.1"
        return real(address, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", shifty)
    seen: list[str] = []

    def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        seen.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    monkeypatch.setattr(download, "_ATTEMPTS", 1)
    with pytest.raises(AnswerUnusable):
        fetch("https://rebinding.example/a.png", PUBLIC)
    assert seen == ["93.184.216.34"]
