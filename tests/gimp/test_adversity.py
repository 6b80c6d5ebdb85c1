"""Plug-in or worker killed half-way: GIMP goes on, nothing is left running, nothing is lost."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.gimp.test_situations import run
from tests.loopback import Endpoint, Received, echo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.real_gimp import InstalledGimp

pytestmark = pytest.mark.gimp


class Gate:
    """An endpoint's answer that waits until it is let through."""

    def __init__(self) -> None:
        self.arrived = threading.Event()
        self.open = threading.Event()

    def answer(self, request: Received) -> Any:
        self.arrived.set()
        self.open.wait(60)
        return echo(request)


@pytest.fixture
def gate(endpoint: Endpoint) -> Iterator[Gate]:
    gate = Gate()
    endpoint.answer = gate.answer
    yield gate
    gate.open.set()


def processes(home: Path, words: str) -> list[int]:
    """Numbers of the processes of a home whose command line holds some words."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:  # it ended meanwhile
                continue
            if words in command and f"home/{home.name}/" in command:
                found.append(int(entry.name))
    return found


def wait_until(what: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return False


def plug_ins(gimp: InstalledGimp) -> list[int]:
    return processes(gimp.home, "plug-ins/seamfill/seamfill.py")


def workers(gimp: InstalledGimp) -> list[int]:
    return processes(gimp.home, "-m seamfill worker")


def test_killed_plug_in_leaves_no_worker_and_its_answer_is_recovered(
    gimp: InstalledGimp, gate: Gate
) -> None:
    with ThreadPoolExecutor(1) as pool:
        edit = pool.submit(run, gimp, "slow_and_on")
        assert gate.arrived.wait(60)
        [plug_in] = plug_ins(gimp)
        assert len(workers(gimp)) == 1
        os.kill(plug_in, signal.SIGKILL)
        gate.open.set()
        assert wait_until(lambda: not workers(gimp), 20)
        report = edit.result()["slow_and_on"]
    assert report["status"] != "success"
    assert report["unchanged"]
    assert report["left"] == []
    recovered = run(gimp, "recover")["recover"]
    assert recovered["status"] == "success", recovered
    assert recovered["returned"] == ["slow"]
    assert run(gimp, "recover")["recover"]["status"] == "execution-error"


def test_killed_worker_is_told_and_the_image_is_as_it_was(gimp: InstalledGimp, gate: Gate) -> None:
    with ThreadPoolExecutor(1) as pool:
        edit = pool.submit(run, gimp, "slow")
        assert gate.arrived.wait(60)
        [worker] = workers(gimp)
        os.kill(worker, signal.SIGKILL)
        report = edit.result()["slow"]
        gate.open.set()
    assert report["status"] == "execution-error"
    assert "worker process ended" in report["message"]
    assert "Try again" in report["message"]
    assert report["unchanged"]
    assert not plug_ins(gimp)


def test_missing_environment_is_told(gimp: InstalledGimp, endpoint: Endpoint) -> None:
    (environment,) = (gimp.home / ".local/share/seamfill").glob("environment-*")
    moved = environment.rename(environment.with_name("moved"))
    try:
        report = run(gimp, "slow")["slow"]
    finally:
        moved.rename(environment)
    assert report["status"] == "execution-error"
    assert "install.py" in report["message"]
    assert not endpoint.received
