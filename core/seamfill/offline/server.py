"""The offline endpoint: the inpainting behind the interface that image models have, on loopback."""

from __future__ import annotations

import base64
import contextlib
import ipaddress
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote, urlsplit

import numpy as np
import numpy.typing as npt

from seamfill.endpoints import Model, load_catalog
from seamfill.errors import BadInput
from seamfill.offline import inpaint
from seamfill.offline.answers import encoded, preview
from seamfill.offline.body import read_body
from seamfill.offline.checks import Edit, read_edit
from seamfill.offline.doors import Doors, has_left, stranger
from seamfill.offline.form import RefusedError, read_form
from seamfill.offline.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seamfill.offline.form import Form

__all__ = ["Fill", "Handler", "Hook", "Server", "serve"]

Fill = Callable[[npt.NDArray[np.uint8], npt.NDArray[np.bool_], int], npt.NDArray[np.uint8]]
"""Image (h, w, 3), hole (h, w) and seed to the filled image, as `inpaint.fill`."""


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
    fill: Fill = inpaint.fill,
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


_EDITS = {"/v1/images/edits", "/images/edits"}
_MODELS = {"/v1/models", "/models"}
_USAGE = {
    "total_tokens": 0,
    "input_tokens": 0,
    "output_tokens": 0,
    "input_tokens_details": {"text_tokens": 0, "image_tokens": 0},
}


