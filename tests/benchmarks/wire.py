"""What the wire costs beside a bare request: journal, synced to disk, decoding and all.

    python tests/benchmarks/wire.py

One run compares, in turns, on a loopback endpoint that answers at once: a bare ``requests.post``,
and an edit through Seamfill's wire.
"""

from __future__ import annotations

import base64
import json
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import requests

from seamfill import api, transport
from seamfill.api import EditRequest, Upload
from seamfill.endpoints.keys import Key
from seamfill.endpoints.resolve import resolve
from seamfill.geometry import Size
from seamfill.journal.journal import Journal
from seamfill.offline.server import serve
from tests.wire.pictures import encoded, mask

if TYPE_CHECKING:
    from collections.abc import Callable

    from seamfill.api import Reply
    from seamfill.offline.form import Form
    from seamfill.offline.server import Handler

ROUNDS = 15
SIDE = 1024


class Canned:
    """An endpoint that takes no time over its answer."""

    def __init__(self, answer: bytes) -> None:
        data = [{"b64_json": base64.b64encode(answer).decode()}]
        self.body = json.dumps({"created": 1, "data": data}).encode()

    def on_request(self, handler: Handler) -> bool:
        handler.rfile.read(int(handler.headers["Content-Length"]))
        handler.send_body(200, "application/json", self.body)
        return True

    def on_form(self, handler: Handler, form: Form) -> bool:
        return False


def main() -> None:
    """Print milliseconds and ratios."""
    noise = np.random.default_rng(0).normal(0, 6, (SIDE, SIDE, 3))
    ramp = np.linspace(40, 200, SIDE)[:, None, None]
    picture = encoded((ramp + noise).clip(0, 255).astype(np.uint8))
    upload = Upload(picture, encoded(mask(SIDE, SIDE)), Size(SIDE, SIDE))
    with tempfile.TemporaryDirectory() as folder, serve(hook=Canned(picture)) as server:
        ways: dict[str, Callable[[], object]] = {
            "bare requests.post": lambda: bare(server.base_url, upload),
            "Seamfill's wire": lambda: ours(server.base_url, upload, Path(folder)),
            "the same, answer decoded": lambda: (
                ours(server.base_url, upload, Path(folder)).images[0].decode()
            ),
        }
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, way in ways.items():
                start = time.perf_counter()
                way()
                times[name].append(time.perf_counter() - start)
    base = statistics.median(times["bare requests.post"])
    print(f"{len(picture) / 1e6:.1f} MB up, as much down, median of {ROUNDS}")
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:28} {median * 1000:7.1f} ms   {median / base:5.2f} x")


def bare(base_url: str, upload: Upload) -> bytes:
    """What a short script does."""
    reply = requests.post(
        f"{base_url}/images/edits",
        {"prompt": "x", "model": "gpt-image-2", "size": "1024x1024"},
        files={
            "image": ("image.png", upload.image, "image/png"),
            "mask": ("mask.png", upload.mask or b"", "image/png"),
        },
        timeout=60,
    )
    return base64.b64decode(reply.json()["data"][0]["b64_json"])


def ours(base_url: str, upload: Upload, folder: Path) -> Reply:
    """One edit with its journal."""
    edit = EditRequest(prompt="x", base_url=base_url, model="gpt-image-2")
    target = replace(resolve(edit, env={}), key=Key("sk-benchmark"))
    api.validate(edit, target, upload.size)
    entry = Journal(folder / "journal").begin({"prompt": "x"})
    reply = transport.send(api.build(edit, target, upload, 1), target, entry)
    entry.finish("used")
    return reply


if __name__ == "__main__":
    main()
