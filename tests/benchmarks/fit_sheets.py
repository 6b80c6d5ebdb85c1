"""Contact sheets: what the benchmark's numbers look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from seamfill.fit import fit
from tests.benchmarks import fit_rivals as rivals
from tests.benchmarks.fit_drifts import drifts
from tests.benchmarks.fit_scenes import SIZE, Case, make_case

if TYPE_CHECKING:
    from pathlib import Path

HEADS = (
    "before, selection",
    "raw paste",
    "mean-colour match",
    "seamlessClone",
    "Seamfill",
    "truth",
)
CELL = (330, 250)
SHOWN = (
    ("coffee", "remove"),
    ("astronaut", "add"),
    ("stereo_motorcycle", "remove"),
    ("chart", "remove"),
    ("chelsea", "add"),
    ("retina", "remove"),
)


def sheet(seed: int, drift_name: str, path: Path) -> None:
    """Draw and save one sheet: a row for each of some cases."""
    (drift,) = (d for d in drifts(seed, SIZE) if d.name == drift_name)
    rows = [_heads()]
    for scene, task in SHOWN:
        case = make_case(scene, task, seed)
        answer = drift.apply(case.truth, np.random.default_rng(seed))
        as_float = answer.astype(np.float32) / 255
        fitted = fit(case.original, answer, case.selection)
        pictures = (
            _outlined(case),
            rivals.raw_paste(case, as_float),
            rivals.mean_colour_match(case, as_float),
            rivals.seamless_clone(case, as_float),
            rivals.mixed(case, fitted.pixels, fitted.mask / np.float32(255)),
            case.truth,
        )
        rows.append(np.hstack([_cell(picture, case) for picture in pictures]))
    pixels = np.rint(np.vstack(rows) * 255).clip(0, 255).astype(np.uint8)
    cv2.imwrite(str(path), pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 78])


def _outlined(case: Case) -> np.ndarray:
    picture = case.original.copy()
    edge = cv2.morphologyEx(case.selection, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    picture[edge] = (1, 0, 1)
    return picture


def _cell(picture: np.ndarray, case: Case) -> np.ndarray:
    """The surroundings of the selection, in the shape of a cell."""
    x, y, w, h = cv2.boundingRect(case.selection)
    scale = max((w + 90) / CELL[0], (h + 90) / CELL[1])
    cut_w, cut_h = min(SIZE[0], round(CELL[0] * scale)), min(SIZE[1], round(CELL[1] * scale))
    left = min(max(0, x + (w - cut_w) // 2), SIZE[0] - cut_w)
    top = min(max(0, y + (h - cut_h) // 2), SIZE[1] - cut_h)
    part = np.ascontiguousarray(picture[top : top + cut_h, left : left + cut_w])
    cell = cv2.resize(part, (CELL[0] - 4, CELL[1] - 4), interpolation=cv2.INTER_AREA)
    return cv2.copyMakeBorder(cell, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=(1, 1, 1))


def _heads() -> np.ndarray:
    band = np.full((28, CELL[0] * len(HEADS), 3), 255, np.uint8)
    for i, head in enumerate(HEADS):
        at = (i * CELL[0] + 6, 20)
        cv2.putText(band, head, at, cv2.FONT_HERSHEY_SIMPLEX, 0.55, (0, 0, 0), 1, cv2.LINE_AA)
    return band.astype(np.float32) / 255
