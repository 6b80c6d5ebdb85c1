"""Replies that are made to exhaust whoever reads them, and what an edit makes of each.

python -m tests.fuzz.hostile       a table: outcome, peak of memory, seconds
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import socketserver
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from tests.wire import faults
from tests.wire.faults import B64

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["REPLIES", "Outcome", "measure"]

JSON = "Content-Type: application/json\r\n"
STREAM = "Content-Type: text/event-stream\r\n"
MB = 1 << 20
_BLOCK = 1 << 22

_CHILD = """
import json, re, sys, time
import numpy as np
import seamfill.edits.pipeline, cv2, requests
from seamfill import Client, SeamfillError
picture = np.full((256, 256, 3), 90, np.uint8)
client = Client(api_key="sk-hostile-0123456789", base_url=sys.argv[1], model="gpt-image-1",
                prompt="x", retries=0, timeout=40, journal=sys.argv[2])
if sys.argv[3:]:
    client = Client(api_key="sk-hostile-0123456789", base_url=sys.argv[1], model="gpt-image-1",
                    prompt="x", retries=0, timeout=40, journal=sys.argv[2], stream=True)
began = time.process_time()
try:
    edited = client.edit(picture, box=(64, 64, 99, 99))
    says = f"{len(edited.patches)} patches; {' '.join(edited.result.problems)}"
    code = "edited"
except SeamfillError as error:
    code, says = error.code, str(error)
# Of this process alone: what getrusage tells begins with what its parent had.
peak = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) * 1024
print(json.dumps([code, says, peak, time.process_time() - began]))
"""


@dataclass(frozen=True)
class Outcome:
    """What an edit made of a reply: an error's code or "edited", words, bytes, seconds of CPU."""

    code: str
    says: str
    peak: int
    seconds: float


def _many_short() -> bytes:
    item = f'{{"b64_json": "{"QUJD" * 16}"}}'
    return f'{{"data": [{", ".join([item] * 100_000)}]}}'.encode()


def _many_cut() -> bytes:
    return _many_short()[:-3]


def _pictures(count: int) -> bytes:
    return json.dumps({"data": [{"b64_json": B64}] * count}).encode()


def _large_pictures() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (4096, 4096)).save(file, "PNG", compress_level=9)
    return json.dumps({"data": [{"b64_json": faults.b64(file.getvalue())}] * 9}).encode()


def _noise() -> bytes:
    """As large as decoding lets it be, and hardly compressed."""
    noise = np.random.default_rng(0).integers(0, 256, (4096, 4096, 4), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "PNG", compress_level=0)
    return b'{"data": [{"b64_json": "' + base64.b64encode(file.getvalue()) + b'"}]}'


def _many_scans() -> bytes:
    """A progressive JPEG whose last scan comes a thousand times."""
    file = io.BytesIO()
    Image.effect_noise((2000, 2000), 9).save(file, "JPEG", progressive=True, quality=30)
    data = file.getvalue()
    scan = data[data.rindex(b"\xff\xda") : -2]
    return json.dumps(faults.answer(faults.b64(data[:-2] + scan[:60] * 1000 + data[-2:]))).encode()


def _wide_webp() -> bytes:
    head = b"WEBPVP8X\x0a\0\0\0\x02\0\0\0" + b"\xfe\x3f\0" * 2
    data = b"RIFF" + (len(head) + 64).to_bytes(4, "little") + head + bytes(64)
    return json.dumps(faults.answer(faults.b64(data))).encode()


def _quoted() -> bytes:
    event = faults.partial() + faults.completed()
    text = json.dumps(event.decode() * 40_000)
    return f'{{"error": {{"message": {json.dumps(text)}}}}}'.encode()


