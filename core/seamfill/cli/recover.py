"""``seamfill recover``: answers that are in the journal and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seamfill import settings
from seamfill.answer import salvage
from seamfill.cli.output import print_json
from seamfill.errors import BadInput
from seamfill.journal import Entry, Journal, Record
from seamfill.refitting import read_summary

if TYPE_CHECKING:
    import argparse

__all__ = ["run_recover"]

_ENDINGS = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"RIFF": ".webp"}


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
    """Copy an entry's answers; where none was taken out of the reply yet, take them out now."""
    found = [(path.suffix, path.read_bytes()) for path in sorted(entry.glob("answer-*"))]
    if not found:
        replies = [image for reply in entry.glob("reply-*.http") for image in _images(reply)]
        found = [(_ending(image), image) for image in replies]
    if not found:
        raise BadInput(
            f"No answer reached the journal entry {entry.name}.",
            "If it was billed, ask the endpoint's support with the request id in its reply file.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, (ending, data) in enumerate(found, 1):
        path = folder / f"{entry.name}-{number}{ending}"
        path.write_bytes(data)
        written.append(path)
    Entry(entry).finish("used")
    return written


def _images(reply: Path) -> list[bytes]:
    return salvage(reply.read_bytes())


def _ending(data: bytes) -> str:
    return next((ending for magic, ending in _ENDINGS.items() if data.startswith(magic)), ".bin")
