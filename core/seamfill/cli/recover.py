"""``seamfill recover``: answers that are in the journal and nowhere else."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from seamfill.cli.output import print_json, say
from seamfill.errors import BadInput
from seamfill.journal.journal import Journal, read_summary
from seamfill.journal.storage import write_whole
from seamfill.paths import journal_directory
from seamfill.transport.recovery import held

if TYPE_CHECKING:
    import argparse

    from seamfill.journal.records import Record
    from seamfill.transport.recovery import Held

__all__ = ["run_recover"]


def run_recover(options: argparse.Namespace) -> int:
    """List what can be recovered, or write an entry's answers into a folder."""
    if options.entry is None:
        _list(as_json=options.json)
        return 0
    read_summary(options.entry)
    written = _restore(options.entry, options.output or Path.cwd())
    if options.json:
        print_json({"outputs": [str(path) for path in written]})
    else:
        for path in written:
            say(str(path))
        say(f"To fit them to their picture: seamfill refit {options.entry} -o OUT")
    return 0


def _list(*, as_json: bool) -> None:
    directory = journal_directory()
    if directory.exists() and not directory.is_dir():
        raise BadInput(f"The journal {directory} is not a folder.", "Move what is there away.")
    records = Journal(directory).recoverable()
    if as_json:
        print_json({"entries": [_told(record) for record in records]})
        return
    if not records:
        say("Nothing to recover: every answer was used.")
    for record in records:
        when = record.begun.astimezone().strftime("%Y-%m-%d %H:%M")
        what = "answered, not used" if record.state == "answered" else "sent, no answer came"
        if record.running:
            what += " yet"
        prompt = record.summary.get("request", {}).get("prompt", "")
        say(f"{record.path}\n    {when}  {what}  {record.summary.get('model', '')}  “{prompt}”")


def _told(record: Record) -> dict[str, object]:
    return {
        "journal": str(record.path),
        "begun": record.begun.isoformat(),
        "state": record.state,
        "answers": [str(path) for path in record.answers],
        **{name: record.summary.get(name) for name in ("origin", "endpoint", "model", "request")},
    }


def _restore(entry: Path, folder: Path) -> list[Path]:
    """Write an entry's answers into a folder, beside whatever is there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{folder} cannot be made: {error.strerror}.") from None
    own = Journal(journal_directory()).entry(entry.absolute())
    written = []
    for number, answer in enumerate(held(entry), 1):
        written.append(_written(folder, f"{entry.name}-{number}", answer))
        if own is not None:
            own.use([answer.id])
    if not written:
        raise BadInput(
            f"No answer reached the journal entry {entry.name}.",
            "If it was billed, ask the endpoint's support with the request id in its reply file.",
        )
    return written


def _written(folder: Path, stem: str, answer: Held) -> Path:
    """Write an answer under a name that is free; where it lies there already, leave it."""
    for attempt in count(1):
        path = folder / f"{stem}{f' ({attempt})' if attempt > 1 else ''}{answer.suffix}"
        try:
            if not os.path.lexists(path):
                write_whole(path, answer.data)
                return path
            if path.is_file() and path.read_bytes() == answer.data:
                return path
        except OSError as error:
            raise BadInput(
                f"{path} cannot be written: {error.strerror}.",
                "The answer stays in the journal. Give another folder with -o.",
            ) from None
    raise AssertionError("some name is free")
