"""What a recorded reply holds."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from seamfill.api import Item, salvage
from seamfill.api.reply_parser import ReplyParser

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


__all__ = ["count_answers"]

_LONGEST_LINE = 1 << 17  # bytes of a header
_BLOCK = 1 << 20


def count_answers(reply: Path) -> int:
    """How many answers a reply holds, or gives the addresses of.

    Parameters
    ----------
    reply : Path
        Its file; cut off, garbled or not there at all is none.
    """
    try:
        return len(_items(reply))
    except (OSError, ValueError, RecursionError, MemoryError):
        return 0


def _items(reply: Path) -> list[Item]:
    """What a reply's file holds, read in blocks: it may have hundreds of megabytes."""
    with contextlib.suppress(OSError), reply.open("rb") as file:
        lines = []
        while line := file.readline(_LONGEST_LINE).strip():
            lines.append(line.decode("latin-1"))
        done = bool(lines) and re.match(r"HTTP/1\.1 2\d\d", lines[0])
        kind = _headers(lines[1:]).get("content-type", "") if done else ""
        parser = ReplyParser(kind, lambda *_: None)
        while block := file.read(_BLOCK):
            parser.feed(block)
        return parser.end().items if done else [Item(data=each) for each in salvage(parser.body)]
    return []


def _headers(lines: list[str]) -> Mapping[str, str]:
    pairs = (line.partition(":") for line in lines)
    return {name.lower(): value.strip() for name, _, value in pairs}
