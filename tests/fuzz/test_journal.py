"""Entries of the journal as kills, full disks and strangers leave them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamfill.edits.refit import refit
from seamfill.fit import FitOptions
from seamfill.journal.journal import Journal, read_summary
from seamfill.journal.pruning import prune
from seamfill.journal.records import mark
from seamfill.transport.recovery import held
from tests.fuzz import clean, fuzz
from tests.wire.faults import B64, PICTURE

NAME = "20260101-120000-0123abcd"
HEAD = b"HTTP/1.1 200\r\ncontent-type: application/json\r\n\r\n"
REPLY = HEAD + json.dumps({"data": [{"b64_json": B64}, {"b64_json": B64}]}).encode()
SOUND = {
    "lock": mark(NAME),
    "entry.json": json.dumps(
        {"fingerprint": "0123abcd" * 8, "source_size": [64, 48], "request": {"prompt": "é"},
         "uploads": [{"region": [0, 0, 64, 48], "size": [64, 48]}], "model": "m", "origin": "a"}
    ).encode(),
    "request-1.http": b"POST http://127.0.0.1:9/v1/images/edits HTTP/1.1\r\n\r\nbody",
    "reply-1.1.http": REPLY,
    "reply-1.1.json": json.dumps({"answers": 2, "bytes": len(REPLY)}).encode(),
    "answer-1-1.png": PICTURE,
    "region-1.png": PICTURE,
    "selection-1.png": PICTURE,
    "used-1-1": b"",
    "outcome.json": json.dumps(
        {"outcome": "delivered", "patches": [[[1, 1]], [[1, 2]]], "outputs": ["é.png"]}
    ).encode(),
}  # fmt: skip
"""An entry as the journal writes it."""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["outcome", "patches", "outputs", "answers", "bytes", "uploads", "region",
                         "size", "request", "prompt", "source_size", "fingerprint", "origin",
                         "may_be_billed", "error"]) | st.text(max_size=5),
        inner, max_size=5),
    max_leaves=12,
)  # fmt: skip
FILES = st.sampled_from([*SOUND, "answer-1-2.jpg", "answer-999999-1.png", "reply-2.1.http",
                         "reply-1.2.http", "request-2.http", "used-7-7", "answer-0-0.png",
                         "odd", ".part"])  # fmt: skip
CONTENTS = (
    st.none()  # it is missing
    | st.just("folder")
    | st.just("link")
    | st.binary(max_size=60)
    | JSON.map(lambda value: json.dumps(value).encode())
    | JSON.map(lambda value: HEAD + json.dumps({"data": value}).encode())
    | st.integers(0, 300).map(lambda cut: -cut)  # cut off
)


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Journal:
    return Journal(tmp_path_factory.mktemp("journal"))


def lay(path: Path, damage: dict[str, Any]) -> None:
    """Write a sound entry and do it the damage."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    for name, sound in SOUND.items():
        (path / name).write_bytes(sound)
    for name, what in damage.items():
        file = path / name
        file.unlink(missing_ok=True)
        if what == "folder":
            file.mkdir()
        elif what == "link":
            file.symlink_to("/etc/hostname")
        elif isinstance(what, int):
            file.write_bytes(SOUND.get(name, REPLY)[:-what])
        elif what is not None:
            file.write_bytes(what)


@fuzz(cost=2)
@given(st.dictionaries(FILES, CONTENTS, max_size=5))
def test_any_damage_to_an_entry_hides_neither_it_nor_the_others(
    journal: Journal, damage: dict[str, Any]
) -> None:
    fine, path = journal.directory / "20260101-120001-00000000", journal.directory / NAME
    lay(fine, {"used-1-1": None, "lock": mark(fine.name)})
    lay(path, damage)
    clean(lambda: list(journal.records()))
    recoverable = clean(journal.recoverable)
    assert isinstance(recoverable, list)
    assert fine in [record.path for record in recoverable]
    clean(lambda: journal.find("0123abcd" * 8))
    answers = clean(lambda: list(held(path)))
    # An answer that lies there whole is brought back, whatever has become of the rest.
    if not set(damage) & {"answer-1-1.png", "reply-1.1.http", "reply-1.2.http"}:
        assert isinstance(answers, list)
        assert PICTURE in [answer.data for answer in answers]
    clean(lambda: read_summary(path))
    clean(lambda: refit(path, FitOptions()))
    clean(lambda: prune(journal.directory, 0, 0))
    assert fine.is_dir()
    assert len(list(held(fine))) == 2
    assert Path("/etc/hostname").exists()
