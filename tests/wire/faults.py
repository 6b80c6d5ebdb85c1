"""What endpoints, gateways and networks do wrong."""

from __future__ import annotations

import base64
import email.utils
import io
import json
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from seamfill.offline.form import Form
from seamfill.offline.server import Handler
from tests.wire.pictures import drawn, encoded

Behaviour = Callable[[Handler, Form | None], bool]

PICTURE = encoded(drawn(64, 48))
B64 = base64.b64encode(PICTURE).decode()


def fine(handler: Handler, form: Form | None) -> bool:
    """Behave."""
    return False


def after_body(act: Callable[[Handler], None]) -> Behaviour:
    """Read everything, then act."""

    def behaviour(handler: Handler, form: Form | None) -> bool:
        if form is None:
            return False
        act(handler)
        return True

    return behaviour


def before_body(act: Callable[[Handler], None]) -> Behaviour:
    """Act on the headers alone."""

    def behaviour(handler: Handler, form: Form | None) -> bool:
        act(handler)
        return True

    return behaviour


def reset(handler: Handler) -> None:
    """End the connection as a machine that is switched off."""
    handler.close_connection = True
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def sends(status: int, document: Any, headers: dict[str, str] | None = None) -> Behaviour:
    """A whole reply."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()

    def act(handler: Handler) -> None:
        handler.send_response(status)
        names = {"Content-Type": "application/json", "x-request-id": "req_123"}
        for name, value in {**names, **(headers or {})}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return after_body(act)


def says(
    status: int, message: str, headers: dict[str, str] | None = None, **error: Any
) -> Behaviour:
    """An error in OpenAI's envelope."""
    envelope = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
    return sends(status, {"error": {**envelope, **error}}, headers)


def cut(body: bytes, length: int | None, content_type: str = "application/json") -> Behaviour:
    """A reply that ends too early; without a length it is chunked."""

    def act(handler: Handler) -> None:
        handler.close_connection = True
        handler.send_response(200)
        handler.send_header("Content-Type", content_type)
        if length is None:
            handler.send_header("Transfer-Encoding", "chunked")
            handler.end_headers()
            handler.wfile.write(f"{len(body):x}\r\n".encode() + body + b"\r\n")
        else:
            handler.send_header("Content-Length", str(length))
            handler.end_headers()
            handler.wfile.write(body)
        handler.wfile.flush()

    return after_body(act)


def stalls(head: bytes = b"", seconds: float = 3.0) -> Behaviour:
    """Some bytes, then silence."""

    def act(handler: Handler) -> None:
        handler.close_connection = True
        handler.wfile.write(head)
        handler.wfile.flush()
        handler.connection.settimeout(seconds)
        try:
            handler.connection.recv(1)  # until the client goes away
        except OSError:
            return

    return after_body(act)


def streams(*blocks: bytes, content_type: str = "text/event-stream") -> Behaviour:
    """Events as they are written here."""

    def act(handler: Handler) -> None:
        handler.begin_reply(200, content_type, None)
        for block in blocks:
            handler.wfile.write(block)
            handler.wfile.flush()

    return after_body(act)


def event(name: str, **document: Any) -> bytes:
    data = json.dumps({"type": name, **document})
    return f"event: {name}\ndata: {data}\n\n".encode()


def partial(index: int = 0) -> bytes:
    return event("image_edit.partial_image", b64_json=B64, partial_image_index=index)


def completed(data: str = B64) -> bytes:
    return event("image_edit.completed", b64_json=data, usage={"total_tokens": 7})


def answer(*data: str) -> dict[str, Any]:
    """A reply with images."""
    return {"created": 1, "data": [{"b64_json": item} for item in data]}


def in_seconds(seconds: float) -> str:
    """An HTTP date."""
    return email.utils.formatdate(time.time() + seconds, usegmt=True)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def animation(form: str) -> bytes:
    file = io.BytesIO()
    frames = [Image.fromarray(drawn(16, 16)), Image.fromarray(255 - drawn(16, 16))]
    frames[0].save(file, form, save_all=True, append_images=frames[1:])
    return file.getvalue()


def bomb() -> bytes:
    """A picture of 900 million pixels in under a megabyte."""
    import zlib

    w, h = 30_000, 30_000

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    head = struct.pack(">IIBBBBB", w, h, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((w // 8 + 1) * h), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def oversized() -> bytes:
    """A picture that is merely far too large."""
    return encoded(np.zeros((6500, 6500), np.uint8))


def other_format(form: str) -> bytes:
    return encoded(drawn(16, 16), form)
