"""``seamfill batch``: a file of jobs, each one edit."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seamfill.cli.edit import edited_object, request_options
from seamfill.cli.output import error_object, print_json
from seamfill.client import Client
from seamfill.errors import BadInput, SeamfillError
from seamfill.options import parse_box
from seamfill.reading import read_source
from seamfill.writing import check_output, output_paths

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

__all__ = ["run_batch"]


def run_batch(options: argparse.Namespace) -> int:
    """Edit many pictures; the exit code is that of the first job that failed, or 0."""
    if options.parallel < 1:
        raise BadInput("At least one edit has to run at a time.", "Give --parallel 1 or more.")
    client = Client(**request_options(options))
    code = 0
    with ThreadPoolExecutor(options.parallel) as pool:
        for outcome, exit_code in pool.map(lambda job: _outcome(client, job), _jobs(options.jobs)):
            print_json(outcome)
            code = code or exit_code
    return code


def _jobs(path: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise BadInput(f"{path} cannot be read.", "Give a text file of JSON lines.") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            job = json.loads(line)
        except ValueError:
            job = None
        if not isinstance(job, dict) or not {"source", "output"} <= job.keys():
            raise BadInput(
                f"Line {number} of {path.name} is not a job.",
                'Write each job as {"source": …, "output": …, …} on a line of its own.',
            )
        yield job


def _outcome(client: Client, job: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Do one job; its failure must not end the batch."""
    told = {"source": job["source"]}
    try:
        return told | _run_job(client, dict(job)), 0
    except SeamfillError as error:
        return told | error_object(error), error.exit_code


def _run_job(client: Client, job: dict[str, Any]) -> dict[str, Any]:
    source, output = job.pop("source"), Path(job.pop("output"))
    mask, box = job.pop("mask", None), job.pop("box", None)
    paths = output_paths(output, job.get("n") or 1)
    if all(path.exists() for path in paths):
        return {"outputs": [str(path) for path in paths], "skipped": True}
    if isinstance(box, str):
        box = parse_box(box)
    picture = read_source(Path(source))
    check_output(output, picture, job.get("n") or 1)
    edited = client.edit(picture, mask=mask, box=box, **job)
    return edited_object(edited, edited.save(output))
