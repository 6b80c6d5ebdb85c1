"""Connections: those that fail before anything is sent, those that are cancelled, and TLS."""

from __future__ import annotations

import datetime
import ipaddress
import json
import socket
import socketserver
import ssl
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from urllib3.connection import HTTPConnection, HTTPSConnection

from seamfill.api import EditRequest
from seamfill.errors import BadInput, Cancelled, NotReached
from seamfill.events import Event, Retrying, Sending, Waiting
from seamfill.paths import user_catalog
from seamfill.transport.connections import Line, open_session
from seamfill.transport.recovery import held
from tests.wire import faults
from tests.wire.harness import KEY, Wire
from tests.wire.pictures import noisy_upload, upload

if TYPE_CHECKING:
    from pathlib import Path

    from seamfill.endpoints.addresses import Address
    from seamfill.offline.form import Form
    from seamfill.offline.server import Handler, Server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_refused_connection_is_tried_again_and_reported_as_unpaid(wire: Wire) -> None:
    request = EditRequest(prompt="x", base_url=f"http://127.0.0.1:{free_port()}", retries=1)
    outcome = wire.edit(request)
    assert type(outcome.error) is NotReached
    assert "refused the connection" in str(outcome.error)
    assert "Nothing was sent" in str(outcome.error)
    assert [type(event) for event in outcome.events] == [Sending, Retrying, Sending]


def test_an_unknown_name_is_reported(wire: Wire) -> None:
    request = EditRequest(prompt="x", base_url="https://no-such-host.invalid", retries=0)
    outcome = wire.edit(request)
    assert type(outcome.error) is NotReached
    assert "not known" in str(outcome.error)


def test_a_connection_that_breaks_during_the_upload_is_tried_again(wire: Wire) -> None:
    wire.script.behaviours = [faults.before_body(faults.reset), faults.fine]
    outcome = wire.edit(upload=noisy_upload())
    assert outcome.error is None
    assert wire.script.edits == 2
    assert [type(e) for e in outcome.events] == [Sending, Retrying, Sending, Waiting]


def test_a_refusal_that_comes_before_the_upload_is_over_is_understood(wire: Wire) -> None:
    def refuse(handler: Handler) -> None:
        handler.close_connection = True
        handler.send_json(413, {"error": "too big"})
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and handler.rfile.read1(65536):
            pass

    wire.script.behaviours = [faults.before_body(refuse)]
    outcome = wire.edit(upload=noisy_upload())
    assert "too large" in str(outcome.error)
    assert wire.script.edits == 1


