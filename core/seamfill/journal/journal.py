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
import json
import os
import secrets
import shutil
import time
from typing import TYPE_CHECKING, Any

from seamfill.errors import BadInput
from seamfill.journal.entry import OUTCOME, Entry
from seamfill.journal.pruning import size_of
from seamfill.journal.records import (
    LOCK,
    RUNNING,
    Record,
    all_records,
    is_entry_name,
    is_own,
    is_running,
    mark,
    now,
    read_record,
)
from seamfill.journal.storage import (
    Lock,
    make_folder,
    read_small,
    sync_folder,
    write_whole,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["Journal", "journal_trouble", "read_summary"]

_PATIENCE = 5.0  # seconds to wait for another process that begins an edit


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
            (path / OUTCOME).unlink(missing_ok=True)  # it has not ended any more
        except OSError:
            return None
        return entry

    def records(self) -> Iterator[Record]:
        """Every entry, oldest first."""
        return all_records(self.directory)

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

    def _free_name(self, summary: Mapping[str, Any]) -> Path:
        token = str(summary.get("fingerprint") or secrets.token_hex(4))[:8]
        moment = now()
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
        folder = self.directory / RUNNING
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
                claimed += max(0, int(read_small(claim)) - size_of(entry))
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
    """The error for a journal that cannot be written before anything was sent.

    Parameters
    ----------
    directory : Path
        The journal's.
    error : OSError

    Returns
    -------
    BadInput
    """
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return BadInput(
            f"The disk that holds {directory} is full, so nothing was sent.",
            "Make room, so that an answer that is paid for can be kept.",
            advice="disk",
        )
    return BadInput(
        f"The journal in {directory} cannot be written ({error.strerror}), so nothing was sent."
    )


def read_summary(entry: Path) -> Mapping[str, Any]:
    """What an entry says was asked for; empty where it is too damaged to say so.

    Parameters
    ----------
    entry : Path
        The entry's folder.

    Returns
    -------
    mapping

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
