"""A Python for uv to bring: an archive of a private system's own, and the list that names it."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tools.private_gimp import PrivateGimp

__all__ = ["python_served"]

LEFT_OUT = ("__pycache__", "test", "idlelib", "tkinter", "ensurepip", "dist-packages")


@contextmanager
def python_served(system: PrivateGimp, patch: int) -> Iterator[tuple[str, list[str]]]:
    """Serve it on loopback.

    Parameters
    ----------
    system : PrivateGimp
        Whose Python is packed as those are that uv brings.
    patch : int
        The last number of its version.

    Yields
    ------
    str
        Address of the list.
    list of str
        What was asked for.
    """
    archive = _packed(system.root / "usr", system.python_version)
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = listed if self.path == "/list.json" else archive
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        major, minor = map(int, system.python_version.split("."))
        entry = {
            "name": "cpython",
            "arch": {"family": "x86_64", "variant": None},
            "os": "linux",
            "libc": "gnu",
            "major": major,
            "minor": minor,
            "patch": patch,
            "prerelease": "",
            "url": f"{url}/python.tar.gz",
            "sha256": hashlib.sha256(archive).hexdigest(),
            "variant": None,
            "build": "20260101",
        }
        key = f"cpython-{major}.{minor}.{patch}-linux-x86_64-gnu"
        listed = json.dumps({key: entry}).encode()
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"{url}/list.json", asked
        server.shutdown()


def _packed(usr: Path, version: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as archive:
        program = usr / "bin" / f"python{version}"
        for name in (f"python{version}", "python3"):
            archive.add(program, f"python/bin/{name}")
        library = usr / "lib" / f"python{version}"
        for path in sorted(library.rglob("*")):
            inside = path.relative_to(library)
            if path.is_file() and not set(inside.parts) & set(LEFT_OUT):
                archive.add(path.resolve(), f"python/lib/python{version}/{inside}")
    return packed.getvalue()
