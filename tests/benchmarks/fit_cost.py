"""What a fit costs: seconds on one core, and memory in float copies of the region.

``python -m tests.benchmarks.fit_cost`` prints a table; every row is measured in a process of its
own, seamlessClone beside Seamfill.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from seamfill.fit import fit
from tests.benchmarks.fit_drifts import Drift, drifts
from tests.benchmarks.fit_scenes import picture

SIZES = ((1536, 1024), (3840, 2160))
DRIFTS = ("none", "zoom", "zoom and tones", "all of it")
METHODS = ("Seamfill", "seamlessClone")
ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def measure(method: str, case_file: str) -> None:
    """One row, in this process: print median seconds and the growth of its peak memory."""
    cv2.setNumThreads(1)
    original, answer, selection = (np.load(case_file)[name] for name in ("old", "new", "chosen"))
    h, w = selection.shape

    def once() -> None:
        if method == "Seamfill":
            fit(original, answer, selection)
        else:
            middle = (w // 2, h // 2)
            cv2.seamlessClone(answer, original, selection.copy(), middle, cv2.NORMAL_CLONE)

    fit(original[:64, :64], answer[:64, :64], selection[:64, :64])
    before = _kilobytes("VmRSS")
    once()
    peak = _kilobytes("VmHWM")
    seconds = []
    for _ in range(7):
        started = time.process_time()
        once()
        seconds.append(time.process_time() - started)
    print(statistics.median(seconds), (peak - before) * 1024 / (w * h * 3 * 4))


def _kilobytes(name: str) -> int:
    """A line of what the kernel tells of this process: VmRSS is now, VmHWM the peak so far."""
    (line,) = (
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name)
    )
    return int(line.split()[1])


def table() -> str:
    """Measure everything."""
    lines = ["| region | drift | method | s | float copies |", "| --- | --- | --- | --- | --- |"]
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            for drift in drifts(1, size):
                if drift.name not in DRIFTS:
                    continue
                case_file = str(Path(folder) / "case.npz")
                _save(case_file, size, drift)
                for method in METHODS:
                    seconds, copies = _measured(method, case_file)
                    name = f"{size[0]} x {size[1]}"
                    lines.append(
                        f"| {name} | {drift.name} | {method} | {seconds:.3f} | {copies:.1f} |"
                    )
    return "\n".join(lines) + "\n"


def _save(case_file: str, size: tuple[int, int], drift: Drift) -> None:
    truth = picture("astronaut", size)
    selection = np.zeros(size[::-1], np.uint8)
    middle, axes = (size[0] // 2, size[1] // 2), (size[0] // 5, size[1] // 4)
    cv2.ellipse(selection, middle, axes, 0, 0, 360, 255, -1)
    original = np.rint(truth * 255).clip(0, 255).astype(np.uint8)
    answer = drift.apply(truth, np.random.default_rng(1))
    np.savez(case_file, old=original, new=answer, chosen=selection)


def _measured(method: str, case_file: str) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.fit_cost", method, case_file],
        env=os.environ | ONE_CORE,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, copies = map(float, done.stdout.split())
    return seconds, copies


if __name__ == "__main__":
    if len(sys.argv) == 3:
        measure(sys.argv[1], sys.argv[2])
    else:
        print(table())
