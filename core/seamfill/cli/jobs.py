"""The lines of a batch, of which every one is looked through before anything is done."""

from __future__ import annotations

import json
import os
import reprlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seamfill.errors import BadInput
from seamfill.image.writing import OUTPUT_SUFFIXES, output_paths
from seamfill.options.reading import box_from, request_from

if TYPE_CHECKING:
    from seamfill.geometry import Box

__all__ = ["Job", "read_jobs"]

_MOST_TOLD = 20
_HINT = (
    'Write each job on a line of its own, as {"source": "a.png", "output": "b.png", '
    '"prompt": "a red door"}. Nothing was sent.'
)


@dataclass(frozen=True)
class Job:
    """One edit of a batch.

    Parameters
    ----------
    line : int
        Where it stands, from 1.
    answers : int
        How many are asked for.
    source, output : Path
    mask : Path, optional
    box : Box, optional
    options : dict
        What else the line says: fields of `EditRequest`, of the right types and within bounds.
    """

    line: int
    answers: int
    source: Path
    output: Path
    mask: Path | None
    box: Box | None
    options: dict[str, Any]


def read_jobs(path: Path, answers: int = 1) -> list[Job]:
    """Read a file of JSON lines.

    Parameters
    ----------
    path : Path
    answers : int
        How many a job asks for that does not say so.

    Raises
    ------
    BadInput
        If it cannot be read; or naming every line that is no job.
    """
    try:
        # str.splitlines would split at characters that JSON allows in its texts.
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, ValueError):
        raise BadInput(f"{path} cannot be read.", "Give a text file of JSON lines.") from None
    jobs: list[Job] = []
    troubles: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            jobs.append(_job(number, line, answers))
        except BadInput as error:
            troubles.append(f"line {number}: {error.message}")
    troubles += _collisions(jobs)
    if troubles:
        more = len(troubles) - _MOST_TOLD
        told = [*troubles[:_MOST_TOLD], *([f"and {more} more"] if more > 0 else [])]
        raise BadInput(f"{path.name} cannot be used: {' '.join(told)}", _HINT)
    return jobs


def _job(number: int, line: str, answers: int) -> Job:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        raise BadInput("This is no JSON.") from None
    if not isinstance(told, dict):
        raise BadInput("This is no JSON object.")
    source, output = _path(told, "source"), _path(told, "output")
    if source is None or output is None:
        raise BadInput(f"There is no {'source' if source is None else 'output'}.")
    if output.suffix.lower() not in OUTPUT_SUFFIXES:
        name = reprlib.repr(output.name)[1:-1]
        raise BadInput(f"{name} does not end in a format that can be written.")
    mask, box = _path(told, "mask"), told.pop("box", None)
    if mask is not None and box is not None:
        raise BadInput("Both a mask and a box are given.")
    request_from(told)
    area = None if box is None else box_from(box)
    return Job(number, told.get("n") or answers, source, output, mask, area, told)


def _path(told: dict[str, Any], name: str) -> Path | None:
    value = told.pop(name, None)
    if value is None:
        return None
    if not isinstance(value, str) or not value or "\0" in value or not _is_name(value):
        raise BadInput(f"The {name} cannot be {reprlib.repr(value)}.")
    return Path(value)


def _is_name(text: str) -> bool:
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return False
    return True


def _collisions(jobs: list[Job]) -> list[str]:
    """Say which jobs would write over what others write, or ask for the very same."""
    told: list[str] = []
    outputs: dict[str, int] = {}
    asked: dict[str, int] = {}
    for job in jobs:
        edit = json.dumps([str(job.source), str(job.mask), job.box, job.options], sort_keys=True)
        other = asked.setdefault(edit, job.line)
        if other != job.line:
            told.append(f"line {job.line}: It asks for the same edit as line {other}.")
        for path in dict.fromkeys([job.output, *output_paths(job.output, job.answers)]):
            output = os.path.realpath(path)
            if output == os.path.realpath(job.source):
                told.append(f"line {job.line}: The output would replace the source.")
            other = outputs.setdefault(output, job.line)
            if other != job.line:
                told.append(f"line {job.line}: It writes the same file as line {other}.")
                break
    return told