@pytest.mark.parametrize(
    ("behaviour", "billed"),
    [
        (faults.stalls(seconds=10), True),
        (faults.stalls(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", seconds=10), True),
        (faults.says(429, "slow", {"Retry-After": "60"}), False),
    ],
    ids=["waiting", "reading", "pausing"],
)
def test_cancel_takes_effect_at_once(wire: Wire, behaviour: faults.Behaviour, billed: bool) -> None:
    wire.script.behaviours = [behaviour]
    cancel = threading.Event()
    threading.Timer(0.3, cancel.set).start()
    start = time.monotonic()
    outcome = wire.edit(cancel=cancel)
    assert type(outcome.error) is Cancelled
    assert ("may be billed" in str(outcome.error)) == billed
    assert time.monotonic() - start < 2
    assert wire.script.edits == 1


def test_cancel_while_connecting(wire: Wire) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        address = deaf.getsockname()
        crowd = [socket.socket() for _ in range(4)]  # fill the queue, so that nobody gets in
        for one in crowd:
            one.setblocking(False)
            one.connect_ex(address)
        cancel = threading.Event()
        threading.Timer(0.3, cancel.set).start()
        start = time.monotonic()
        outcome = wire.edit(
            EditRequest(prompt="x", base_url=f"http://127.0.0.1:{address[1]}"), cancel=cancel
        )
        for one in crowd:
            one.close()
    assert type(outcome.error) is Cancelled
    assert time.monotonic() - start < 2


def test_whoever_stops_listening_loses_no_answer(wire: Wire) -> None:
    def gone(event: Event) -> None:
        raise BrokenPipeError

    outcome = wire.edit(stream=True, partial_images=2, listener=gone)
    assert outcome.reply is not None
    assert outcome.record.answers


def test_cancel_cuts_the_connection(wire: Wire) -> None:
    gone = threading.Event()

    def wait(handler: Handler) -> None:
        handler.connection.settimeout(10)
        if handler.connection.recv(1) == b"":
            gone.set()
        handler.close_connection = True

    wire.script.behaviours = [faults.after_body(wait)]
    cancel = threading.Event()
    threading.Timer(0.3, cancel.set).start()
    wire.edit(cancel=cancel)
    assert gone.wait(3)


def test_an_answer_that_still_flows_at_its_time_limit_is_let_through(wire: Wire) -> None:
    body = json.dumps(faults.answer(faults.B64)).encode()

    def drip(handler: Handler) -> None:
        handler.begin_reply(200, "application/json", len(body))
        for start in range(0, len(body), 20):
            handler.wfile.write(body[start : start + 20])
            handler.wfile.flush()
            time.sleep(0.1)

    assert len(body) > 200
    wire.script.behaviours = [faults.after_body(drip)]
    outcome = wire.edit(timeout=0.5)
    assert outcome.error is None


def test_keys_in_netrc_are_not_sent(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    wire.edit()
    target = wire.target(EditRequest(prompt="x"), key=None)
    wire.edit(target=target)
    assert wire.script.headers[0]["authorization"] == f"Bearer {KEY}"
    assert "authorization" not in wire.script.headers[1]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - datetime.timedelta(1))
    builder = builder.not_valid_after(now + datetime.timedelta(1))
    hosts = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("images.example")]
    builder = builder.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def secure(wire: Wire, certificate: Path) -> str:
    """The base URL of the same server behind TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server: Server = wire.server
    plain = server.get_request

    def wrapped() -> tuple[socket.socket, object]:
        connection, address = plain()
        connection.settimeout(5)
        return context.wrap_socket(connection, server_side=True), address

    server.get_request = wrapped  # type: ignore[method-assign]
    return wire.server.base_url.replace("http:", "https:")


def test_a_certificate_that_nobody_vouches_for_is_refused(wire: Wire, secure: str) -> None:
    outcome = wire.edit(EditRequest(prompt="x", base_url=secure))
    assert type(outcome.error) is NotReached
    assert "certificate" in str(outcome.error)
    assert outcome.retries == []
    assert wire.script.edits == 0


def test_a_private_authority_can_be_given(wire: Wire, secure: str, certificate: Path) -> None:
    target = wire.target(EditRequest(prompt="x", base_url=secure))
    trusting = replace(target, endpoint=replace(target.endpoint, ca=str(certificate)))
    outcome = wire.edit(target=trusting)
    assert outcome.error is None
    assert wire.script.edits == 1


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_environment_can_name_an_authority(
    wire: Wire, secure: str, certificate: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    for other in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(variable, str(certificate))
    assert wire.edit(EditRequest(prompt="x", base_url=secure)).error is None


def test_a_certificate_file_that_is_missing_is_named(wire: Wire, secure: str) -> None:
    target = wire.target(EditRequest(prompt="x", base_url=secure))
    target = replace(target, endpoint=replace(target.endpoint, ca="/nowhere/ca.pem"))
    outcome = wire.edit(target=target)
    assert type(outcome.error) is BadInput
    assert "/nowhere/ca.pem" in str(outcome.error)


def test_recovery_fetches_with_the_endpoints_own_certificates(
    wire: Wire, secure: str, certificate: Path, home: Path
) -> None:
    """The answer was at an address of the endpoint; its process died before it fetched it."""
    user_catalog().parent.mkdir(parents=True, exist_ok=True)
    user_catalog().write_text(
        f'[endpoints.studio]\ntitle = "Studio"\nbase_url = "{secure}"\nca = "{certificate}"\n'
        'models."gpt-image-2" = {}\n'
    )
    wire.script.on_fetch = lambda handler: handler.send_json(404, {})
    wire.script.behaviours = [faults.sends(200, {"data": [{"url": f"{secure}/answer.png"}]})]
    target = wire.target(EditRequest(prompt="x", endpoint="studio", base_url=secure))
    assert target.endpoint.ca == str(certificate)
    entry = wire.edit(target=target).entry
    (entry.path / "entry.json").write_text('{"endpoint": "studio"}')

    def picture(handler: Handler) -> None:
        handler.begin_reply(200, "image/png", len(faults.PICTURE))
        handler.wfile.write(faults.PICTURE)

    wire.script.on_fetch = picture
    assert [answer.data for answer in held(entry.path)] == [faults.PICTURE]


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server plays another machine, so that it answers to that one's name."""
    monkeypatch.setattr("seamfill.offline.doors.is_loopback_host", lambda _host: True)


@pytest.mark.usefixtures("elsewhere")
def test_the_proxy_of_the_environment_is_used(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{wire.server.server_address[1]}")
    asked: list[str] = []

    def act(handler: Handler, form: Form | None) -> bool:
        if form is None:
            asked.append(handler.path)
            return False
        handler.send_json(200, faults.answer(faults.B64))
        return True

    wire.script.behaviours = [act]
    target = wire.target(EditRequest(prompt="x"))
    endpoint = replace(target.endpoint, allow_http=True)
    target = replace(target, endpoint=endpoint, base_url="http://images.example/v1")
    outcome = wire.edit(target=target)
    assert asked == ["http://images.example/v1/images/edits"]
    assert outcome.error is None


class Tunnel(socketserver.StreamRequestHandler):
    """A proxy that only knows CONNECT."""

    timeout = 10

    def handle(self) -> None:
        method, place, _ = self.rfile.readline().decode().split()
        while self.rfile.readline().strip():
            pass
        self.server.asked.append(f"{method} {place}")  # type: ignore[attr-defined]
        port = int(place.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), 5) as there:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=pass_on, args=(there, self.connection), daemon=True)
            back.start()
            pass_on(self.connection, there)
            back.join(5)


