"""Lines of a batch, as people and their scripts write them."""

from __future__ import annotations

import dataclasses
import json
import os
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from seamfill.api import EditRequest
from seamfill.cli.jobs import read_jobs
from seamfill.errors import BadInput, SeamfillError
from seamfill.options.reading import request_from
from tests.fuzz import clean, fuzz

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [
    "source",
    "output",
    "mask",
    "box",
    *(item.name for item in dataclasses.fields(EditRequest)),
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    | st.sampled_from(["a.png", "out.png", "1,2,3,4", "auto", "x\0y", "\ud800", 10**400, 1e308]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
JOBS = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=8), VALUES, max_size=8).map(
    lambda more: {"source": "a.png", "output": "out.png"} | more
)


def looked_through(file: Path, data: bytes) -> Any:
    file.write_bytes(data)
    jobs = read_jobs(file)
    for job in jobs:
        for path in (job.source, job.output):
            os.fsencode(path)
            assert "\0" not in str(path)
        request_from(job.options)
    return jobs


@fuzz("batch")
@given(st.binary(max_size=500))
def test_any_file_is_a_batch_or_refused(tmp_path_factory: Any, data: bytes) -> None:
    clean(lambda: looked_through(tmp_path_factory.getbasetemp() / "jobs.jsonl", data))


@fuzz(cost=2)
@given(st.lists(JOBS | VALUES, min_size=1, max_size=4))
def test_any_objects_are_jobs_or_named_by_their_line(
    tmp_path_factory: Any, objects: list[Any]
) -> None:
    text = "\n".join(json.dumps(each) for each in objects)
    path = tmp_path_factory.getbasetemp() / "jobs.jsonl"
    told = clean(lambda: looked_through(path, text.encode()))
    if isinstance(told, SeamfillError):
        assert isinstance(told, BadInput)
        assert "line " in told.message
    else:
        assert len(told) == len(objects)


@fuzz()
@given(st.dictionaries(st.sampled_from(NAMES[4:]), VALUES, max_size=4))
def test_any_options_make_a_request_or_are_refused(options: dict[str, Any]) -> None:
    clean(lambda: request_from(options))
