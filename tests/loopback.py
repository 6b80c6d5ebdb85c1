"""An image endpoint on loopback that answers at once, in whatever way a test wants."""

from __future__ import annotations

import base64
import io
import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Endpoint", "Received", "echo", "echo_when", "refused", "wait_until"]


@dataclass(frozen=True)
class Received:
    """One request: its form fields, its files, its headers."""

    fields: dict[str, str]
    files: dict[str, bytes]
    headers: dict[str, str]

    @property
    def image_file(self) -> bytes:
        """The uploaded picture as it came."""
        return next(data for name, data in self.files.items() if name.startswith("image"))

    @property
    def image(self) -> Image.Image:
        """The uploaded picture."""
        return Image.open(io.BytesIO(self.image_file))

    @property
    def images(self) -> list[Image.Image]:
        """The uploaded picture and the references after it."""
        files = (data for name, data in self.files.items() if name.startswith("image"))
        return [Image.open(io.BytesIO(data)) for data in files]

    @property
    def markup(self) -> Image.Image:
        """The uploaded markup."""
        return Image.open(io.BytesIO(self.files["markup"]))

    @property
    def mask(self) -> Image.Image:
        """The uploaded mask; where there is none, one that lets all be edited."""
        if "mask" not in self.files:
            return Image.new("RGBA", self.image.size, (255, 255, 255, 0))
        return Image.open(io.BytesIO(self.files["mask"]))


Answer = tuple[int, dict[str, object]]
Events = Iterator[dict[str, object]]


def _images(request: Received, data: bytes) -> Answer:
    text = base64.b64encode(data).decode()
    return 200, {"created": 0, "data": [{"b64_json": text}] * int(request.fields.get("n", "1"))}


def echo(request: Received) -> Answer:
    """Answer with the upload itself."""
    return _images(request, request.image_file)


def refused(_request: Received) -> Answer:
    """Answer that the key is wrong."""
    error = {"message": "Incorrect API key provided.", "type": "invalid_request_error"}
    return 401, {"error": {**error, "param": None, "code": "invalid_api_key"}}


def wait_until(file: Path, seconds: float = 60) -> None:
    """Wait until somebody has made a file, but not for ever."""
    end = time.monotonic() + seconds
    while not file.exists() and time.monotonic() < end:
        time.sleep(0.05)


def echo_when(file: Path) -> Callable[[Received], Answer]:
    """Make an answer that is given as soon as somebody has made a file."""

    def answer(request: Received) -> Answer:
        wait_until(file)
        return echo(request)

    return answer


@dataclass
class Endpoint:
    """The server; use it as a context manager.

    Parameters
    ----------
    answer : callable
        Makes status and JSON of a request, or the events of a stream, each sent as soon as it
        is made; may be replaced at any time.
    models : tuple of str
        What it lists; it has no list where there are none.
    """

    answer: Callable[[Received], Answer | Events] = echo
    received: list[Received] = field(default_factory=list)
    models: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                request = _received(dict(self.headers), body)
                endpoint.received.append(request)
                answer = endpoint.answer(request)
                if isinstance(answer, tuple):
                    self._send(*answer)
                else:
                    self._stream(answer)

            def do_GET(self) -> None:
                if endpoint.models and self.path.endswith("/models"):
                    self._send(200, {"data": [{"id": name} for name in endpoint.models]})
                else:
                    self.send_error(501)

            def _send(self, status: int, document: dict[str, object]) -> None:
                data = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def _stream(self, events: Events) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Connection", "close")
                self.end_headers()
                for event in events:
                    text = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"
                    self.wfile.write(text.encode())
                    self.wfile.flush()
                self.close_connection = True

            def log_message(self, *_arguments: object) -> None:
                pass

            def handle(self) -> None:
                try:
                    super().handle()
                except OSError:  # whoever asked is gone, which some tests want
                    self.close_connection = True

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def base_url(self) -> str:
        """What ``OPENAI_BASE_URL`` is set to."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"


def _received(headers: dict[str, str], body: bytes) -> Received:
    boundary = headers["Content-Type"].split("boundary=")[1].strip('"').encode()
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        data = data.removesuffix(b"\r\n")
        name = re.findall(rb'name="([^"]*)"', head)[0].decode()
        if b"filename=" in head:
            files[f"{name} {len(files)}" if name in files else name] = data
        else:
            fields[name] = data.decode()
    return Received(fields, files, headers)
