"""The journal: nothing that was paid for is lost, whatever dies and whenever."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
import threading
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from seamfill import transport
from seamfill.errors import BadInput
from seamfill.journal.journal import Journal
from seamfill.journal.pruning import prune
from tests.wire import faults
from tests.wire.faults import PICTURE
from tests.wire.harness import KEY, Wire
from tests.wire.pictures import encoded, mask_file, upload

if TYPE_CHECKING:
    from pathlib import Path

    from seamfill.offline.form import Form
    from seamfill.offline.server import Handler

SENDER = """
import sys
from dataclasses import replace
from pathlib import Path
from seamfill import api, transport
from seamfill.endpoints.resolve import resolve
from seamfill.geometry import Size
from seamfill.journal.journal import Journal
from seamfill.api import EditRequest, Upload
journal, base_url, image, stream = sys.argv[1:]
data = Path(image).read_bytes()
edit = EditRequest(prompt="x", base_url=base_url, model="gpt-image-2", n=2, stream=stream == "1")
target = resolve(edit)
entry = Journal(Path(journal)).begin({"prompt": "x"})
upload = Upload(data, Path(image + ".mask").read_bytes(), Size(64, 48))
wire = api.build(edit, target, upload, 2)
print("ready", flush=True)
transport.send(wire, target, entry)
print("answered", flush=True)
sys.stdin.read()
"""


def start_sender(wire: Wire, tmp_path: Path, stream: bool = False) -> subprocess.Popen[str]:
    picture = tmp_path / "picture.png"
    picture.write_bytes(PICTURE)
    picture.with_suffix(".png.mask").write_bytes(mask_file())
    return subprocess.Popen(
        [sys.executable, "-c", SENDER, str(wire.journal.directory), wire.server.base_url,
         str(picture), str(int(stream))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "OPENAI_API_KEY": KEY},
    )  # fmt: skip


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=10)


def test_an_edit_that_succeeds_leaves_request_reply_and_answers(wire: Wire) -> None:
    outcome = wire.edit(n=2)
    names = {path.name for path in outcome.entry.path.iterdir()}
    assert names == {"lock", "entry.json", "outcome.json", "request-1.http", "reply-1.1.http",
                     "reply-1.1.json", "answer-1-1.png", "answer-1-2.png", "used-1-1",
                     "used-1-2"}  # fmt: skip
    request = (outcome.entry.path / "request-1.http").read_bytes()
    assert request.startswith(f"POST {wire.server.base_url}/images/edits HTTP/1.1\r\n".encode())
    assert b"authorization" not in request.lower()
    assert outcome.record.state == "used"
    assert wire.journal.recoverable() == []


def test_only_the_user_can_read_it(wire: Wire) -> None:
    wire.journal.directory.mkdir(mode=0o755)
    outcome = wire.edit()
    for path in (wire.journal.directory, outcome.entry.path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    for path in outcome.entry.path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_request_is_on_disk_before_it_is_sent(wire: Wire) -> None:
    there: list[bool] = []

    def look(handler: Handler, form: Form | None) -> bool:
        there.append(any(wire.journal.directory.glob("*/request-1.http")))
        return False

    wire.script.behaviours = [look]
    wire.edit()
    assert there
    assert all(there)


def test_a_process_killed_while_it_waits_leaves_word_that_it_sent(
    wire: Wire, tmp_path: Path
) -> None:
    wire.script.behaviours = [faults.stalls(seconds=10)]
    process = start_sender(wire, tmp_path)
    wait_for(lambda: wire.script.forms)
    kill(process)
    (record,) = wire.journal.recoverable()
    assert record.state == "sent"
    assert transport.restore(record.path) == ()


@pytest.mark.parametrize("stream", [False, True])
def test_a_process_killed_in_the_middle_of_a_reply_loses_no_whole_answer(
    wire: Wire, tmp_path: Path, stream: bool
) -> None:
    if stream:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
        body = faults.partial() + faults.completed() + faults.completed()[:100]
    else:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"
        body = json.dumps(faults.answer(faults.B64, faults.B64)).encode()[:-60]
    wire.script.behaviours = [faults.stalls(head + body, seconds=10)]
    process = start_sender(wire, tmp_path, stream)
    tail = body[-50:]
    wait_for(lambda: any(tail in p.read_bytes() for p in wire.journal.directory.glob("*/reply-*")))
    kill(process)
    (record,) = wire.journal.recoverable()
    assert record.state == "answered"
    (answer,) = transport.restore(record.path)
    assert answer.read_bytes() == PICTURE


def test_a_process_killed_before_it_used_its_answers_loses_none(wire: Wire, tmp_path: Path) -> None:
    process = start_sender(wire, tmp_path)
    assert process.stdout is not None
    assert [process.stdout.readline(), process.stdout.readline()] == ["ready\n", "answered\n"]
    kill(process)
    (record,) = wire.journal.recoverable()
    assert record.state == "answered"
    assert len(transport.restore(record.path)) == 2


def test_a_process_killed_at_any_moment_pays_once_and_loses_nothing(
    wire: Wire, tmp_path: Path
) -> None:
    for number in range(8):
        process = start_sender(wire, tmp_path, stream=bool(number % 2))
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.03 * number)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=10)
    records = list(wire.journal.records())
    assert len(records) == 8
    for record in records:
        requests = [path for path in record.path.iterdir() if path.name == "request-1.http"]
        assert record.state in {"begun", "sent", "answered"}
        assert bool(requests) == (record.state != "begun")
        if record.state == "answered":
            assert transport.restore(record.path)
    assert wire.script.edits <= 8


def wait_for(happened: object, seconds: float = 10) -> None:
    assert callable(happened)
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_an_answer_at_an_address_is_fetched_once_more(wire: Wire, tmp_path: Path) -> None:
    wire.script.on_fetch = lambda handler: handler.send_json(404, {})
    outcome = wire.edit(upload=upload(256, 256), model="dall-e-2", response_format="url")
    assert "kept in the journal" in str(outcome.error)
    assert outcome.record.state == "answered"
    wire.script.on_fetch = None
    (answer,) = transport.restore(outcome.entry.path)
    assert answer.read_bytes().startswith(b"\x89PNG")
    wire.script.on_fetch = lambda handler: handler.send_json(404, {})
    assert transport.restore(outcome.entry.path) == (answer,)


def test_a_full_disk_is_noticed_before_anything_is_sent(wire: Wire) -> None:
    with pytest.raises(BadInput, match=r"is full, so nothing was sent\. Make room"):
        wire.journal.begin({}, need=1 << 60)


def test_a_journal_that_cannot_be_written_is_noticed_before_anything_is_sent(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadInput, match=r"cannot be written .*so nothing was sent"):
        Journal(tmp_path / "file").begin({})


LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
"""


