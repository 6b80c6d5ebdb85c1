"""Answers that are in the journal and were never taken out of their replies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seamfill.answer import Item, salvage
from seamfill.errors import AnswerUnusable, BadInput
from seamfill.journal import Entry
from seamfill.transport.collecting import keep
from seamfill.transport.download import Origin, fetch
from seamfill.transport.parsing import ReplyParser

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["restore"]


def restore(entry: Path) -> tuple[Path, ...]:
    """Take every answer of an entry out of its replies, fetching those that are only addresses.

    Parameters
    ----------
    entry : Path
        The entry's folder.

    Returns
    -------
    tuple of Path
        All answers of the entry, as files in it; empty where none came.

    Raises
    ------
    AnswerUnusable
        If the only answers are at addresses where they are no longer.
    BadInput
        If the disk is full or refuses.
    """
    trouble: AnswerUnusable | None = None
    for reply in sorted(entry.glob("reply-*.http")):
        number = reply.name.split("-")[1].split(".")[0]
        for index, item in enumerate(_items(reply.read_bytes()), 1):
            stem = f"answer-{number}-{index}"
            if any(entry.glob(f"{stem}.*")):
                continue
            try:
                data = item.data if item.data is not None else _fetched(entry, number, item)
            except AnswerUnusable as error:
                trouble = error
                continue
            if keep(data, Entry(entry), stem) is None:
                raise BadInput(f"The answer cannot be written to {entry}.", "Make room there.")
    answers = tuple(sorted(entry.glob("answer-*")))
    if trouble is not None and not answers:
        raise trouble
    return answers


def _items(raw: bytes) -> list[Item]:
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    if not re.match(r"HTTP/1\.1 2\d\d", lines[0]):
        return [Item(data=image) for image in salvage(body)]
    parser = ReplyParser(_headers(lines[1:]).get("content-type", ""), lambda *_: None)
    parser.feed(body)
    return parser.end().items


def _headers(lines: list[str]) -> Mapping[str, str]:
    pairs = (line.partition(":") for line in lines)
    return {name.lower(): value.strip() for name, _, value in pairs}


def _fetched(entry: Path, number: str, item: Item) -> bytes:
    request = (entry / f"request-{number}.http").read_bytes()
    origin = request.split(b" ", 2)[1].decode()
    return fetch(item.url or "", Origin(origin))
