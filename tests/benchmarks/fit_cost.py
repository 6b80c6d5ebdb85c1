"""What a fit costs: seconds on one core, and memory in float copies of the region.

``python -m tests.benchmarks.fit_cost`` prints a table; every row is measured in a process of its
own, seamlessClone beside Seamfill.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time

SIZES = ((1536, 1024), (3840, 2160))
DRIFTS = ("none", "zoom", "zoom and tones", "all of it")
METHODS = ("Seamfill", "seamlessClone")
ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1"}


def measure(method: str, drift_name: str, w: int, h: int) -> None:
    """One row, in this process: print median seconds and the growth of its peak memory."""
    import cv2
    import numpy as np

    from seamfill.fit import fit
    from tests.benchmarks.fit_drifts import drifts
    from tests.benchmarks.fit_rivals import seamless_clone
    from tests.benchmarks.fit_scenes import Case, picture

    cv2.setNumThreads(1)
    truth = picture("astronaut", (w, h))
    (drift,) = (d for d in drifts(1, (w, h)) if d.name == drift_name)
    answer = drift.apply(truth, np.random.default_rng(1))
    original = np.rint(truth * 255).astype(np.uint8)
    selection = np.zeros((h, w), np.uint8)
    cv2.ellipse(selection, (w // 2, h // 2), (w // 5, h // 4), 0, 0, 360, 255, -1)

    def once() -> None:
        if method == "Seamfill":
            fit(original, answer, selection)
        else:
            case = Case("", "", original / np.float32(255), truth, selection)
            seamless_clone(case, answer / np.float32(255))

    fit(original[:64, :64], answer[:64, :64], selection[:64, :64])
    os.sync()
    before = _resident()
    peak_before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    once()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    copies = (max(peak, peak_before) - before) * 1024 / (w * h * 3 * 4) if peak > peak_before else 0
    seconds = []
    for _ in range(5):
        started = time.process_time()
        once()
        seconds.append(time.process_time() - started)
    print(statistics.median(seconds), copies)


def _resident() -> int:
    """Kilobytes this process holds now."""
    with open("/proc/self/statm") as file:  # noqa: PTH123
        return int(file.read().split()[1]) * resource.getpagesize() // 1024


def table() -> str:
    """Measure everything."""
    lines = ["| region | drift | method | s | float copies |", "| --- | --- | --- | --- | --- |"]
    for w, h in SIZES:
        for drift in DRIFTS:
            for method in METHODS if drift == "zoom and tones" else METHODS[:1]:
                command = [sys.executable, "-m", "tests.benchmarks.fit_cost", method, drift]
                done = subprocess.run(
                    [*command, str(w), str(h)],
                    env=os.environ | ONE_CORE,
                    capture_output=True,
                    text=True,
                    check=True,
                )
                seconds, copies = map(float, done.stdout.split())
                memory = f"{copies:.1f}" if copies else "under set-up"
                lines.append(f"| {w} x {h} | {drift} | {method} | {seconds:.3f} | {memory} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if len(sys.argv) == 5:
        measure(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        print(table())
