"""The process that runs the core for the plug-in: JSON-RPC 2.0 lines on stdin and stdout."""

from seamfill.worker.rpc import Worker, serve_stdio

__all__ = ["Worker", "serve_stdio"]
