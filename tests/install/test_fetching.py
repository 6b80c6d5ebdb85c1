"""The pinned file comes whole and right, or not at all: from indexes that fail in every way."""

from __future__ import annotations

import hashlib
import json
import ssl
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from gimp_plugin.setup.errors import SetupError, Stopped
from gimp_plugin.setup.fetching import fetch
from gimp_plugin.setup.indexes import Indexes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "uv-1-py3-none-any.whl"
CONTENT = bytes(range(256)) * 1200
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Index:
    """An index on loopback that can break."""

    cuts: int = 0
    """How many answers end in the middle."""
    content: bytes = CONTENT
    html: bool = False
    ranges: bool = True
    login: str = ""
    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        span = request.headers.get("Range", "")
        self.asked.append((request.path, span))
        if self.login and request.headers.get("Authorization") != self.login:
            request.send_error(401)
        elif request.path == "/simple/uv/":
            self._page(request)
        elif request.path == f"/files/{NAME}":
            self._file(request, span)
        else:
            request.send_error(404)

    def _page(self, request: BaseHTTPRequestHandler) -> None:
        if self.html:
            kind, text = "text/html", f'<a href="../../files/{NAME}#sha256=0">é</a>'
        else:
            kind = "application/vnd.pypi.simple.v1+json"
            text = json.dumps({"files": [{"filename": NAME, "url": f"../../files/{NAME}"}]})
        self._send(request, 200, text.encode(), kind)

    def _file(self, request: BaseHTTPRequestHandler, span: str) -> None:
        start = int(span[6:-1]) if span and self.ranges else 0
        body = self.content[start:]
        cut = self.cuts > 0
        self.cuts -= cut
        self._send(request, 206 if start else 200, body, "application/zip", cut=cut)

    def _send(
        self, request: BaseHTTPRequestHandler, code: int, body: bytes, kind: str, cut: bool = False
    ) -> None:
        request.send_response(code)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body[: len(body) // 2] if cut else body)


@contextmanager
def served(index: Index, tls: ssl.SSLContext | None = None) -> Iterator[Index]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            index.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
            server.handle_error = lambda *_: None  # type: ignore[method-assign]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        index.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}/simple"
        yield index
        server.shutdown()


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path / "é 日本.whl"


def fetched(indexes: Indexes, target: Path) -> list[int]:
    here: list[int] = []
    fetch(NAME, "uv", SHA256, target, indexes, here.append)
    assert target.read_bytes() == CONTENT
    assert [each.name for each in target.parent.iterdir()] == [target.name]
    return here


@pytest.mark.parametrize("html", [False, True])
def test_from_an_index(target: Path, html: bool) -> None:
    with served(Index(html=html)) as index:
        here = fetched(Indexes(index.url), target)
    assert here == sorted(here)
    assert here[-1] == len(CONTENT)


def test_from_a_folder(target: Path, tmp_path: Path) -> None:
    folder = tmp_path / "with spaces é"
    folder.mkdir()
    (folder / NAME).write_bytes(CONTENT)
    own = target.with_name("own") / target.name
    own.parent.mkdir()
    for links in (str(folder), folder.as_uri()):
        fetched(Indexes(links=(links,), only_links=True), own)


def test_cut_off_in_the_middle_and_taken_up_again(target: Path) -> None:
    with served(Index(cuts=1)) as index:
        with pytest.raises(SetupError, match="not fetched anew"):
            fetch(NAME, "uv", SHA256, target, Indexes(index.url), lambda _: None)
        assert not target.exists()
        fetched(Indexes(index.url), target)
    assert [span for path, span in index.asked if path.startswith("/files")] == [
        "",
        f"bytes={len(CONTENT) // 2}-",
    ]


def test_a_server_without_ranges_begins_again(target: Path) -> None:
    with served(Index(cuts=1, ranges=False)) as index:
        with pytest.raises(SetupError):
            fetch(NAME, "uv", SHA256, target, Indexes(index.url), lambda _: None)
        fetched(Indexes(index.url), target)


def test_another_file_is_thrown_away(target: Path) -> None:
    with (
        served(Index(content=CONTENT[:-1] + b"!")) as index,
        pytest.raises(SetupError, match="another file") as raised,
    ):
        fetch(NAME, "uv", SHA256, target, Indexes(index.url), lambda _: None)
    assert raised.value.code == "wrong_file"
    assert list(target.parent.iterdir()) == []


def test_stopped_in_the_middle(target: Path) -> None:
    def stop(here: int) -> None:
        if here > len(CONTENT) // 3:
            raise Stopped

    with served(Index()) as index:
        with pytest.raises(Stopped):
            fetch(NAME, "uv", SHA256, target, Indexes(index.url), stop)
        assert not target.exists()
        fetched(Indexes(index.url), target)
    assert index.asked[-1][1].startswith("bytes=")


def test_the_next_place_where_one_fails(target: Path) -> None:
    with served(Index()) as index:
        fetched(Indexes(index.url, extra=("http://127.0.0.1:9/simple",)), target)


def test_names_and_passwords_go_along_and_are_not_shown(target: Path) -> None:
    with served(Index(login="Basic bWU6cMOpQA==")) as index:
        with pytest.raises(SetupError, match="401"):
            fetch(NAME, "uv", SHA256, target, Indexes(index.url), lambda _: None)
        private = index.url.replace("http://", "http://me:p%C3%A9%40@")
        fetched(Indexes(private), target)
        index.login = "other"
        with pytest.raises(SetupError) as raised:
            fetch(NAME, "uv", SHA256, target, Indexes(private), lambda _: None)
        assert "me:" not in str(raised.value)


def test_nowhere_to_ask(target: Path) -> None:
    with pytest.raises(SetupError, match="UV_DEFAULT_INDEX"):
        fetch(NAME, "uv", SHA256, target, Indexes(), lambda _: None)
    with pytest.raises(SetupError, match="no package index may be asked"):
        fetch(NAME, "uv", SHA256, target, Indexes(links=("/x",), only_links=True), lambda _: None)
    with pytest.raises(SetupError, match="was not reached"):
        fetch(NAME, "uv", SHA256, target, Indexes("http://127.0.0.1:9"), lambda _: None)


def test_a_certificate_that_nobody_vouches_for(
    target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    own, key = tmp_path / "own.pem", tmp_path / "key.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    make += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*make, "-out", own, "-keyout", key], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(own, key)
    with served(Index(), tls) as index:
        with pytest.raises(SetupError, match="could not be verified") as raised:
            fetch(NAME, "uv", SHA256, target, Indexes(index.url), lambda _: None)
        assert raised.value.code == "no_certificates"
        assert "SSL_CERT_FILE" in raised.value.hint
        own_folder = target.with_name("own")
        own_folder.mkdir()
        fetched(Indexes(index.url, certificates=str(own)), own_folder / target.name)
        with pytest.raises(SetupError, match="cannot be read"):
            fetch(NAME, "uv", SHA256, target, Indexes(index.url, certificates="/é"), print)