REPLIES: dict[str, tuple[int, str, Callable[[], bytes]]] = {
    "100,000 short pictures": (200, JSON, _many_short),
    "100,000 short pictures, cut off": (200, JSON, _many_cut),
    "300 pictures for one": (200, JSON, lambda: _pictures(300)),
    "9 pictures of 17 million pixels": (200, JSON, _large_pictures),
    "one picture of 67 MB": (200, JSON, _noise),
    "a picture of 900 million pixels": (
        200, JSON, lambda: json.dumps(faults.answer(faults.b64(faults.bomb()))).encode()),
    "a WebP of 268 million pixels": (200, JSON, _wide_webp),
    "a JPEG of 1,000 scans": (200, JSON, _many_scans),
    "120 MB of {}": (200, JSON, lambda: b"[" + b"{}," * (40 * MB) + b"{}]"),
    "10 MB of [": (200, JSON, lambda: b"[" * (10 * MB)),
    "220 MB of one string": (200, JSON, lambda: b'{"data": [{"b64_json": "' + b"A" * (220 * MB)),
    "220 MB of a picture": (
        200, JSON, lambda: b'{"data": [{"b64_json": "' + b"A" * (220 * MB) + b'"}]}'),
    "220 MB of escapes": (200, JSON, lambda: b'{"data": [{"b64_json": "' + b"\\/" * (110 * MB)),
    "220 MB of quotes": (200, JSON, lambda: b'{"b64_json":"' * (17 * MB)),
    "400 MB of nothing": (200, JSON, lambda: bytes(400 * MB)),
    "400 MB of nothing, zipped": (
        200, JSON + "Content-Encoding: gzip\r\n", lambda: gzip.compress(bytes(400 * MB), 9)),
    "220 MB of one event": (
        200, STREAM, lambda: b'data: {"b64_json": "' + b"A" * (220 * MB) + b'"}\n\n'),
    "60 MB of blank lines": (200, STREAM, lambda: b"\n" * (60 * MB)),
    "60 MB of line ends": (200, STREAM, lambda: b":\r\r\n" * (15 * MB)),
    "1,000,000 events": (200, STREAM, lambda: b"data: {}\n\n" * 1_000_000),
    "a stream quoted in an error": (500, JSON, _quoted),
    "220 MB of an error": (500, JSON, lambda: b'{"error": "' + b"<" * (220 * MB) + b'"}'),
    "100 headers of 60 kB": (
        400, JSON + "".join(f"x-{i}: {'%' * 60_000}\r\n" for i in range(90)), lambda: b"{}"),
}  # fmt: skip


@contextmanager
def _endpoint(reply: Callable[[], Iterator[bytes]]) -> Iterator[str]:
    """Answers every request with the same bytes, whatever whoever asks does with them."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            length = 0
            while line := self.rfile.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            self.rfile.read(length)
            try:
                for block in reply():
                    self.wfile.write(block)
            except OSError:
                return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
        server.shutdown()
        thread.join()


def measure(name: str, journal: str) -> Outcome:
    """Let a process of its own make an edit that is answered so."""
    status, headers, make = REPLIES[name]
    body = make()

    def reply() -> Iterator[bytes]:
        yield f"HTTP/1.1 {status} X\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode()
        for start in range(0, len(body), _BLOCK):
            yield body[start : start + _BLOCK]

    with _endpoint(reply) as base_url:
        streaming = ["stream"] if headers.startswith(STREAM) else []
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, base_url, journal, *streaming],
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
    if done.returncode:
        return Outcome("traceback", done.stderr[-2000:], 0, 0.0)
    told: list[Any] = json.loads(done.stdout)
    return Outcome(*told)


def main() -> None:
    """Print what an edit makes of each."""
    import tempfile

    for name in REPLIES:
        if sys.argv[1:] and not any(word in name for word in sys.argv[1:]):
            continue
        with tempfile.TemporaryDirectory() as journal:
            got = measure(name, journal)
        peak = f"{got.peak / 1e6:5.0f} MB, {got.seconds:5.1f} s"
        print(f"{name:34} {peak}  {got.code}: {got.says[:150]}", flush=True)


if __name__ == "__main__":
    main()
