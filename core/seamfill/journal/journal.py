"""The durable record of every upload and answer.

An entry is a folder::

    20261122-143005-1f3a9c42/
        lock                says that the journal made the folder; held while a process works at it
        entry.json          what was asked for, in words and numbers
        request-1.http      the request as it travels, without its key: on disk before it is sent
        reply-1.1.http      the reply to its first attempt, byte by byte as it arrives
        reply-1.1.json      how many answers it holds
        answer-1-1.png      an answer taken out of the reply
        used-1-1            that answer is where the user wants it
        outcome.json        how it ended, once it has

What happened is read off from the files that are there, so a process may be killed at any point.
Folders have mode 0700 and files 0600. Answers that nobody has used are never deleted, and nothing
is written or deleted in a folder that the journal did not make.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import hashlib
import json
import os
import secrets
import shutil
import time
from typing import TYPE_CHECKING, Any, Literal

from seamfill.errors import BadInput
from seamfill.journal.records import (
    LOCK,
    Key,
    Record,
    State,
    is_entry_name,
    is_own,
    is_running,
    mark,
    note_answers,
    read_record,
)
from seamfill.journal.storage import (
    Growing,
    Lock,
    is_folder,
    make_folder,
    read_small,
    sync_folder,
    write_whole,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


__all__ = ["Entry", "Journal", "Outcome", "Record", "State", "journal_trouble", "read_summary"]

Outcome = Literal["delivered", "used", "failed", "cancelled"]

_MAX_AGE = 30 * 24 * 3600.0  # seconds
_MAX_BYTES = 2_000_000_000
_PRUNE_EVERY = 600.0  # seconds
_RUNNING = ".running"
_DELETED = ".deleted-"
_OUTCOME = "outcome.json"
_PATIENCE = 5.0  # seconds to wait for another process that begins an edit


class Entry:
    """One edit in the journal.

    Parameters
    ----------
    path : Path
        Its folder.
    lock : Lock, optional
        Held by whoever makes the edit.
    """

    def __init__(self, path: Path, lock: Lock | None = None) -> None:
        self.path = path
        self._lock = lock
        self._written: dict[str, str] = {}

    @property
    def record(self) -> Record | None:
        """What is in it now; None where the folder is no entry."""
        return read_record(self.path)

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
        digest = hashlib.sha256()
        for part in parts:
            digest.update(part)
        self._written[name] = digest.hexdigest()
        write_whole(self.path / name, *parts)
        return self.path / name

    def append(self, name: str) -> Growing:
        """Open a file that grows, under a name that is not there yet; whoever writes it closes it.

        Parameters
        ----------
        name : str

        Raises
        ------
        OSError
            If the disk is full or refuses.
        """
        return Growing(self.path / name)

    def received(self, name: str, digest: str) -> None:
        """Remember what a file that grew has to hold.

        Parameters
        ----------
        name : str
        digest : str
            SHA-256 of all that was to be written, in hexadecimal.
        """
        self._written[name] = digest

    def is_kept(self, name: str) -> bool:
        """Whether a file that was written here can be read back as it was.

        Parameters
        ----------
        name : str
        """
        try:
            with (self.path / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return False
        return found == self._written.get(name)

    def keeps_answers(self) -> bool:
        """Whether every answer that came can be read back, by itself or inside its reply."""
        answers = [name for name in self._written if name.startswith("answer-")]
        replies = [name for name in self._written if name.startswith("reply-")]
        if not answers:
            record = self.record
            return any(map(self.is_kept, replies)) or bool(record and record.known)
        return all(
            self.is_kept(answer)
            or any(
                self.is_kept(reply)
                for reply in replies
                if reply.startswith(f"reply-{answer.split('-')[1]}.")
            )
            for answer in answers
        )

    def note_answers(self, reply: str, count: int) -> None:
        """Note how many answers a reply holds.

        Parameters
        ----------
        reply : str
            The reply's file.
        count : int
        """
        if count or (self.path / reply).exists():
            note_answers(self.path, reply, count)

    def use(self, answers: Iterable[Key]) -> None:
        """Say that answers are where the user wants them; all others stay to be recovered.

        Parameters
        ----------
        answers : iterable of (int, int)
            Request and number of each.
        """
        if is_own(self.path):
            self._mark_used(answers)
            Journal(self.path.parent).prune_sometimes()

    def finish(self, outcome: Outcome, **details: Any) -> None:
        """Say how the edit ended, and let go of it.

        Parameters
        ----------
        outcome : {"delivered", "used", "failed", "cancelled"}
            ``"used"`` only once every answer that is there now is where the user wants it.
        **details
            Whatever explains it, as JSON takes it; never a key. `error` is the code of the error
            that ended it, `may_be_billed` whether its last request may have to be paid for.
        """
        if is_own(self.path):
            record = self.record
            if outcome == "used" and record is not None:
                self._mark_used(record.known)
            if outcome != "used" or not (self.path / _OUTCOME).exists():
                self._end({"outcome": outcome, "ended": _now().isoformat(), **details})
            self.release()
            Journal(self.path.parent).prune_sometimes()

    def saved(self, outputs: Iterable[Path]) -> None:
        """Say which files the results were saved to.

        Parameters
        ----------
        outputs : iterable of Path
        """
        with contextlib.suppress(OSError, ValueError, TypeError):
            ending = json.loads(read_small(self.path / _OUTCOME))
            self._end({**ending, "outputs": [str(path) for path in outputs]})

    def release(self) -> None:
        """Let other processes work at it."""
        if self._lock is not None:
            with contextlib.suppress(OSError):
                (self.path.parent / _RUNNING / self.path.name).unlink()
            self._lock.release()
            self._lock = None

    def _mark_used(self, answers: Iterable[Key]) -> None:
        with contextlib.suppress(OSError):  # a full disk does not spoil an edit that succeeded
            for request, number in answers:
                write_whole(self.path / f"used-{request}-{number}", durable=False)

    def _end(self, document: Mapping[str, Any]) -> None:
        with contextlib.suppress(OSError):  # a full disk does not spoil an edit that succeeded
            data = json.dumps(document, indent=1, default=str).encode()
            write_whole(self.path / _OUTCOME, data, durable=False)


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
            What is asked for, as JSON takes it; never a key. `fingerprint` is what `find` goes by.
        need : int
            Bytes that uploads and answers may take; with what all other running edits may still
            take, they have to be free.

        Returns
        -------
        Entry

        Raises
        ------
        BadInput
            If the disk is full or refuses; nothing was sent.
        """
        entry: Entry | None = None
        try:
            make_folder(self.directory)
            self.directory.chmod(0o700)
            with self._alone():
                path = self._free_name(summary)
                self._reserve(path.name, need)
                os.mkdir(path, 0o700)  # noqa: PTH102 (see `storage`)
                path.chmod(0o700)
                entry = Entry(path, Lock(path / LOCK, mark(path.name)))
            data = json.dumps(dict(summary), indent=1, default=str).encode()
            entry.write("entry.json", data)
            sync_folder(self.directory)
        except OSError as error:
            if entry is not None:
                entry.release()
            raise journal_trouble(self.directory, error) from error
        return entry

    def entry(self, path: Path) -> Entry | None:
        """One of the entries, to say what became of its answers.

        Parameters
        ----------
        path : Path

        Returns
        -------
        Entry or None
            None where the journal did not make that folder.
        """
        with contextlib.suppress(OSError, ValueError):
            if path.parent.resolve() == self.directory.resolve() and is_own(path):
                return Entry(path)
        return None

    def resume(self, path: Path, need: int = 0) -> Entry | None:
        """Go on with an entry whose edit ended, or whose process died.

        Parameters
        ----------
        path : Path
            One of `records`.
        need : int
            As for `begin`.

        Returns
        -------
        Entry or None
            None where another process is at work on it, or it cannot be written.
        """
        if self.entry(path) is None:
            return None
        try:
            with self._alone():
                self._reserve(path.name, need)
                entry = Entry(path, Lock(path / LOCK))
            (path / _OUTCOME).unlink(missing_ok=True)  # it has not ended any more
        except OSError:
            return None
        return entry

    def records(self) -> Iterator[Record]:
        """Every entry, oldest first."""
        names: list[str] = []
        with contextlib.suppress(OSError):
            names = sorted(os.listdir(self.directory))  # noqa: PTH208 (names are wanted)
        for name in filter(is_entry_name, names):
            record = read_record(self.directory / name)
            if record is not None:
                yield record

    def find(self, fingerprint: str) -> list[Record]:
        """The entries of one and the same edit, newest first.

        Parameters
        ----------
        fingerprint : str
            As it stands in their summaries; the names of their folders end with its beginning.
        """
        names: list[str] = []
        with contextlib.suppress(OSError):
            names = sorted(os.listdir(self.directory), reverse=True)  # noqa: PTH208
        own = (name for name in names if is_entry_name(name) and name[-8:] == fingerprint[:8])
        records = (read_record(self.directory / name) for name in own)
        return [
            record
            for record in records
            if record and record.summary.get("fingerprint", fingerprint) == fingerprint
        ]

    def recoverable(self) -> list[Record]:
        """Entries that hold unused answers, or of which none is known to have come."""
        return [record for record in self.records() if record.state in {"sent", "answered"}]

    def prune_sometimes(self) -> None:
        """Prune, unless that was done a few minutes ago by this or another process."""
        marker = self.directory / ".pruned"
        with contextlib.suppress(OSError):
            with contextlib.suppress(FileNotFoundError):
                if 0 <= time.time() - marker.stat().st_mtime < _PRUNE_EVERY:
                    return
            write_whole(marker, durable=False)
            self.prune()

    def prune(self, max_age: float = _MAX_AGE, max_bytes: int = _MAX_BYTES) -> None:
        """Delete old entries; never one whose answers were not used, or that is being made.

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
            if record.state == "answered":
                continue
            if record.state == "sent":
                # What may have been billed is remembered, lest it be paid again unknowingly.
                doomed = age > max(max_age, _MAX_AGE)
            else:
                doomed = age > max_age or total > max_bytes
            if doomed and self._delete(record.path):
                total -= size
        self._sweep()

    def _delete(self, path: Path) -> bool:
        """Delete an entry that the journal made and that nobody works at."""
        if not is_own(path):
            return False
        with contextlib.suppress(OSError):
            lock = Lock(path / LOCK)
            try:
                doomed = path.with_name(_DELETED + path.name)
                os.replace(path, doomed)  # noqa: PTH105 (at once, so that no half of it is left)
            finally:
                lock.release()
            shutil.rmtree(doomed, ignore_errors=True)
            return True
        return False

    def _sweep(self) -> None:
        """Delete what a process that died was deleting."""
        for path in self.directory.glob(f"{_DELETED}*"):
            if is_entry_name(path.name.removeprefix(_DELETED)) and is_folder(path):
                shutil.rmtree(path, ignore_errors=True)

    def _free_name(self, summary: Mapping[str, Any]) -> Path:
        token = str(summary.get("fingerprint") or secrets.token_hex(4))[:8]
        moment = _now()
        while True:
            path = self.directory / f"{moment.strftime('%Y%m%d-%H%M%S')}-{token}"
            if not os.path.lexists(path):
                return path
            moment += datetime.timedelta(seconds=1)

    def _reserve(self, name: str, need: int) -> None:
        """Claim bytes of the disk for an edit beside those that others claimed.

        Raises
        ------
        OSError
            If too little is free.
        """
        folder = self.directory / _RUNNING
        make_folder(folder)
        claimed = 0
        for claim in folder.iterdir():
            entry = self.directory / claim.name
            if claim.name.startswith("."):
                continue
            if not (is_entry_name(claim.name) and is_running(entry)):
                claim.unlink(missing_ok=True)
                continue
            with contextlib.suppress(OSError, ValueError):
                claimed += max(0, int(read_small(claim)) - _bytes(entry))
        if shutil.disk_usage(self.directory).free < need + claimed:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write_whole(folder / name, str(need).encode(), durable=False)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold off other processes that begin an edit; not for ever, since one may be stopped."""
        path, lock = self.directory / ".lock", None
        end = time.monotonic() + _PATIENCE
        while lock is None and time.monotonic() < end:
            try:
                lock = Lock(path, make=True)
            except BlockingIOError:
                time.sleep(0.005)
            except OSError:
                break  # a disk that knows no locks
        try:
            yield
        finally:
            if lock is not None:
                lock.release()


def journal_trouble(directory: Path, error: OSError) -> BadInput:
    """The error for a journal that cannot be written before anything was sent."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return BadInput(
            f"The disk that holds {directory} is full, so nothing was sent.",
            "Make room, so that an answer that is paid for can be kept.",
            advice="disk",
        )
    return BadInput(
        f"The journal in {directory} cannot be written ({error.strerror}), so nothing was sent."
    )


def _bytes(path: Path) -> int:
    total = 0
    with contextlib.suppress(OSError):
        for file in path.iterdir():
            with contextlib.suppress(OSError):
                total += file.lstat().st_size
    return total


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def read_summary(entry: Path) -> Mapping[str, Any]:
    """What an entry says was asked for; empty where it is too damaged to say so.

    Raises
    ------
    BadInput
        If the folder is no entry of the journal.
    """
    record = read_record(entry)
    if record is None:
        raise BadInput(
            f"{entry} is not an entry of the journal.", "List them with: seamfill recover"
        )
    return record.summary
