"""The journal under damage, clocks, other processes and odd modes: what it may touch."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from seamfill import transport
from seamfill.errors import AnswerUnusable, BadInput
from seamfill.journal.entry import Entry
from seamfill.journal.journal import Journal
from seamfill.journal.pruning import prune
from seamfill.transport.recovery import held
from tests.wire import faults
from tests.wire.faults import B64, PICTURE, sends

if TYPE_CHECKING:
    from pathlib import Path

    from tests.wire.harness import Outcome, Wire


def unused(wire: Wire, n: int = 1) -> Outcome:
    """An edit whose answers came and were never used, as if its process had died."""
    outcome = wire.edit(n=n)
    for mark in (*outcome.entry.path.glob("used-*"), outcome.entry.path / "outcome.json"):
        mark.unlink()
    return outcome


@pytest.mark.parametrize(
    "content", [None, b"", b"[]", b"7", b'{"request": 7}', b"\xff", b"[" * 9999]
)
@pytest.mark.parametrize("name", ["entry.json", "outcome.json", "reply-1.1.json"])
def test_a_damaged_description_hides_no_answer(
    wire: Wire, name: str, content: bytes | None
) -> None:
    damaged, fine = unused(wire), unused(wire)
    path = damaged.entry.path / name
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_bytes(content)
    states = {record.path: record.state for record in wire.journal.records()}
    assert states == {damaged.entry.path: "answered", fine.entry.path: "answered"}
    (answer,) = transport.restore(damaged.entry.path)
    assert answer.read_bytes().startswith(b"\x89PNG")


def test_an_empty_request_beside_an_address_is_told_and_not_a_crash(wire: Wire) -> None:
    reply = {"data": [{"url": "http://127.0.0.1:9/a.png"}]}
    wire.script.behaviours = [sends(200, reply)]
    outcome = wire.edit()
    (outcome.entry.path / "request-1.http").write_bytes(b"")
    with pytest.raises(AnswerUnusable):
        transport.restore(outcome.entry.path)


def test_a_reply_cut_off_in_an_address_is_not_called_answered(wire: Wire) -> None:
    begun = b'{"created": 1, "data": [{"url": "https://x.example/a.pn'
    wire.script.behaviours = [faults.cut(begun, 500)]
    outcome = wire.edit()
    assert begun in outcome.kept
    assert outcome.record.state == "sent"
    assert transport.restore(outcome.entry.path) == ()


def test_used_holds_for_the_answers_that_were_there(wire: Wire) -> None:
    outcome = unused(wire, n=2)
    entry = Entry(outcome.entry.path)
    entry.use([(1, 1)])
    assert outcome.record.unused == ((1, 2),)
    entry.use([(1, 2)])
    assert wire.journal.recoverable() == []
    # What arrives later is not hidden by what was said before.
    entry.write("answer-2-1.png", PICTURE)
    assert outcome.record.state == "answered"
    prune(wire.journal.directory, 0, 0)
    assert outcome.entry.path.exists()


def test_a_copy_of_the_journal_is_neither_changed_nor_pruned(wire: Wire, tmp_path: Path) -> None:
    outcome = wire.edit()
    backup = tmp_path / "backup"
    shutil.copytree(wire.journal.directory, backup)
    before = sorted(backup.rglob("*"))
    assert wire.journal.entry(backup / outcome.entry.path.name) is None
    assert len(list(held(backup / outcome.entry.path.name))) == 1
    assert sorted(backup.rglob("*")) == before


def test_what_only_looks_like_an_entry_is_left_alone(wire: Wire, tmp_path: Path) -> None:
    wire.edit()
    stranger = wire.journal.directory / "20200101-000000-deadbeef"
    stranger.mkdir()
    (stranger / "entry.json").write_text("{}")
    (stranger / "outcome.json").write_text('{"outcome": "used"}')
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "entry.json").write_text("{}")
    (elsewhere / "lock").write_text("An entry of Seamfill's journal: 20200101-000000-00000000\n")
    (wire.journal.directory / "20200101-000000-00000000").symlink_to(elsewhere)
    Entry(stranger).finish("failed")
    Entry(wire.journal.directory / "20200101-000000-00000000").use([(1, 1)])
    prune(wire.journal.directory, 0, 0)
    assert (stranger / "outcome.json").read_text() == '{"outcome": "used"}'
    assert {path.name for path in elsewhere.iterdir()} == {"entry.json", "lock"}


def test_a_running_edit_is_protected_by_its_lock_whatever_the_clock_says(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that was wrong by 400 days is put right while the edit waits for its answer."""
    there: list[bool] = []
    clock = time.time

    def prune_meanwhile(handler: object, form: object) -> bool:
        if form is not None:
            (running,) = wire.journal.records()
            assert running.running
            monkeypatch.setattr(
                "seamfill.journal.journal.time.time", lambda: clock() + 400 * 24 * 3600
            )
            prune(wire.journal.directory)
            there.append(running.path.exists())
        return False

    wire.script.behaviours = [prune_meanwhile]
    outcome = wire.edit()
    assert outcome.error is None
    assert there == [True]
    prune(wire.journal.directory)
    assert not outcome.entry.path.exists()  # it was used, and is old now


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o777])
def test_modes_do_not_depend_on_the_umask(tmp_path: Path, mask: int) -> None:
    code = (
        "import os, sys; from pathlib import Path; from seamfill.journal.journal import Journal\n"
        f"os.umask({mask})\n"
        "entry = Journal(Path(sys.argv[1]) / 'a' / 'journal').begin({})\n"
        "entry.write('answer-1-1.png', b'x'); entry.finish('used')\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, timeout=60)
    for path in (tmp_path / "a").rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700


def test_free_space_is_claimed_for_all_running_edits_together(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.directory.mkdir()
    most = shutil.disk_usage(journal.directory).free * 6 // 10
    first = journal.begin({}, need=most)
    with pytest.raises(BadInput, match="is full, so nothing was sent"):
        journal.begin({}, need=most)
    first.release()
    journal.begin({}, need=most).release()


def test_what_a_process_claimed_that_died_is_free_again(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.directory.mkdir()
    most = shutil.disk_usage(journal.directory).free * 6 // 10
    code = (
        "import os, sys; from pathlib import Path; from seamfill.journal.journal import Journal\n"
        f"entry = Journal(Path(sys.argv[1])).begin({{}}, need={most})\nos._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(journal.directory)], check=False, timeout=60)
    assert len(list(journal.records())) == 1
    journal.begin({}, need=most).release()


def test_edits_that_begin_at_once_do_not_stand_in_each_others_way(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    entries: list[Entry] = []
    summary = {"fingerprint": "0123456789abcdef"}  # the same edit, in the same second
    threads = [
        threading.Thread(target=lambda: entries.append(journal.begin(summary, need=1)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({entry.path for entry in entries}) == 8
    assert len(journal.find("0123456789abcdef")) == 8
    for entry in entries:
        entry.release()


def test_a_deletion_that_was_interrupted_is_completed(wire: Wire) -> None:
    left = wire.journal.directory / ".deleted-20200101-000000-deadbeef"
    wire.edit()
    left.mkdir()
    (left / "answer-1-1.png").write_bytes(PICTURE)
    assert all(record.path != left for record in wire.journal.records())
    prune(wire.journal.directory)
    assert not left.exists()


def test_a_reply_is_read_once_to_count_its_answers_and_never_again(wire: Wire) -> None:
    outcome = unused(wire)
    reply = outcome.entry.path / "reply-1.1.http"
    (outcome.entry.path / "reply-1.1.json").unlink()
    (outcome.entry.path / "answer-1-1.png").unlink()
    assert outcome.record.known == ((1, 1),)
    reply.chmod(0)
    size = reply.stat().st_size
    reply.write_bytes(b"x" * size)  # what it says now does not matter
    assert outcome.record.known == ((1, 1),)
    assert json.loads((outcome.entry.path / "reply-1.1.json").read_text())["answers"] == 1


def test_a_reply_of_many_tiny_parts_does_not_hold_up_the_edits_after_it(wire: Wire) -> None:
    tiny = b'{"data": [' + b",".join([b'{"b64_json": "aGk="}'] * 100_000) + b"]}"
    outcome = wire.edit()
    (outcome.entry.path / "reply-1.2.http").write_bytes(b"HTTP/1.1 200\r\n\r\n" + tiny)
    prune(wire.journal.directory)
    before = time.process_time()
    prune(wire.journal.directory)
    list(wire.journal.records())
    assert time.process_time() - before < 1


def test_an_answer_whose_file_is_missing_is_taken_out_of_its_reply_again(wire: Wire) -> None:
    outcome = unused(wire, n=2)
    (outcome.entry.path / "answer-1-2.png").unlink()
    assert [answer.path is None for answer in held(outcome.entry.path)] == [False, True]
    assert len(transport.restore(outcome.entry.path)) == 2


def test_an_entry_name_that_is_no_date_is_listed_all_the_same(wire: Wire) -> None:
    outcome = unused(wire)
    odd = outcome.entry.path.with_name("99999999-999999-deadbeef")
    outcome.entry.path.rename(odd)
    (record,) = wire.journal.recoverable()
    assert record.path == odd


def test_of_two_replies_to_one_request_that_with_the_answer_counts(wire: Wire) -> None:
    wire.script.behaviours = [faults.says(429, "slow", {"retry-after-ms": "1"}), faults.fine]
    outcome = wire.edit()
    assert outcome.record.known == ((1, 1),)
    assert (outcome.entry.path / "reply-1.2.http").exists()
    assert json.loads((outcome.entry.path / "reply-1.1.json").read_text())["answers"] == 0


def test_answers_that_the_disk_refused_are_not_called_kept(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(28, os.strerror(28))

    def fill_disk(handler: object, form: object) -> bool:
        if form is not None:
            monkeypatch.setattr("seamfill.journal.storage._write", full)
        return False

    wire.script.behaviours = [fill_disk]
    outcome = wire.edit(n=2)
    assert outcome.reply is not None
    assert len(outcome.reply.images) == 2
    assert not outcome.entry.keeps_answers()
    assert any("could not keep the answer" in problem for problem in outcome.reply.problems)
    monkeypatch.undo()
    wire.script.behaviours = [sends(200, faults.answer(B64))]
    assert wire.edit().entry.keeps_answers()
