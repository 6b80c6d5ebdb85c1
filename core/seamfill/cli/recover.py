"""``seamfill recover``: answers that are in the journal and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seamfill import settings
from seamfill.cli.output import print_json
from seamfill.errors import BadInput
from seamfill.journal import Entry, Journal, Record
from seamfill.refitting import read_summary
from seamfill.transport import restore

if TYPE_CHECKING:
    import argparse

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
            print(path)
        print(f"To fit them to their picture: seamfill refit {options.entry} -o OUT")
    return 0


def _list(*, as_json: bool) -> None:
    records = Journal(settings.journal_directory()).recoverable()
    if as_json:
        print_json({"entries": [_told(record) for record in records]})
        return
    if not records:
        print("Nothing to recover: every answer was used.")
    for record in records:
        when = record.begun.astimezone().strftime("%Y-%m-%d %H:%M")
        what = {"answered": "answered, not used"}.get(record.state, "sent, no answer came")
        prompt = record.summary.get("request", {}).get("prompt", "")
        print(f"{record.path}\n    {when}  {what}  {record.summary.get('model', '')}  “{prompt}”")


def _told(record: Record) -> dict[str, object]:
    return {
        "journal": str(record.path),
        "begun": record.begun.isoformat(),
        "state": record.state,
        "answers": [str(path) for path in record.answers],
        **{name: record.summary.get(name) for name in ("origin", "endpoint", "model", "request")},
    }


def _restore(entry: Path, folder: Path) -> list[Path]:
    """Copy an entry's answers, taking out of its replies what was not taken out yet."""
    found = restore(entry)
    if not found:
        raise BadInput(
            f"No answer reached the journal entry {entry.name}.",
            "If it was billed, ask the endpoint's support with the request id in its reply file.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, answer in enumerate(found, 1):
        path = folder / f"{entry.name}-{number}{answer.suffix}"
        path.write_bytes(answer.read_bytes())
        written.append(path)
    Entry(entry).finish("used")
    return written
