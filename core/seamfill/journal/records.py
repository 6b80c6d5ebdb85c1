"""What an entry of the journal holds, read off from its files, whatever state those are in.

Nothing in here raises for what it finds: an entry that a kill, a full disk or a stranger left
damaged must hide neither its own answers nor those of the others.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from seamfill.errors import PerhapsPaid
from seamfill.journal.storage import Lock, is_folder, read_small, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = [
    "LOCK",
    "RUNNING",
    "AnswerId",
    "Record",
    "State",
    "all_records",
    "is_entry_name",
    "is_own",
    "is_running",
    "mark",
    "note_answers",
    "now",
    "read_record",
]

State = Literal["begun", "sent", "answered", "used", "failed", "cancelled"]

LOCK = "lock"
RUNNING = ".running"
_NAME = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")
_ANSWER = re.compile(r"answer-(\d{1,6})-(\d{1,6})\.\w{1,5}")
_REPLY = re.compile(r"reply-(\d{1,6})\.(\d{1,6})\.http")
_REQUEST = re.compile(r"request-(\d{1,6})\.http")
_USED = re.compile(r"used-(\d{1,6})-(\d{1,6})")
_MOST_ANSWERS = 1000  # of one reply; more is no reply

AnswerId = tuple[int, int]
"""An answer's request and its number in the reply, both from 1."""


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
        What was asked for; empty where that cannot be read any more.
    answers : tuple of Path
        Images taken out of the replies.
    replies : tuple of Path
        Replies as they arrived.
    known : tuple of (int, int)
        Request and number of every answer, those still inside a reply included.
    unused : tuple of (int, int)
        Those of them that nobody has used.
    patches : tuple of tuple
        The answers that make up each patch, in the order of `Patch.answer`; empty where the edit
        did not come so far.
    unanswered : int
        The request that may have been billed and brought no answer; 0 where there is none.
    outputs : tuple of str
        The files that its results were saved to.
    """

    path: Path
    begun: datetime.datetime
    state: State
    summary: Mapping[str, Any]
    answers: tuple[Path, ...]
    replies: tuple[Path, ...]
    known: tuple[AnswerId, ...] = ()
    unused: tuple[AnswerId, ...] = ()
    patches: tuple[tuple[AnswerId, ...], ...] = ()
    unanswered: int = 0
    outputs: tuple[str, ...] = ()

    @property
    def running(self) -> bool:
        """Whether a process is at work on it right now."""
        return is_running(self.path)


def is_entry_name(name: str) -> bool:
    """Whether the journal names its entries so.

    Parameters
    ----------
    name : str
        Of a folder.

    Returns
    -------
    bool
    """
    return _NAME.fullmatch(name) is not None


def mark(name: str) -> bytes:
    """What tells a folder that the journal made from one that only has such a name.

    Parameters
    ----------
    name : str
        Of an entry's folder.

    Returns
    -------
    bytes
    """
    return f"An entry of Seamfill's journal: {name}\n".encode()


def is_own(path: Path) -> bool:
    """Whether the journal made a folder, so that it may write and delete there.

    Parameters
    ----------
    path : Path
        Of an entry's folder.

    Returns
    -------
    bool
    """
    if not is_entry_name(path.name) or not is_folder(path):
        return False
    try:
        return read_small(path / LOCK) == mark(path.name)
    except (OSError, ValueError):
        return False


def is_running(path: Path) -> bool:
    """Whether a process is at work on an entry; what cannot be found out counts as yes.

    Parameters
    ----------
    path : Path
        Of an entry's folder.

    Returns
    -------
    bool
    """
    try:
        Lock(path / LOCK).release()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def now() -> datetime.datetime:
    """The time, in UTC."""
    return datetime.datetime.now(datetime.UTC)


def all_records(directory: Path) -> Iterator[Record]:
    """Every entry of a journal, oldest first.

    Parameters
    ----------
    directory : Path
        The journal's.
    """
    names: list[str] = []
    with contextlib.suppress(OSError):
        names = sorted(os.listdir(directory))  # noqa: PTH208 (names are wanted)
    for name in filter(is_entry_name, names):
        record = read_record(directory / name)
        if record is not None:
            yield record


def read_record(path: Path) -> Record | None:
    """Read an entry.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Record or None
        None where the folder is no entry.
    """
    files = _files(path)
    answers = [name for name in files if _ANSWER.fullmatch(name)]
    replies = [name for name in files if _REPLY.fullmatch(name)]
    requests = sorted(int(found[1]) for name in files if (found := _REQUEST.fullmatch(name)))
    if not (is_folder(path) and (answers or replies or requests or "entry.json" in files)):
        return None
    ending = _read_json(path / "outcome.json")
    known = {_id(found) for name in answers if (found := _ANSWER.fullmatch(name))}
    for name in replies:
        known |= _answers_in(path, name, files)
    unused = known - {_id(found) for name in files if (found := _USED.fullmatch(name))}
    without = [number for number in requests if number not in {request for request, _ in known}]
    unanswered = without[-1] if without and _may_be_billed(ending) else 0
    return Record(
        path=path,
        begun=_begun(path),
        state=_state(ending, known, unused, unanswered),
        summary=_well_formed(_read_json(path / "entry.json")),
        answers=tuple(path / name for name in sorted(answers, key=_in_order)),
        replies=tuple(path / name for name in sorted(replies, key=_in_order)),
        known=tuple(sorted(known)),
        unused=tuple(sorted(unused)),
        patches=_patches(ending.get("patches"), known),
        unanswered=unanswered,
        outputs=tuple(text for text in _list(ending.get("outputs")) if isinstance(text, str)),
    )


def note_answers(path: Path, reply: str, count: int) -> None:
    """Note how many answers a reply holds, so that nobody has to read it again to find out.

    Parameters
    ----------
    path : Path
        The entry's folder.
    reply : str
        The reply's file.
    count : int
    """
    with contextlib.suppress(OSError):
        document = {"answers": count, "bytes": (path / reply).stat().st_size}
        write_whole(path / _note(reply), json.dumps(document).encode(), durable=False)


def _may_be_billed(ending: Mapping[str, Any]) -> bool:
    """Whether the last request that brought no answer may have been billed all the same."""
    if ending.get("outcome") is None:
        return True  # the process died, or is still at it
    return ending.get("may_be_billed") is True or ending.get("error") == PerhapsPaid.code


def _state(
    ending: Mapping[str, Any], known: set[AnswerId], unused: set[AnswerId], unanswered: int
) -> State:
    outcome = ending.get("outcome")
    # A failed or cancelled edit may still have got answers that are paid for.
    if unused:
        return "answered"
    if known or outcome in ("used", "delivered"):
        return "used"
    if unanswered:
        return "sent"
    return outcome if outcome in ("failed", "cancelled") else "begun"


def _answers_in(path: Path, reply: str, files: Mapping[str, int]) -> set[AnswerId]:
    """The answers that a reply holds: by what was noted, else by reading it once."""
    note = _read_json(path / _note(reply)) if _note(reply) in files else {}
    count = note.get("answers")
    if type(count) is not int or note.get("bytes") != files[reply]:
        from seamfill.journal.replies import count_answers

        count = count_answers(path / reply)
        if is_own(path) and not is_running(path):
            note_answers(path, reply, count)
    request = int(reply.split("-")[1].split(".")[0])
    return {(request, number) for number in range(1, min(count, _MOST_ANSWERS) + 1)}


def _note(reply: str) -> str:
    return reply.removesuffix(".http") + ".json"


def _files(path: Path) -> dict[str, int]:
    """Name and size of every plain file in a folder; links are none."""
    found = {}
    with contextlib.suppress(OSError, ValueError):
        for file in path.iterdir():
            with contextlib.suppress(OSError):
                details = file.lstat()
                if stat.S_ISREG(details.st_mode) and not file.name.startswith("."):
                    found[file.name] = details.st_size
    return found


def _read_json(path: Path) -> dict[str, Any]:
    """An object of JSON; empty where there is none that can be read."""
    try:
        document = json.loads(read_small(path))
    except (OSError, ValueError, RecursionError, MemoryError):
        return {}
    return document if isinstance(document, dict) else {}


def _well_formed(summary: dict[str, Any]) -> dict[str, Any]:
    """A summary without those parts that are not what they are taken for."""
    kinds = {"origin": str, "endpoint": str, "model": str, "fingerprint": str, "request": dict}
    for name, kind in kinds.items():
        if not isinstance(summary.get(name, kind()), kind):
            del summary[name]
    prompt = summary.get("request", {}).get("prompt", "")
    if not isinstance(prompt, str):
        del summary["request"]["prompt"]
    if not _numbers(summary.get("source_size", [1, 1]), 2, least=1):
        del summary["source_size"]
    uploads = summary.get("uploads", [])
    fine = isinstance(uploads, list) and all(
        isinstance(upload, dict)
        and _numbers(upload.get("region"), 4)
        and min(upload["region"][2:]) > 0
        for upload in uploads
    )
    if not fine:
        del summary["uploads"]
    return summary


def _numbers(value: Any, count: int, least: int = -(10**9)) -> bool:
    return (
        isinstance(value, list)
        and len(value) == count
        and all(type(number) is int and least <= number <= 10**9 for number in value)
    )


def _patches(value: Any, known: set[AnswerId]) -> tuple[tuple[AnswerId, ...], ...]:
    patches = []
    for chain in _list(value):
        keys = [tuple(key) for key in _list(chain) if _numbers(key, 2)]
        if not keys or not known.issuperset(keys):
            return ()
        patches.append(tuple(keys))
    return tuple(patches)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _id(found: re.Match[str]) -> AnswerId:
    return int(found[1]), int(found[2])


def _in_order(name: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", name)]


def _begun(path: Path) -> datetime.datetime:
    try:
        moment = datetime.datetime.strptime(path.name[:15], "%Y%m%d-%H%M%S")
    except ValueError:
        moment = datetime.datetime(1970, 1, 1)
    return moment.replace(tzinfo=datetime.UTC)
