"""Benchmark of the fit: drifting answers whose truth is known.

``python -m tests.benchmarks.fit [--hard] [--seeds tuning|held-out] [--out FOLDER]`` writes
``fit.md``, ``fit.csv`` and contact sheets. The seeds held out were not looked at while tuning.
"""

from __future__ import annotations

import argparse
import csv
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from seamfill.fit import FitOptions, fit
from seamfill.fit.drift import find_drift
from seamfill.fit.original import Original
from seamfill.fit.seam import seam_step
from tests.benchmarks import fit_rivals as rivals
from tests.benchmarks.fit_drifts import Drift, drifts
from tests.benchmarks.fit_hard_drifts import hard_drifts
from tests.benchmarks.fit_scenes import SCENES, SIZE, TASKS, Case, make_case, picture
from tests.benchmarks.fit_scores import scores
from tests.benchmarks.fit_sheets import sheet
from tests.benchmarks.fit_tables import report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHEETS = ("zoom and tones", "all of it")
SEEDS = {"tuning": (1, 2), "held-out": (101, 102)}
FIELDS = (
    *("seed", "scene", "task", "drift", "method", "s", "drift_px", "drift_before"),
    *("registered", "agreement", "outside", "psnr", "ssim", "dE", "seam", "seam_truth"),
)
RIVALS = {
    "raw paste": rivals.raw_paste,
    "feathered paste": rivals.feathered_paste,
    "seamlessClone": rivals.seamless_clone,
    "mean-colour match": rivals.mean_colour_match,
}


def run(
    seeds: tuple[int, ...],
    scenes: tuple[str, ...],
    only: str | None,
    make: Callable[[int, tuple[int, int]], list[Drift]] = drifts,
) -> Iterator[dict[str, Any]]:
    """One row for each method in each case."""
    for seed in seeds:
        for drift in make(seed, SIZE):
            if only and drift.name != only:
                continue
            for scene in scenes:
                for task in TASKS:
                    yield from one(make_case(scene, task, seed), drift, seed)


def one(case: Case, drift: Drift, seed: int) -> Iterator[dict[str, Any]]:
    """Every method on one case."""
    key = zlib.crc32(f"{case.scene} {case.task} {drift.name} {seed}".encode())
    answer = drift.apply(case.truth, np.random.default_rng(key))
    names = {"scene": case.scene, "task": case.task, "drift": drift.name, "seed": seed}
    as_float = answer.astype(np.float32) / 255
    for name, method in RIVALS.items():
        started = time.perf_counter()
        composed = method(case, as_float)
        yield names | {"method": name, "s": time.perf_counter() - started} | scores(case, composed)
    composed = rivals.oracle(case, as_float, drift)
    yield names | {"method": "oracle", "drift_px": 0.0} | scores(case, composed)
    started = time.perf_counter()
    fitted = fit(case.original, answer, case.selection, FitOptions())
    seconds = time.perf_counter() - started
    composed = rivals.mixed(case, fitted.pixels, fitted.mask / np.float32(255))
    plain = fit(case.original, answer, case.selection, FitOptions(texture="off"))
    placed = rivals.mixed(case, plain.pixels, plain.mask / np.float32(255))
    yield names | {"method": "without texture"} | scores(case, placed)
    left, before = drift_left(case, drift, as_float)
    yield (
        names
        | {
            "method": "Seamfill",
            "s": seconds,
            "drift_px": left,
            "drift_before": before,
            "registered": fitted.report.registered,
            "agreement": fitted.report.agreement,
            "seam_truth": seam_step(case.truth, case.selection),
        }
        | scores(case, composed)
    )


def drift_left(case: Case, drift: Drift, answer: np.ndarray) -> tuple[float, float]:
    """Mean distance, over the selection, between where pixels are and where they were looked for.

    Also the same for no registration at all.
    """
    found = find_drift(Original(case.original, case.selection), answer)
    inside = case.selection > 0
    true_x, true_y = (a[inside] for a in drift.at(SIZE))
    y, x = np.nonzero(inside)
    found_x, found_y = found.at(x, y)
    return (
        float(np.hypot(found_x - true_x, found_y - true_y).mean()),
        float(np.hypot(x - true_x, y - true_y).mean()),
    )


def wrong_context(seeds: tuple[int, ...]) -> tuple[int, int]:
    """Answers that show another scene: how many there were, and how many were refused."""
    count = refused = 0
    for seed in seeds:
        for i, scene in enumerate(SCENES):
            case = make_case(scene, "add", seed)
            for k in range(1, len(SCENES)):
                other = picture(SCENES[(i + k) % len(SCENES)])
                answer = np.rint(other * 255).clip(0, 255).astype(np.uint8)
                found = fit(case.original, answer, case.selection).report
                count += 1
                refused += not found.registered and found.matrix == (1, 0, 0, 0, 1, 0)
    return count, refused


def main() -> None:
    """Run and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", choices=SEEDS, default="held-out")
    parser.add_argument("--scenes", nargs="*", default=SCENES)
    parser.add_argument("--drift")
    parser.add_argument("--hard", action="store_true", help="drifts nearer to real models'")
    parser.add_argument("--out", type=Path, default=Path("build/benchmark"))
    given = parser.parse_args()
    cv2.setNumThreads(1)
    given.out.mkdir(parents=True, exist_ok=True)
    seeds = SEEDS[given.seeds]
    rows = []
    with (given.out / "fit.csv").open("w", newline="", buffering=1) as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        make = hard_drifts if given.hard else drifts
        for row in run(seeds, tuple(given.scenes), given.drift, make):
            writer.writerow(row)
            rows.append(row)
    text = report(rows)
    if not given.drift and not given.hard:
        text += "\nOf {} answers that show another scene, {} were refused.\n".format(
            *wrong_context(seeds)
        )
        for drift in SHEETS:
            sheet(seeds[0], drift, given.out / f"{drift.replace(' ', '-')}.jpg")
    (given.out / "fit.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