class Handler(BaseHTTPRequestHandler):
    """Speaks the interface's part that edits need."""

    protocol_version = "HTTP/1.1"
    server_version = "seamfill"
    sys_version = ""
    timeout = 60.0
    server: Server

    def do_GET(self) -> None:
        """Models, and answers by their address."""
        if self._hooked():
            return
        path = urlsplit(self.path).path
        folder, _, name = path.rpartition("/")
        if path in _MODELS:
            models = [_model(name) for name in self.server.models]
            self.send_json(200, {"object": "list", "data": models})
        elif path.startswith(("/v1/models/", "/models/")):
            self._send_model(unquote(path.partition("models/")[2]))
        elif path in _EDITS:
            self._send_not_allowed()
        elif folder == "/files" and (data := self.server.shelf.get(name)) is not None:
            self.send_body(200, f"image/{name.rpartition('.')[2]}", data)
        else:
            self._send_missing()

    def do_HEAD(self) -> None:
        """The same without its body."""
        self.do_GET()

    def do_OPTIONS(self) -> None:
        """What can be done at a path."""
        if self._hooked():
            return
        path = urlsplit(self.path).path
        self.send_response(204)
        self.send_header("Allow", "OPTIONS, POST" if path in _EDITS else "GET, HEAD, OPTIONS")
        self.end_headers()

    def do_PUT(self) -> None:
        """Nothing is put here."""
        self.close_connection = True  # a body that may follow is not read
        self._send_not_allowed()

    def do_PATCH(self) -> None:
        """Nor changed."""
        self.do_PUT()

    def do_DELETE(self) -> None:
        """Nor taken away."""
        self.do_PUT()

    def do_POST(self) -> None:
        """An edit."""
        if self._hooked():
            return
        try:
            body = self._read_body()
            if urlsplit(self.path).path not in _EDITS:
                self._send_missing()
                return
            form = read_form(self.headers.get("Content-Type", ""), body)
            if self.server.hook is not None and self.server.hook.on_form(self, form):
                return
            self.answer(read_edit(form, self.server.accepted))
        except RefusedError as error:
            self.send_json(error.status, error.body)

    def answer(self, edit: Edit) -> None:
        """Make an edit and send it."""
        self.server.doors.expect(self.connection, arriving=False)
        if edit.stream:
            self._stream(edit)
            return
        data = [self._item(picture, edit) for picture in self._answers(edit)]
        self.send_json(200, {**self._echo(edit), "created": int(time.time()), "data": data,
                             "usage": _USAGE})  # fmt: skip

    def send_json(self, status: int, document: Any) -> None:
        """Send a JSON document."""
        self.send_body(status, "application/json", json.dumps(document).encode())

    def send_body(self, status: int, content_type: str, body: bytes) -> None:
        """Send a whole reply."""
        self.begin_reply(status, content_type, len(body))
        if self.command != "HEAD":
            self.wfile.write(body)

    def begin_reply(self, status: int, content_type: str, length: int | None) -> None:
        """Send status and headers; without a length the reply ends with the connection."""
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("x-request-id", f"req_{secrets.token_hex(12)}")
        if length is None:
            self.close_connection = True
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def send_event(self, name: str, document: dict[str, Any]) -> None:
        """Send one event of a stream."""
        data = json.dumps({"type": name, **document})
        self.wfile.write(f"event: {name}\ndata: {data}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Keep standard error clean."""

    def handle(self) -> None:
        """Serve a connection until either side ends it."""
        with contextlib.suppress(ConnectionError, TimeoutError):
            super().handle()

    def handle_one_request(self) -> None:
        """Serve a request, within the time and the room that there are for it."""
        self.server.doors.expect(self.connection)
        with contextlib.ExitStack() as self._stack:
            super().handle_one_request()

    def parse_request(self) -> bool:
        """Refuse, before its body is read, what no program on this machine has sent."""
        if not super().parse_request():
            return False
        why = stranger(self.headers, int(self.server.server_address[1]))
        status = 403
        if not why and not self._stack.enter_context(self.server.doors.room_for(self.headers)):
            why, status = "Too much is sent at once.", 503
        if why:
            self.close_connection = True
            self.send_json(status, RefusedError(why).body)
        elif self.headers.get("Expect", "").lower() == "100-continue":
            super().handle_expect_100()
        return not why

    def handle_expect_100(self) -> bool:
        """Ask for no body yet; `parse_request` does where it lets the request in."""
        return True

    def _hooked(self) -> bool:
        return self.server.hook is not None and self.server.hook.on_request(self)

    def _read_body(self) -> bytes:
        try:
            return read_body(self.headers, self.rfile)
        except RefusedError:
            self.close_connection = True  # nobody knows what else of it comes
            raise

    def _send_model(self, name: str) -> None:
        if name in self.server.accepted:
            self.send_json(200, _model(name))
            return
        refused = RefusedError(
            f"The model '{name}' does not exist", code="model_not_found", param="model"
        )
        self.send_json(404, refused.body)

    def _send_not_allowed(self) -> None:
        path = urlsplit(self.path).path
        self.send_json(405, RefusedError(f"Not allowed to {self.command} on {path}.").body)

    def _send_missing(self) -> None:
        message = f"Invalid URL ({self.command} {urlsplit(self.path).path})"
        self.send_json(404, RefusedError(message).body)

    def _answers(self, edit: Edit) -> Iterator[bytes]:
        for seed in range(edit.n):
            if has_left(self.connection):
                raise ConnectionAbortedError("nobody waits for the answer")
            yield encoded(self.server.fill(edit.image, edit.hole, seed), edit)

    def _item(self, answer: bytes, edit: Edit) -> dict[str, str]:
        if edit.as_url:
            name = self.server.shelf.put(answer, edit.output_format)
            root = self.server.base_url.removesuffix("/v1")
            return {"url": f"{root}/files/{name}"}
        return {"b64_json": base64.b64encode(answer).decode()}

    def _echo(self, edit: Edit) -> dict[str, Any]:
        told = {"background": edit.background, "output_format": edit.output_format,
                "quality": edit.quality}  # fmt: skip
        return {**told, "size": edit.told_size} if edit.told_size else told

    def _stream(self, edit: Edit) -> None:
        self.begin_reply(200, "text/event-stream", None)
        echo = {"size": "auto", **self._echo(edit), "created_at": int(time.time())}
        for index in range(edit.partial_images):
            picture = encoded(preview(edit, index), edit)
            self.send_event(
                "image_edit.partial_image",
                {"b64_json": base64.b64encode(picture).decode(), "partial_image_index": index,
                 **echo},
            )  # fmt: skip
        for answer in self._answers(edit):
            # Always the picture itself, whatever was asked: an event has no address of it.
            told = base64.b64encode(answer).decode()
            self.send_event("image_edit.completed", {"b64_json": told, **echo, "usage": _USAGE})


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "seamfill"}
