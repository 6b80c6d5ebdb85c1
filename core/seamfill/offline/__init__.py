"""Generative fill without a key: inpainting by PatchMatch, served by an endpoint on loopback."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seamfill.offline.server import Server

__all__ = ["start", "stop"]

_lock = threading.Lock()
_running: Server | None = None


def start() -> str:
    """Start the embedded endpoint of this process, unless it runs already.

    Returns
    -------
    str
        Its base URL.
    """
    from seamfill.offline.server import serve

    global _running
    with _lock:
        if _running is None:
            _running = serve()
        return _running.base_url


def stop() -> None:
    """End the embedded endpoint of this process, if it runs."""
    global _running
    with _lock:
        if _running is not None:
            _running.close()
            _running = None
