"""Request handlers of servers that nobody here wrote, taken out of their published packages.

Such a package needs PyTorch and a graphics card as a whole; the code that reads a request and
writes its reply needs neither. That code runs as it is, under the framework that it is written for,
with an engine behind it that fills the mask with one colour.
"""

from __future__ import annotations

import ast
import contextlib
import socket
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image

__all__ = ["filled", "served", "taken", "wheel"]

_CACHE = Path.home() / ".cache" / "seamfill" / "peers"


def wheel(project: str, version: str) -> zipfile.ZipFile:
    """A package as it was published, fetched once and without what it depends on."""
    pattern = f"{project.replace('-', '_')}-{version}-*.whl"
    if not list(_CACHE.glob(pattern)):
        done = subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary",
             ":all:", "--dest", _CACHE, f"{project}=={version}"],
            capture_output=True, text=True, timeout=500, check=False,
        )  # fmt: skip
        if done.returncode:
            pytest.skip(f"{project} cannot be fetched: {done.stderr[-300:]}")
    return zipfile.ZipFile(next(_CACHE.glob(pattern)))


def taken(source: zipfile.ZipFile, path: str, names: set[str], around: dict[str, Any]) -> None:
    """Run functions and classes of one file, without their decorators, in a namespace.

    Parameters
    ----------
    source : ZipFile
    path : str
        Of the file.
    names : set of str
        What to take, from the file or from any class in it.
    around : dict
        What they find around them; they are put there, too.
    """
    tree = ast.parse(source.read(path))
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = [n for n in ast.walk(tree) if isinstance(n, definitions) and n.name in names]
    assert {node.name for node in found} == names
    for node in found:
        node.decorator_list = []
    body: list[ast.stmt] = [*found]
    exec(compile(ast.Module(body, []), path, "exec", dont_inherit=True), around)  # noqa: S102


def filled(image: Image.Image, mask: Image.Image) -> Image.Image:
    """What an engine makes that reads a mask as one grey channel: white = edit."""
    answer = image.convert("RGB")
    answer.paste((200, 0, 30), mask=mask.convert("L").point(lambda value: 255 * (value > 127)))
    return answer


@contextlib.contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve an application on loopback; its base URL."""
    import uvicorn

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        finally:
            server.should_exit = True
            thread.join(20)
