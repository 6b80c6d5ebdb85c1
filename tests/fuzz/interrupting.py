"""A Seamfill that dies, or whose disk fails, at a chosen write; run as ``-m``, driven by lines.

Every call with which the process changes the disk below a folder is a point: ``write
journal/ENTRY/reply-1.1.http 2`` is the second write to that file. Points have names rather than
numbers, since threads take turns as they like. Each run is a fork of one process that has loaded
everything already.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import signal
import sys
import threading
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

KILL, FULL, FAIL = "kill", "full", "fail"
"""The process is killed; the disk is full from there on; that one call fails."""

_STAMP = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")
_TOKEN = re.compile(r"(?<=[.-])[0-9a-f]{8,12}(?=$|\.part)")


class Points:
    """Watches the calls that change the disk, and strikes at one of them."""

    def __init__(self, root: str, mode: str, strike: str, log: Path) -> None:
        self._root, self._mode, self._strike = os.path.realpath(root), mode, strike
        self._seen: Counter[str] = Counter()
        self._names: dict[int, str] = {}
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._struck = False
        self._lock = threading.Lock()
        self._write, self._open = os.write, os.open
        for name in ("mkdir", "unlink", "replace"):
            self._watch(name)
        os.open, os.write, os.fsync = (
            self._opening,
            self._to_descriptor("write", os.write),
            self._to_descriptor("fsync", os.fsync),
        )

    def _watch(self, name: str) -> None:
        call = getattr(os, name)

        def watched(path: Any, *arguments: Any, **options: Any) -> Any:
            self._at(name, os.fspath(path))
            return call(path, *arguments, **options)

        setattr(os, name, watched)

    def _opening(self, path: Any, flags: int, *arguments: Any, **options: Any) -> int:
        if flags & os.O_CREAT:
            self._at("open", os.fspath(path))
        descriptor = self._open(path, flags, *arguments, **options)
        self._names[descriptor] = os.fspath(path)
        return descriptor

    def _to_descriptor(self, name: str, call: Any) -> Any:
        def watched(descriptor: int, *arguments: Any) -> Any:
            self._at(name, self._names.get(descriptor, ""))
            return call(descriptor, *arguments)

        return watched

    def _at(self, call: str, path: str) -> None:
        if not path.startswith(self._root + os.sep):
            return
        name = _TOKEN.sub("*", _STAMP.sub("ENTRY", path[len(self._root) + 1 :]))
        with self._lock:
            self._seen[f"{call} {name}"] += 1
            point = f"{call} {name} {self._seen[f'{call} {name}']}"
            self._write(self._log, point.encode() + b"\n")
            hit = point == self._strike
            self._struck = self._struck or hit
        if self._mode == KILL and hit:
            os.kill(os.getpid(), signal.SIGKILL)
        if self._mode == FULL and self._struck and call != "unlink":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
        if self._mode == FAIL and hit:
            raise OSError(errno.EIO, os.strerror(errno.EIO), path)


def _child(order: dict[str, Any]) -> None:
    from seamfill.cli import main

    os.environ.update(order["environment"])
    said = os.open(order["said"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(said, 1)
    os.dup2(said, 2)
    code = 70
    try:
        Points(order["root"], order["mode"], order["strike"], Path(order["log"]))
        code = main(order["arguments"])
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
        os._exit(code)


def _serve() -> None:
    from seamfill.transport import recognition  # noqa: F401 (all is loaded once)

    for line in sys.stdin:
        process = os.fork()
        if not process:
            _child(json.loads(line))
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
