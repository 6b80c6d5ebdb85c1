"""One edit in the journal: its folder, written while the edit is made."""

from __future__ import annotations

import contextlib
import hashlib
import json
from typing import TYPE_CHECKING, Any, Literal

from seamfill.journal.pruning import prune_sometimes
from seamfill.journal.records import (
    RUNNING,
    AnswerId,
    Record,
    is_own,
    note_answers,
    now,
    read_record,
)
from seamfill.journal.storage import Growing, Lock, read_small, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["OUTCOME", "Entry", "Outcome"]

Outcome = Literal["delivered", "used", "failed", "cancelled"]

OUTCOME = "outcome.json"


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

    def use(self, answers: Iterable[AnswerId]) -> None:
        """Say that answers are where the user wants them; all others stay to be recovered.

        Parameters
        ----------
        answers : iterable of (int, int)
            Request and number of each.
        """
        if is_own(self.path):
            self._mark_used(answers)
            prune_sometimes(self.path.parent)

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
            if outcome != "used" or not (self.path / OUTCOME).exists():
                self._end({"outcome": outcome, "ended": now().isoformat(), **details})
            self.release()
            prune_sometimes(self.path.parent)

    def saved(self, outputs: Iterable[Path]) -> None:
        """Say which files the results were saved to.

        Parameters
        ----------
        outputs : iterable of Path
        """
        with contextlib.suppress(OSError, ValueError, TypeError):
            ending = json.loads(read_small(self.path / OUTCOME))
            self._end({**ending, "outputs": [str(path) for path in outputs]})

    def release(self) -> None:
        """Let other processes work at it."""
        if self._lock is not None:
            with contextlib.suppress(OSError):
                (self.path.parent / RUNNING / self.path.name).unlink()
            self._lock.release()
            self._lock = None

    def _mark_used(self, answers: Iterable[AnswerId]) -> None:
        with contextlib.suppress(OSError):  # a full disk does not spoil an edit that succeeded
            for request, number in answers:
                write_whole(self.path / f"used-{request}-{number}", durable=False)

    def _end(self, document: Mapping[str, Any]) -> None:
        with contextlib.suppress(OSError):  # a full disk does not spoil an edit that succeeded
            data = json.dumps(document, indent=1, default=str).encode()
            write_whole(self.path / OUTCOME, data, durable=False)
