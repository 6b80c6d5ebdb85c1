"""Kills, full disks and failing disks at every write of an edit: none loses or pays twice.

A few points of each kind in the short run, all of them in the long one. It prints a table with
``-s``: runs, requests that came, answers lost, requests paid twice.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from seamfill.journal.journal import Journal
from seamfill.offline.server import serve
from tests.endpoints import Watch, repainted
from tests.fuzz import EXAMPLES
from tests.fuzz.interrupting import FAIL, FULL, KILL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seamfill.journal.records import Record

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="made for Unix")

SIZE = (2400, 90)
_FEW = 5  # of each kind, in the short run


@dataclass
class Runs:
    """A process that makes runs, the endpoint that they use, and what came of them."""

    process: subprocess.Popen[str]
    url: str
    watch: Watch
    folder: Path
    number: Iterator[int] = field(default_factory=itertools.count)

    def fresh(self, job: dict[str, Any]) -> Case:
        """A home, a picture and a job of their own."""
        home = self.folder / f"case {next(self.number)}"
        (home / "out").mkdir(parents=True)
        told = {"source": str(self.folder / "photo.png"), "output": str(home / "out" / "é.png")}
        (home / "jobs.jsonl").write_text(json.dumps(told | job))
        self.watch.forms.clear()
        return Case(self, home)


@dataclass
class Case:
    """One job, tried until it is done."""

    runs: Runs
    home: Path

    def run(self, mode: str = "", strike: str = "", *options: str, disk: str = "") -> int:
        """Run the batch; its exit code, or minus the signal that ended it.

        The points lie on a disk that is all of the home, or one folder of it.
        """
        order = {
            "root": str(self.home / disk),
            "mode": mode,
            "strike": strike,
            "log": str(self.runs.folder / "log"),
            "said": str(self.runs.folder / "said"),
            "environment": {"SEAMFILL_HOME": str(self.home)},
            "arguments": ["batch", str(self.home / "jobs.jsonl"), *options,
                          "--base-url", self.runs.url, "--model", "dall-e-2", "--no-fit"],
        }  # fmt: skip
        for name in ("log", "said"):
            (self.runs.folder / name).unlink(missing_ok=True)
        assert self.runs.process.stdin is not None
        assert self.runs.process.stdout is not None
        self.runs.process.stdin.write(json.dumps(order) + "\n")
        self.runs.process.stdin.flush()
        code = int(self.runs.process.stdout.readline())
        assert "Traceback" not in self.said, self.said
        return code

    @property
    def said(self) -> str:
        return (self.runs.folder / "said").read_text("utf-8", "replace")

    @property
    def points(self) -> list[str]:
        return (self.runs.folder / "log").read_text("utf-8").splitlines()

    @property
    def requests(self) -> int:
        return len(self.runs.watch.forms)

    @property
    def twice(self) -> int:
        """Requests that came more than once."""
        uploads = [form.named("image")[0].data for form in self.runs.watch.forms]
        return len(uploads) - len({hashlib.sha256(data).digest() for data in uploads})

    @property
    def records(self) -> list[Record]:
        return list(Journal(self.home / "journal").records())

    def outputs(self) -> int:
        """How many results there are; each has to be whole."""
        paths = [path for path in (self.home / "out").iterdir() if not path.name.startswith(".")]
        for path in paths:
            with Image.open(path) as image:
                image.load()
                assert image.size == SIZE
        return len(paths)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    folder = tmp_path_factory.mktemp("interrupted")
    Image.linear_gradient("L").rotate(90).resize(SIZE).convert("RGB").save(folder / "photo.png")
    mask = np.zeros(SIZE[::-1], np.uint8)
    mask[30:60, 10:40] = mask[30:60, -40:-10] = 255
    Image.fromarray(mask).save(folder / "islands.png")
    watch = Watch()
    environment = {**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    environment.pop("OPENAI_API_KEY", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fuzz.interrupting"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    with serve(fill=repainted, models=("dall-e-2",), hook=watch) as server, process:
        yield Runs(process, server.base_url, watch, folder)
        assert process.stdin is not None
        process.stdin.close()


def jobs(folder: Path) -> dict[str, tuple[dict[str, Any], int]]:
    """What is tried, and how many results it brings."""
    return {
        "two answers": ({"prompt": "two", "box": [20, 20, 60, 60], "n": 2}, 2),
        "tiles": ({"prompt": "tiles", "mask": str(folder / "islands.png"), "context": "40px"}, 1),
    }


def some(points: list[str]) -> list[str]:
    """All points in a long run, a few that lie evenly in a short one."""
    few = len(points) if EXAMPLES in os.environ else _FEW
    return [points[index * len(points) // few] for index in range(min(few, len(points)))]


@pytest.mark.parametrize("what", ["two answers", "tiles"])
def test_a_kill_at_any_write_loses_nothing_and_pays_once(runs: Runs, what: str) -> None:
    job, results = jobs(runs.folder)[what]
    case = runs.fresh(job)
    assert (case.run(), case.outputs()) == (0, results), case.said
    points, requests = case.points, case.requests
    assert requests == (2 if what == "tiles" else 1)
    table = {"kills": 0, "requests": 0, "lost": 0, "paid twice": 0, "told as perhaps paid": 0}
    for point in some(points):
        case = runs.fresh(job)
        killed = case.run(KILL, point)
        assert killed in (-9, 0), (point, case.said)  # a thread may have been too slow for it
        before, came = case.records, case.requests
        known = sum(len(record.known) for record in before)
        case.outputs()
        code = case.run()
        assert code in (0, 4), (point, case.said)
        if code == 4:
            assert "perhaps_paid" in case.said, point
            assert case.requests == came, point
            assert case.run("", "", "--pay-again") == 0, (point, case.said)
        else:
            assert case.twice == 0, point
            table["paid twice"] += case.twice
        # Of a reply that was cut off, what came whole is delivered.
        assert case.outputs() == (known if 0 < known < results and not code else results), point
        left = sum(len(record.known) for record in case.records)
        table["lost"] += max(0, known - left)
        table["kills"] += killed == -9
        table["requests"] += case.requests
        table["told as perhaps paid"] += code == 4
    print(f"\n{what}: {len(points)} points; {table}")
    assert table["lost"] == table["paid twice"] == 0
    assert table["kills"] > len(some(points)) * 0.8
    # Doubt is told only where a kill fell between sending and receiving.
    assert table["told as perhaps paid"] < table["kills"] / 2


@pytest.mark.parametrize("what", ["two answers", "tiles"])
def test_a_journal_whose_disk_fills_up_costs_no_result(runs: Runs, what: str) -> None:
    """Results lie on another disk: what was paid is delivered, or kept and gone on with."""
    job, results = jobs(runs.folder)[what]
    case = runs.fresh(job)
    assert case.run(disk="journal") == 0, case.said
    points = case.points
    table = {"faults": 0, "requests": 0, "refused before sending": 0, "delivered": 0}
    for point in some(points):
        case = runs.fresh(job)
        code = case.run(FULL, point, disk="journal")
        assert (code, case.outputs()) in ((0, results), (2, 0)), (point, case.said)
        if code == 2 and case.requests:
            # One of two parts came and is kept: the next run goes on after it.
            assert "goes on after them" in case.said, point
            assert (case.run(), case.twice, case.outputs()) == (0, 0, results), point
        table["faults"] += 1
        table["requests"] += case.requests
        table["delivered"] += code == 0
        table["refused before sending"] += not case.requests
    print(f"\n{what}, journal full: {len(points)} points; {table}")
    assert table["delivered"]


@pytest.mark.parametrize("mode", [FULL, FAIL])
@pytest.mark.parametrize("what", ["two answers", "tiles"])
def test_a_disk_that_fails_at_any_write_costs_nothing(runs: Runs, what: str, mode: str) -> None:
    job, results = jobs(runs.folder)[what]
    case = runs.fresh(job)
    assert case.run() == 0, case.said
    points = case.points
    table = {"faults": 0, "refused before sending": 0, "delivered": 0, "delivered later": 0}
    for point in some(points):
        case = runs.fresh(job)
        code = case.run(mode, point)
        assert code in (0, 2), (point, case.said)
        table["faults"] += 1
        if code == 0:
            assert case.outputs() == results, (point, case.said)
            table["delivered"] += 1
            continue
        if not case.requests:
            table["refused before sending"] += 1
        case.outputs()
        kept = any(record.known for record in case.records)
        told_lost = "could not keep the answer either" in case.said
        assert kept or told_lost or not case.requests, (point, case.said)
        assert case.run() in ((0, 4) if told_lost else (0,)), (point, case.said)
        if not told_lost:
            assert case.twice == 0, point
            assert case.outputs() == results, point
            table["delivered later"] += 1
    print(f"\n{what}, {mode}: {len(points)} points; {table}")
