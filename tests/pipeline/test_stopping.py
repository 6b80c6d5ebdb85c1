"""Signals, closed pipes and terminals that can show little: none of them costs an answer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from seamfill.cli import main
from seamfill.journal.journal import Journal
from tests.endpoints import Watch, endpoint, repainted

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")

PROMPT = "“é” — 日本 🎈 שלום"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "“é” 日本.png"
    Image.linear_gradient("L").resize((96, 96)).convert("RGB").save(path)
    return path


def edit(photo: Path, url: str, *options: str) -> list[str]:
    where = ["--box", "20,20,40,40", "--base-url", url, "-o", str(photo.with_name("out 日本.png"))]
    return ["edit", str(photo), "--prompt", PROMPT, *where, *options]


def started(arguments: list[str], **options: object) -> subprocess.Popen[str]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
    command = [sys.executable, "-m", "seamfill", *arguments]
    process: subprocess.Popen[str] = subprocess.Popen(command, **pipes)  # type: ignore[call-overload]
    return process


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        image.load()
        return image.size


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_edit_that_is_told_to_end_still_receives_what_may_be_billed(
    photo: Path, own_home: Path, number: signal.Signals
) -> None:
    watch = Watch(hold=threading.Event())
    assert watch.hold is not None
    with endpoint(repainted, watch) as server:
        process = started(edit(photo, server.base_url, "--json"))
        assert watch.arrived.wait(60)
        process.send_signal(number)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        watch.hold.set()
        stdout, stderr = process.communicate(timeout=60)
        told = json.loads(stdout)["error"]
        assert (process.returncode, told["code"]) == (130, "cancelled")
        assert "in the journal" in told["hint"]
        assert "Traceback" not in stderr
        (record,) = Journal(own_home / "journal").recoverable()
        assert record.state == "answered"
        # The same edit, started again, takes the answer up.
        assert main(edit(photo, server.base_url)) == 0
    assert len(watch.forms) == 1
    assert size_of(photo.with_name("out 日本.png")) == (96, 96)


def test_a_second_signal_waits_for_nothing(photo: Path) -> None:
    watch = Watch(hold=threading.Event())
    assert watch.hold is not None
    with endpoint(watch=watch) as server:
        process = started(edit(photo, server.base_url, "--json"))
        assert watch.arrived.wait(60)
        process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.send_signal(signal.SIGTERM)
        stdout, _stderr = process.communicate(timeout=20)
        watch.hold.set()
    assert process.returncode == 130
    assert "may be billed" in json.loads(stdout)["error"]["hint"]


def test_nohup_is_heeded(photo: Path) -> None:
    watch = Watch(hold=threading.Event())
    assert watch.hold is not None

    def ignore() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    with endpoint(watch=watch) as server:
        process = started(edit(photo, server.base_url), preexec_fn=ignore)
        assert watch.arrived.wait(60)
        process.send_signal(signal.SIGHUP)
        watch.hold.set()
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert photo.with_name("out 日本.png").exists()


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_readers_that_are_gone_cost_no_output(photo: Path, options: list[str]) -> None:
    """As in ``seamfill edit … 2>&1 | head -1``, with a pipe that nobody reads from the start."""
    watch = Watch()
    read, write = os.pipe()
    os.close(read)
    with endpoint(watch=watch) as server:
        process = started(edit(photo, server.base_url, *options), stdout=write, stderr=write)
        os.close(write)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert size_of(photo.with_name("out 日本.png")) == (96, 96)


def test_a_terminal_that_shows_ascii_alone_ends_nothing(photo: Path, tmp_path: Path) -> None:
    jobs = tmp_path / "jobs.jsonl"
    job = {"source": str(photo), "output": str(tmp_path / "é.png"), "prompt": PROMPT}
    job |= {"box": "9,9,30,30"}
    jobs.write_text(json.dumps(job))
    (tmp_path / "bad.jsonl").write_text(json.dumps({**job, "“é”": 1}))
    with endpoint(repainted) as server:
        url = server.base_url
        commands = [
            (edit(photo, url, "--dry-run"), 0),
            (edit(photo, url, "--dry-run", "--json"), 0),
            (edit(photo, url), 0),
            (["batch", str(jobs), "--base-url", url], 0),
            (["batch", str(tmp_path / "bad.jsonl"), "--base-url", url], 2),
            (["recover"], 0),
            (["models"], 0),
            (["models", "--base-url", url], 0),
            (["doctor"], 0),
            *[([command, "--help"], 0) for command in ("edit", "batch", "models", "recover")],
        ]
        environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
        for arguments, code in commands:
            process = started(arguments, env=environment)
            stdout, stderr = process.communicate(timeout=60)
            assert process.returncode == code, (arguments, stderr)
            assert "Traceback" not in stderr
            assert (stdout + stderr).isascii()


@pytest.mark.parametrize(
    "option",
    ["--n=1000000000", "--timeout=inf", "--timeout=nan", "--timeout=1e10", "--retries=1000000",
     "--partial-images=4", "--grow=-1", "--edge=inf", "--output-compression=101"],
)  # fmt: skip
def test_what_nobody_can_mean_is_refused_at_once(
    photo: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    watch = Watch()
    with endpoint(watch=watch) as server:
        for more in ([], ["--dry-run"]):
            assert main(edit(photo, server.base_url, "--json", option, *more)) == 2
            error = json.loads(capsys.readouterr().out)["error"]
            name, _, _value = option.lstrip("-").partition("=")
            assert error["message"].startswith(f"{name.replace('-', '_')} is ")
            assert "it has to be" in error["message"]
    assert not watch.forms