def pass_on(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return


@pytest.mark.usefixtures("elsewhere")
def test_an_encrypted_connection_goes_through_the_proxy_whole(
    wire: Wire, secure: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel) as proxy:
        proxy.daemon_threads = True
        proxy.asked = []  # type: ignore[attr-defined]
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        monkeypatch.setenv("NO_PROXY", "")
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.server_address[1]}")
        place = f"images.example:{urlsplit(secure).port}"
        target = wire.target(EditRequest(prompt="x", base_url=f"https://{place}"))
        target = replace(target, endpoint=replace(target.endpoint, ca=str(certificate)))
        outcome = wire.edit(target=target)
        proxy.shutdown()
    assert outcome.error is None
    assert proxy.asked == [f"CONNECT {place}"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("options", [{}, {"model": "dall-e-2", "response_format": "url"}])
def test_what_is_on_this_machine_is_reached_without_the_proxy(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, options: dict[str, str]
) -> None:
    monkeypatch.delenv("NO_PROXY")
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(variable, f"http://127.0.0.1:{free_port()}")
    request = EditRequest(prompt="x", retries=0, **options)  # type: ignore[arg-type]
    assert wire.edit(request, upload(256, 256)).error is None


def test_a_proxy_that_is_not_there_is_reported(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{free_port()}")
    outcome = wire.edit(EditRequest(prompt="x", base_url="https://images.example", retries=0))
    assert type(outcome.error) is NotReached
    assert "the proxy was not reached" in str(outcome.error)


@pytest.mark.parametrize("kind", [HTTPConnection, HTTPSConnection])
def test_urllib3_still_makes_its_sockets_where_seamfill_takes_hold_of_them(kind: type) -> None:
    """A name of urllib3's own, which is no part of its interface, is what addresses rest on."""
    made: list[str] = []

    class Watched(kind):  # type: ignore[misc]
        def _new_conn(self) -> socket.socket:
            made.append(self.host)
            raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        Watched("name.example", 80).connect()
    assert made == ["name.example"]


def test_only_a_chosen_address_is_connected_to_under_the_hosts_own_name(wire: Wire) -> None:
    port = urlsplit(wire.server.base_url).port
    asked: list[tuple[str, int]] = []

    def choose(host: str, number: int) -> list[Address]:
        asked.append((host, number))
        return [ipaddress.ip_address("127.0.0.1")]

    with open_session(Line(), choose) as session:
        session.trust_env = False
        answer = session.get(f"http://images.invalid:{port}/v1/models", timeout=10)
    assert asked == [("images.invalid", port)]
    assert answer.request.url == f"http://images.invalid:{port}/v1/models"
    assert answer.status_code == 403  # the stand-in answers no other name than this machine's
