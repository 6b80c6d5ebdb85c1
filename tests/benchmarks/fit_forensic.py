"""Does texture give a patch away? Power by octave, variance beside the seam, and a classifier.

``python -m tests.benchmarks.fit_forensic [--out FOLDER]``. The pictures are none that anything was
tuned on; the classifier learns on other pictures, scikit-image's.
"""

from __future__ import annotations

import argparse
import csv
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from seamfill.fit import FitOptions, fit
from tests.benchmarks import fit_rivals as rivals
from tests.benchmarks.fit_classifier import auc, features, learned
from tests.benchmarks.fit_scenes import Case, picture
from tests.benchmarks.fit_shots import ANSWERS, Shot, octaves, shot
from tests.benchmarks.pictures import HELD_OUT, held_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SCORED = {
    "china": ("photons",),
    "flower": ("colour film",),
    "hopper": ("JPEG",),
    "street": ("white",),
    "quokka": ("luminance",),
    "bus": ("sensor",),
}
"""The pictures that are scored, and their noises."""
LEARNED_ON = {"coffee": ("luminance",), "rocket": ("film",), "chelsea": ("white",)}
"""Those that the classifier learns on."""
METHODS = (
    *("raw paste", "mean-colour match", "seamlessClone", "without texture", "Seamfill"),
    "second shot",
)
SEED = 301


def shots(pictures: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str, Shot]]:
    """Picture, noise and both shots."""
    for name, noises in pictures.items():
        clean = held_out(name) if name in HELD_OUT else picture(name, (600, 400))
        for noise in noises:
            rng = np.random.default_rng([SEED, zlib.crc32(f"{name} {noise}".encode())])
            yield name, noise, shot(clean, noise, rng)


def composed(taken: Shot, answer: np.ndarray) -> Iterator[tuple[str, np.ndarray, float]]:
    """What each method makes of an answer, rounded, and its PSNR against the scene."""
    original = taken.first.astype(np.float32) / 255
    case = Case("", "", original, original, taken.selection)
    as_float = answer.astype(np.float32) / 255
    for method in METHODS:
        if method == "second shot":
            truth = taken.second.astype(np.float32) / 255
            made = rivals.mixed(case, truth, taken.selection / np.float32(255))
        elif method in ("Seamfill", "without texture"):
            texture = "auto" if method == "Seamfill" else "off"
            fitted = fit(taken.first, answer, taken.selection, FitOptions(texture=texture))
            made = rivals.mixed(case, fitted.pixels, fitted.mask / np.float32(255))
        else:
            made = _RIVALS[method](case, as_float)
        rounded = np.rint(np.clip(made, 0, 1) * 255).astype(np.uint8)
        inside = taken.selection > 0
        error = np.mean((rounded[inside] / 255.0 - taken.clean[inside]) ** 2)
        yield method, rounded, float(10 * np.log10(1 / error))


_RIVALS = {
    "raw paste": rivals.raw_paste,
    "mean-colour match": rivals.mean_colour_match,
    "seamlessClone": rivals.seamless_clone,
}


def measured(pictures: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, Any]]:
    """One row for each method on each answer, with the features of its blocks."""
    for name, noise, taken in shots(pictures):
        inside = taken.selection > 0
        depth = cv2.distanceTransform(taken.selection, cv2.DIST_L2, 5)
        beside = inside & (depth <= 32)
        truth, truth_beside = octaves(taken.second, inside), _variance(taken.second, beside)
        for kind in ANSWERS:
            key = zlib.crc32(f"{name} {noise} {kind}".encode())
            answer = taken.answer(kind, np.random.default_rng([SEED, key]))
            for method, made, psnr in composed(taken, answer):
                power = np.exp(octaves(made, inside) - truth)
                yield {
                    "picture": name,
                    "noise": noise,
                    "answer": kind,
                    "method": method,
                    "psnr": psnr,
                    **{f"octave {i + 1}": float(p) for i, p in enumerate(power)},
                    "beside": _variance(made, beside) / truth_beside,
                    "blocks": features(made, taken.selection),
                }


def _variance(pixels: np.ndarray, where: np.ndarray) -> float:
    """Median variance of what is finer than 2 px."""
    grey = cv2.cvtColor(pixels.astype(np.float32), cv2.COLOR_RGB2GRAY)
    fine = grey - cv2.GaussianBlur(grey, (0, 0), 1.5)
    return float(np.median(cv2.blur(fine * fine, (9, 9))[where])) + 0.01


def tables(rows: list[dict[str, Any]], known: list[dict[str, Any]]) -> str:
    """All of it as Markdown."""
    lines = ["| answer | " + " | ".join(METHODS[:-1]) + " |", "|---|" + "---|" * (len(METHODS) - 1)]
    for kind in ANSWERS:
        cells = []
        for method in METHODS[:-1]:
            own = [r for r in rows if r["answer"] == kind and r["method"] == method]
            means = [np.exp(np.mean([np.log(r[f"octave {i}"]) for r in own])) for i in range(1, 5)]
            cells.append(" ".join(f"{mean:.2f}" for mean in means))
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    lines += ["", "| method | variance beside the seam, 10 to 90 % | AUC | dB against the scene |"]
    lines.append("|---|---|---|---|")
    for method in METHODS:
        own = [r for r in rows if r["method"] == method and r["answer"] != "echo"]
        weights = learned([r["blocks"] for r in known if r["method"] == method])
        low, middle, high = np.quantile([r["beside"] for r in own], (0.1, 0.5, 0.9))
        area, psnr = auc(weights, [r["blocks"] for r in own]), np.mean([r["psnr"] for r in own])
        lines.append(
            f"| {method} | {low:.2f} / {middle:.2f} / {high:.2f} | {area:.2f} | {psnr:.2f} |"
        )
    return "\n".join(lines) + "\n\n" + _worst(rows)


def _worst(rows: list[dict[str, Any]]) -> str:
    """The cases that are farthest off in their finest octave, and that lost most."""
    mine = [r for r in rows if r["method"] == "Seamfill"]
    plain = {_key(r): r["psnr"] for r in rows if r["method"] == "without texture"}
    off = sorted(mine, key=lambda r: -abs(np.log(r["octave 1"])))[:6]
    lost = sorted(mine, key=lambda r: r["psnr"] - plain[_key(r)])[:4]
    told = [f"- {', '.join(_key(r))}: finest octave {r['octave 1']:.2f}" for r in off]
    told += [f"- {', '.join(_key(r))}: {r['psnr'] - plain[_key(r)]:+.1f} dB" for r in lost]
    return "Worst cases:\n\n" + "\n".join(told) + "\n"


def _key(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["picture"], row["noise"], row["answer"]


def main() -> None:
    """Run and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/benchmark"))
    given = parser.parse_args()
    cv2.setNumThreads(1)
    given.out.mkdir(parents=True, exist_ok=True)
    rows = list(measured(SCORED))
    fields = [name for name in rows[0] if name != "blocks"]
    with (given.out / "forensic.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, fields, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    text = tables(rows, list(measured(LEARNED_ON)))
    (given.out / "forensic.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