@pytest.mark.parametrize("limit", [400, 2000])
def test_a_disk_that_fills_up_later_costs_no_answer(wire: Wire, tmp_path: Path, limit: int) -> None:
    """A limit on file sizes stands for the disk: first the request, then the reply is too much."""
    picture = tmp_path / "picture.png"
    picture.write_bytes(PICTURE)
    picture.with_suffix(".png.mask").write_bytes(mask_file())
    sender = SENDER.replace("transport.send(wire, target, entry)",
                            "print(len(transport.send(wire, target, entry).images))")  # fmt: skip
    noise = np.random.default_rng(1).integers(0, 256, (48, 48, 3), np.uint8)
    wire.script.behaviours = [faults.sends(200, faults.answer(*[faults.b64(encoded(noise))] * 2))]
    process = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(LIMITED) + sender, str(limit),
         str(wire.journal.directory), wire.server.base_url, str(picture), "0"],
        input="", capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "OPENAI_API_KEY": KEY},
    )  # fmt: skip
    if limit == 400:
        assert "nothing was sent" in process.stderr
        assert wire.script.edits == 0
    else:
        assert process.stdout.split() == ["ready", "2", "answered"], process.stderr


def prune_often(journal: Journal) -> None:
    for _ in range(50):
        prune(journal.directory, 0, 0)


def test_two_processes_share_one_journal(wire: Wire, tmp_path: Path) -> None:
    processes = [start_sender(wire, tmp_path, stream=bool(number % 2)) for number in range(4)]
    pruner = threading.Thread(target=prune_often, args=(wire.journal,))
    pruner.start()
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    pruner.join()
    assert outputs == ["ready\nanswered\n"] * 4
    records = wire.journal.recoverable()
    assert len(records) == 4
    assert all(len(record.answers) == 2 for record in records)


def forget_that_it_was_used(entry: Path) -> None:
    for mark in (*entry.glob("used-*"), entry / "outcome.json"):
        mark.unlink()


def test_limits_delete_what_was_used_and_nothing_else(wire: Wire) -> None:
    used = wire.edit()
    wire.script.behaviours = [faults.says(400, "no")]
    refused = wire.edit()
    wire.script.behaviours = []
    unused = wire.edit()
    forget_that_it_was_used(unused.entry.path)
    wire.script.behaviours = [faults.stalls()]
    unanswered = wire.edit(timeout=0.2)
    prune(wire.journal.directory)
    assert len(list(wire.journal.records())) == 4
    prune(wire.journal.directory, max_age=0, max_bytes=0)
    left = {record.path for record in wire.journal.records()}
    assert left == {unused.entry.path, unanswered.entry.path}
    assert not {used.entry.path, refused.entry.path} & left


def test_limits_are_kept_now_and_then(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prune, "__defaults__", (0.0, 0))
    first, second = wire.edit(), wire.edit()
    assert not first.entry.path.exists()
    assert second.entry.path.exists()


def test_what_is_no_entry_is_left_alone(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    assert list(journal.records()) == []
    journal.begin({})
    (journal.directory / "notes.txt").write_text("mine")
    (journal.directory / "folder").mkdir()
    assert len(list(journal.records())) == 1
    prune(journal.directory, 0, 0)
    assert (journal.directory / "notes.txt").exists()
