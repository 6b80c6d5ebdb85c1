"""``seamfill batch``: what is wrong costs nothing, what was paid is not paid again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from seamfill.cli import main
from seamfill.journal.journal import Journal
from seamfill.offline.server import serve
from tests.endpoints import Watch, endpoint, repainted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from seamfill.offline.form import Form
    from seamfill.offline.server import Handler

Run = tuple[int, list[dict[str, Any]], str]


@pytest.fixture
def batch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """Run a batch: exit code, objects on stdout, stderr."""
    photo = np.random.default_rng(7).integers(0, 256, (96, 96, 3), np.uint8)
    for name in ("é.png", "日本.png", "c.png"):
        Image.fromarray(photo).save(tmp_path / name)

    def run(jobs: list[Any], *options: object) -> Run:
        lines = [job if isinstance(job, str) else json.dumps(job) for job in jobs]
        (tmp_path / "jobs.jsonl").write_text("\n".join(lines), "utf-8")
        capsys.readouterr()
        code = main(["batch", str(tmp_path / "jobs.jsonl"), *map(str, options)])
        said = capsys.readouterr()
        return code, [json.loads(line) for line in said.out.splitlines()], said.err

    return run


def job(folder: Path, source: str = "é.png", output: str = "out.png", **more: Any) -> Any:
    paths = {"source": str(folder / source), "output": str(folder / output)}
    return paths | {"prompt": "a red door", "box": [20, 20, 40, 40]} | more


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"n": "2"}, "“n” cannot be '2'"),
        ({"n": 10**9}, "n is 1000000000"),
        ({"timeout": float("inf")}, "timeout is inf"),
        ({"timeout": float("nan")}, "timeout is nan"),
        ({"timeout": 1e10}, "timeout is"),
        ({"retries": 10**6}, "retries is"),
        ({"partial_images": 7}, "partial_images is 7"),
        ({"edge": float("nan")}, "edge is nan"),
        ({"box": [1, 2]}, "box cannot be [1, 2]"),
        ({"box": 7}, "box cannot be 7"),
        ({"box": [0, 0, 10**30, 1]}, "beyond every picture"),
        ({"output": 7}, "output cannot be 7"),
        ({"output": "out.gif"}, "out.gif does not end in a format"),
        ({"source": ["a"]}, "source cannot be ['a']"),
        ({"mask": False}, "mask cannot be False"),
        ({"references": [7]}, "“references” cannot be [7]"),
        ({"prompt": "\ud800"}, "“prompt” cannot be"),
        ({"edge": 10**400}, "“edge” cannot be"),
        ({"output": "a\nb.gif"}, r"a\nb.gif does not end in a format"),
        ({"promt": "x"}, "no option “promt”"),
        ({"mask": "m.png"}, "Both a mask and a box"),
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("7" * 5000, "no JSON"),
        ("[]", "no JSON object"),
        ('{"source": "a.png"}', "no output"),
    ],
)
def test_a_bad_line_is_told_before_anything_is_sent(
    batch: Callable[..., Run], tmp_path: Path, bad: Any, says: str
) -> None:
    watch = Watch()
    line = bad if isinstance(bad, str) else job(tmp_path, output="two.png") | bad
    with endpoint(watch=watch) as server:
        code, told, said = batch(
            [job(tmp_path), line, "", "{"], "--parallel", 2, "--base-url", server.base_url
        )
    assert (code, told) == (2, [])
    assert "line 2: " in said
    assert says in said
    assert "line 4: This is no JSON" in said
    assert not watch.forms
    assert not (tmp_path / "out.png").exists()


def test_jobs_that_are_in_each_others_way_are_told_before_anything_is_sent(
    batch: Callable[..., Run], tmp_path: Path
) -> None:
    (tmp_path / "link.png").symlink_to(tmp_path / "one-2.png")
    jobs = [
        job(tmp_path, output="one.png", n=2),
        job(tmp_path, output="link.png", prompt="another"),
        job(tmp_path, output="three.png", n=2),
        job(tmp_path, output="é.png", prompt="itself"),
    ]
    code, told, said = batch(jobs, "--endpoint", "offline")
    assert (code, told) == (2, [])
    for says in (
        "line 2: It writes the same file as line 1.",
        "line 3: It asks for the same edit as line 1.",
        "line 4: The output would replace the source.",
    ):
        assert says in said


def test_what_is_wrong_with_a_file_is_told_first_and_keeps_no_other_job(
    batch: Callable[..., Run], tmp_path: Path
) -> None:
    (tmp_path / "c.png").write_bytes(b"no picture")
    jobs = [
        job(tmp_path),
        job(tmp_path, "c.png", "two.png"),
        job(tmp_path, "日本.png", "missing/three.png"),
    ]
    sent: list[bool] = []

    class First(Watch):
        def on_form(self, handler: Handler, form: Form) -> bool:
            sent.append(True)
            return super().on_form(handler, form)

    with endpoint(watch=First()) as server:
        code, told, _said = batch(jobs, "--base-url", server.base_url)
    assert code == 2
    assert [outcome["line"] for outcome in told] == [2, 3, 1]
    assert ["error" in outcome for outcome in told] == [True, True, False]
    assert len(sent) == 1


def test_a_batch_run_again_takes_what_was_paid_for_from_the_journal(
    batch: Callable[..., Run], tmp_path: Path
) -> None:
    """Outputs are gone, or empty as on a full disk; the answers are not."""
    watch = Watch()
    jobs = [job(tmp_path, output="a.png"), job(tmp_path, output="b.png", prompt="“é” 日本 🎈")]
    with endpoint(repainted, watch) as server:
        first = batch(jobs, "--base-url", server.base_url)
        results = [(tmp_path / name).read_bytes() for name in ("a.png", "b.png")]
        (tmp_path / "a.png").unlink()
        (tmp_path / "b.png").write_bytes(b"")
        again = batch(jobs, "--base-url", server.base_url)
        assert [(tmp_path / name).read_bytes() for name in ("a.png", "b.png")] == results
        assert first[0] == again[0] == 0
        assert len(watch.forms) == 2
        assert all("had been paid for" in " ".join(told["problems"]) for told in again[1])
        (tmp_path / "a.png").unlink()
        batch(jobs, "--base-url", server.base_url, "--pay-again")
    assert len(watch.forms) == 3
    assert (tmp_path / "a.png").exists()


def test_what_may_have_been_billed_is_reported_and_not_sent_again(
    batch: Callable[..., Run], tmp_path: Path
) -> None:
    watch = Watch(refuse=(500, {"error": {"message": "oops"}}))
    with endpoint(watch=watch) as server:
        runs = [batch([job(tmp_path)], "--base-url", server.base_url) for _ in range(3)]
        assert [run[0] for run in runs] == [4, 4, 4]
        assert {run[1][0]["error"]["code"] for run in runs} == {"perhaps_paid"}
        assert "--pay-again" in runs[2][1][0]["error"]["hint"]
        assert len(watch.forms) == 1
        watch.refuse = None
        code, told, _said = batch([job(tmp_path)], "--base-url", server.base_url, "--pay-again")
    assert code == 0
    assert told[0]["outputs"] == [str(tmp_path / "out.png")]
    assert len(watch.forms) == 2


def test_a_job_that_got_more_answers_than_it_asked_for_is_done(
    batch: Callable[..., Run], tmp_path: Path
) -> None:
    import base64
    import io

    file = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(file, "PNG")
    item = {"b64_json": base64.b64encode(file.getvalue()).decode()}
    watch = Watch(refuse=(200, {"created": 1, "data": [item, item]}))
    with endpoint(watch=watch) as server:
        first = batch([job(tmp_path)], "--base-url", server.base_url)
        again = batch([job(tmp_path)], "--base-url", server.base_url)
    names = [str(tmp_path / f"out-{number}.png") for number in (1, 2)]
    assert first[1][0]["outputs"] == again[1][0]["outputs"] == names
    assert again[1][0]["skipped"] is True
    assert len(watch.forms) == 1


def test_the_number_of_answers_may_stand_on_the_command_line(
    batch: Callable[..., Run], tmp_path: Path
) -> None:
    watch = Watch()
    with endpoint(watch=watch) as server:
        for _ in range(2):
            _code, told, _said = batch([job(tmp_path)], "--n", 2, "--base-url", server.base_url)
    assert told[0]["skipped"] is True
    assert len(watch.forms) == 1


@pytest.mark.parametrize("parallel", [0, -1, 10**9])
def test_how_many_edits_run_at_once_has_bounds(
    batch: Callable[..., Run], tmp_path: Path, parallel: int
) -> None:
    code, told, said = batch([job(tmp_path)], "--parallel", parallel, "--endpoint", "offline")
    assert (code, told) == (2, [])
    assert f"parallel is {parallel}" in said


def started(
    folder: Path,
    jobs: list[Any],
    *options: str,
    before: list[str] | None = None,
    home: Path | None = None,
) -> subprocess.Popen[str]:
    for name in ("é.png", "日本.png", "c.png"):
        Image.linear_gradient("L").resize((96, 96)).convert("RGB").save(folder / name)
    (folder / "jobs.jsonl").write_text("\n".join(map(json.dumps, jobs)))
    return subprocess.Popen(
        [
            *(before or []),
            *(sys.executable, "-m", "seamfill", "batch", str(folder / "jobs.jsonl"), *options),
        ],
        env={**os.environ, "SEAMFILL_HOME": str(home or os.environ["SEAMFILL_HOME"])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_batch_that_is_stopped_tells_what_is_done_and_receives_what_is_paid(
    tmp_path: Path, own_home: Path, number: signal.Signals
) -> None:
    jobs = [job(tmp_path, output=f"{name}.png", prompt=name) for name in ("first", "held", "last")]
    held, let_go = threading.Event(), threading.Event()

    class Holding(Watch):
        def on_form(self, handler: Handler, form: Form) -> bool:
            self.forms.append(form)
            if form.value("prompt") == "held":
                held.set()
                let_go.wait(30)
            return False

    watch = Holding()
    with endpoint(watch=watch) as server:
        process = started(tmp_path, jobs, "--base-url", server.base_url)
        assert held.wait(60)
        assert process.stdout is not None
        done = json.loads(process.stdout.readline())  # while another job still runs
        assert done["outputs"] == [str(tmp_path / "first.png")]
        process.send_signal(number)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)  # it waits for what may be billed
        let_go.set()
        stdout, stderr = process.communicate(timeout=60)
        assert process.returncode == 130
        (cancelled,) = map(json.loads, stdout.splitlines())
        assert cancelled["error"]["code"] == "cancelled"
        assert "1 job was not begun" in stderr
        (record,) = Journal(own_home / "journal").recoverable()
        assert record.known == ((1, 1),)
        again = started(tmp_path, jobs, "--base-url", server.base_url)
        stdout, _stderr = again.communicate(timeout=60)
    assert again.returncode == 0
    assert sorted(form.value("prompt") or "" for form in watch.forms) == ["first", "held", "last"]
    assert all((tmp_path / f"{name}.png").exists() for name in ("first", "held", "last"))


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting a small disk needs root"
)
def test_jobs_at_once_pay_for_no_more_than_the_journals_disk_can_keep(tmp_path: Path) -> None:
    jobs = [job(tmp_path, output=f"{number}.png", prompt=f"{number}") for number in range(6)]
    watch = Watch(hold=threading.Event())
    assert watch.hold is not None
    home = tmp_path / "small disk"
    home.mkdir()
    mount = 'mount -t tmpfs -o size=4m tmpfs "$SEAMFILL_HOME" && exec "$@"'
    with serve(fill=repainted, models=("dall-e-2",), hook=watch) as server:
        process = started(
            tmp_path, jobs, "--parallel", "6", "--base-url", server.base_url, "--model",
            "dall-e-2", "--size", "256x256",
            before=["unshare", "--mount", "--propagation", "private", "sh", "-c", mount, "sh"],
            home=home,
        )  # fmt: skip
        assert process.stdout is not None
        assert watch.arrived.wait(60)
        told = [json.loads(process.stdout.readline())]  # while the others hold their claims
        watch.hold.set()
        told += map(json.loads, process.stdout)
        process.communicate(timeout=60)
    assert len(told) == 6
    assert process.returncode == 2
    errors = [outcome["error"]["message"] for outcome in told if "error" in outcome]
    assert errors
    assert all("is full, so nothing was sent" in message for message in errors)
    assert len(watch.forms) == 6 - len(errors) > 0
    assert len(list(tmp_path.glob("[0-9].png"))) == len(watch.forms)
