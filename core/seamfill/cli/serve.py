"""``seamfill serve``: the offline endpoint for others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seamfill.cli.output import say

if TYPE_CHECKING:
    import argparse

__all__ = ["run_serve"]


def run_serve(options: argparse.Namespace) -> int:
    """Serve the offline endpoint until interrupted."""
    from seamfill.offline.server import serve

    with serve(port=options.port) as server:
        say(f"Serving {server.base_url} (Ctrl+C ends it)")
        try:
            server.wait()
        except KeyboardInterrupt:
            say("Ended.")
    return 0
