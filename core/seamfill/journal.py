"""The durable record of every upload and answer.

An entry is a folder::

    20261122-143005-1f3a9c42/
        entry.json          what was asked for, in words and numbers
        request-1.http      the request as it travels, without its key: on disk before it is sent
        reply-1.1.http      the reply to its first attempt, byte by byte as it arrives
        answer-1-1.png      an answer taken out of the reply
        outcome.json        how it ended, once it has

What happened is read off from the files that are there, so a process may be killed at any point.
Folders have mode 0700 and files 0600. Answers that nobody has used are never deleted.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import json
import os
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from seamfill.errors import BadInput, PerhapsPaid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["Entry", "Journal", "Outcome", "Record", "State"]

Outcome = Literal["used", "failed", "cancelled"]
State = Literal["begun", "sent", "answered", "used", "failed", "cancelled"]

_MAX_AGE = 30 * 24 * 3600.0  # seconds
_MAX_BYTES = 2_000_000_000
_PRUNE_EVERY = 600.0  # seconds


@dataclass(frozen=True)
class Record:
    """What the journal knows of one edit.

    Parameters
    ----------
    path : Path
        Its folder.
    begun : datetime.datetime
        In UTC.
    state : str
        ``"begun"``: nothing was sent. ``"sent"``: sent, and no answer came; it may have been
        billed. ``"answered"``: there are answers that nobody has used. Else how it ended.
    summary : mapping
        What was asked for.
    answers : tuple of Path
        Images taken out of the replies.
    replies : tuple of Path
        Replies as they arrived.
    """

    path: Path
    begun: datetime.datetime
    state: State
    summary: Mapping[str, Any]
    answers: tuple[Path, ...]
    replies: tuple[Path, ...]


class Entry:
    """One edit in the journal, while it is being made.

    Parameters
    ----------
    path : Path
        Its folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, *parts: bytes) -> Path:
        """Put a file on disk; when this returns, a power cut does not lose it.

        Parameters
        ----------
        name : str
        *parts : bytes
            One after the other.

        Returns
        -------
        Path

        Raises
        ------
        OSError
            If the disk is full or refuses.
        """
        path = self.path / name
        fresh = self.path / f".{name}"
        try:
            with _private(fresh) as file:
                file.writelines(parts)
                _sync(file)
            fresh.replace(path)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise
        _sync_folder(self.path)
        return path

    def append(self, name: str) -> BinaryIO:
        """Open a file that grows; whoever writes it syncs and closes it.

        Parameters
        ----------
        name : str
        """
        return _private(self.path / name)

    def finish(self, outcome: Outcome, **details: Any) -> None:
        """Say how the edit ended.

        Parameters
        ----------
        outcome : {"used", "failed", "cancelled"}
            ``"used"`` only once every answer is where the user wants it.
        **details
            Whatever explains it, as JSON takes it; never a key. `error` is the code of the error
            that ended it.
        """
        document = {"outcome": outcome, "ended": _now().isoformat(), **details}
        with contextlib.suppress(OSError):  # a full disk does not spoil an edit that succeeded
            self.write("outcome.json", json.dumps(document, indent=1).encode())
            Journal(self.path.parent).prune_sometimes()


