"""Answers that are in the journal and were never taken out of their replies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seamfill.errors import AnswerUnusable, BadInput, SeamfillError
from seamfill.journal.entry import Entry
from seamfill.journal.records import is_own, read_record
from seamfill.journal.replies import _items
from seamfill.transport.answers import ending_of, keep
from seamfill.transport.download import Origin, fetch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seamfill.api import Item
    from seamfill.journal.records import AnswerId, Record

__all__ = ["Held", "held", "restore"]


@dataclass(frozen=True)
class Held:
    """An answer that the journal holds.

    Parameters
    ----------
    id : (int, int)
        Its request and its number in the reply, both from 1.
    data : bytes
    path : Path, optional
        Its file; None where it is still inside the reply.
    """

    id: AnswerId
    data: bytes = field(repr=False)
    path: Path | None = None

    @property
    def suffix(self) -> str:
        """The ending of a file that holds it."""
        return f".{ending_of(self.data)}"


def held(entry: Path, request: int | None = None) -> Iterator[Held]:
    """Every answer of an entry, read one by one; those that are only addresses are fetched.

    Parameters
    ----------
    entry : Path
        The entry's folder; nothing is written there.
    request : int, optional
        Which request alone.

    Raises
    ------
    AnswerUnusable
        At the end, if the only answers are at addresses where they are no longer.
    """
    record = read_record(entry)
    if record is None:
        return
    files = {_id(path): path for path in record.answers}
    trouble: AnswerUnusable | None = None
    found = 0
    for answer_id in record.known:
        if request is not None and answer_id[0] != request:
            continue
        try:
            data = _file(files[answer_id]) if answer_id in files else b""
            data = data or _from_replies(record, answer_id)
        except AnswerUnusable as error:
            trouble = error
            continue
        if data:
            found += 1
            yield Held(answer_id, data, files.get(answer_id))
    if trouble is not None and not found:
        raise trouble


def restore(entry: Path) -> tuple[Path, ...]:
    """Take every answer of an entry out of its replies, fetching those that are only addresses.

    Parameters
    ----------
    entry : Path
        The entry's folder, made by the journal.

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
    paths = []
    for answer in held(entry):
        path = answer.path
        if path is None and is_own(entry):
            path = keep(answer.data, Entry(entry), "answer-{}-{}".format(*answer.id))
        if path is None:
            raise BadInput(f"The answer cannot be written to {entry}.", "Make room there.")
        paths.append(path)
    return tuple(paths)


def _file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _from_replies(record: Record, answer_id: AnswerId) -> bytes:
    """An answer out of the last reply that has it; nothing where none does."""
    request, number = answer_id
    for reply in reversed(record.replies):
        if reply.name.startswith(f"reply-{request}."):
            items = _items(reply)
            if number <= len(items):
                item = items[number - 1]
                return item.data if item.data is not None else _fetched(record, request, item)
    return b""


def _fetched(record: Record, request: int, item: Item) -> bytes:
    head = _file(record.path / f"request-{request}.http")[:4096].split(b" ", 2)
    origin = head[1].decode("utf-8", "replace") if len(head) > 2 else ""
    try:
        return fetch(item.url or "", Origin(origin, ca=_certificates(record)))
    except ValueError as error:
        raise AnswerUnusable(
            "The answer is at an address that cannot be read.", "The reply is kept in the journal."
        ) from error


def _certificates(record: Record) -> str | None:
    """The certificates of the endpoint that the edit went to, where it has its own."""
    from seamfill.endpoints import load_catalog

    try:
        endpoint = load_catalog().endpoints.get(record.summary.get("endpoint", ""))
    except SeamfillError:
        return None
    return endpoint.ca if endpoint is not None else None


def _id(path: Path) -> AnswerId:
    request, number = path.name.split(".")[0].split("-")[1:]
    return int(request), int(number)