class Journal:
    """All entries of one folder; several processes may use it at once.

    Parameters
    ----------
    directory : Path
        Made when it is needed.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def begin(self, summary: Mapping[str, Any], need: int = 0) -> Entry:
        """Make room for one edit.

        Parameters
        ----------
        summary : mapping
            What is asked for, as JSON takes it; never a key.
        need : int
            Bytes that uploads and answers may take.

        Returns
        -------
        Entry

        Raises
        ------
        BadInput
            If the disk is full or refuses; nothing was sent.
        """
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.directory.chmod(0o700)
            free = shutil.disk_usage(self.directory).free
            if free < need:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            stamp = _now().strftime("%Y%m%d-%H%M%S")
            path = self.directory / f"{stamp}-{secrets.token_hex(4)}"
            path.mkdir(mode=0o700)
            with _private(path / "entry.json") as file:
                file.write(json.dumps(dict(summary), indent=1, default=str).encode())
        except OSError as error:
            raise journal_trouble(self.directory, error) from error
        return Entry(path)

    def records(self) -> Iterator[Record]:
        """Every entry, oldest first."""
        with contextlib.suppress(FileNotFoundError):
            for path in sorted(self.directory.iterdir()):
                with contextlib.suppress(OSError, ValueError):
                    yield _record(path)

    def recoverable(self) -> list[Record]:
        """Entries that hold unused answers, or of which none is known to have come."""
        return [record for record in self.records() if record.state in {"sent", "answered"}]

    def prune_sometimes(self) -> None:
        """Prune, unless that was done a few minutes ago by this or another process."""
        marker = self.directory / ".pruned"
        with contextlib.suppress(FileNotFoundError):
            if time.time() - marker.stat().st_mtime < _PRUNE_EVERY:
                return
        marker.touch(0o600)
        self.prune()

    def prune(self, max_age: float = _MAX_AGE, max_bytes: int = _MAX_BYTES) -> None:
        """Delete old entries; never one whose answers were not used.

        Parameters
        ----------
        max_age : float
            Seconds.
        max_bytes : int
            Of all entries together; the oldest go first.
        """
        entries = [(record, _bytes(record.path)) for record in self.records()]
        total = sum(size for _, size in entries)
        for record, size in entries:
            age = time.time() - record.begun.timestamp()
            if _is_kept(record, age) or (age <= max_age and total <= max_bytes):
                continue
            shutil.rmtree(record.path, ignore_errors=True)
            total -= size


def journal_trouble(directory: Path, error: OSError) -> BadInput:
    """The error for a journal that cannot be written before anything was sent."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return BadInput(
            f"The disk that holds {directory} is full, so nothing was sent.",
            "Make room, so that an answer that is paid for can be kept.",
        )
    return BadInput(
        f"The journal in {directory} cannot be written ({error.strerror}), so nothing was sent."
    )


_RUNNING = 24 * 3600.0  # an entry without an outcome may still be in use for so many seconds


def _is_kept(record: Record, age: float) -> bool:
    unfinished = record.state in {"begun", "sent"} and age < _RUNNING
    unused = bool(record.answers or record.replies) and record.state == "answered"
    return unfinished or unused


def _record(path: Path) -> Record:
    summary = json.loads((path / "entry.json").read_bytes())
    begun = datetime.datetime.strptime(path.name[:15], "%Y%m%d-%H%M%S")
    answers = tuple(sorted(path.glob("answer-*")))
    replies = tuple(sorted(path.glob("reply-*.http")))
    return Record(
        path=path,
        begun=begun.replace(tzinfo=datetime.UTC),
        state=_state(path, bool(answers)),
        summary=summary,
        answers=answers,
        replies=replies,
    )


def _state(path: Path, answered: bool) -> State:
    ending: dict[str, Any] = {}
    with contextlib.suppress(FileNotFoundError):
        ending = json.loads((path / "outcome.json").read_bytes())
    outcome: State | None = ending.get("outcome")
    if outcome == "used":
        return "used"
    # A failed or cancelled edit may still have got answers that are paid for.
    if answered or any(_holds_answer(reply) for reply in path.glob("reply-*.http")):
        return "answered"
    if outcome is not None and ending.get("error") != PerhapsPaid.code:
        return outcome
    return "sent" if any(path.glob("request-*.http")) else "begun"


def _holds_answer(reply: Path) -> bool:
    """Whether a reply has an image in it, or the address of one."""
    from seamfill.answer import salvage

    raw = reply.read_bytes()
    succeeded = re.match(rb"HTTP/1\.1 2\d\d", raw) is not None
    addressed = succeeded and re.search(rb'"url"\s*:\s*"', raw) is not None
    return addressed or bool(salvage(raw))  # which a failure may hold, too


def _bytes(path: Path) -> int:
    total = 0
    for file in path.iterdir():
        with contextlib.suppress(OSError):
            total += file.stat().st_size
    return total


def _private(path: Path) -> BinaryIO:
    binary = getattr(os, "O_BINARY", 0)  # Windows would change line ends without it
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | binary, 0o600)
    return os.fdopen(descriptor, "wb")


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    if os.name == "nt":
        return  # Windows cannot open a folder, and keeps its names without
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
