"""A contact sheet of texture: a piece of the seam, enlarged, as each method leaves it.

``python -m tests.benchmarks.fit_texture_sheet FILE``. The worst cases stand beside usual ones.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from tests.benchmarks.fit_forensic import METHODS, composed
from tests.benchmarks.fit_shots import shot
from tests.benchmarks.pictures import held_out

SHOWN = (
    ("flower", "film", "clean"),
    ("hopper", "white", "NLM"),
    ("china", "photons", "bilateral"),
    ("hopper", "colour film", "reduced and enlarged"),
    ("china", "sensor", "blur 1 px"),
    ("flower", "luminance", "blur, noise, JPEG 85"),
)
HEADS = ("answer", *(method for method in METHODS if method != "mean-colour match"))
_PIECE, _TIMES, _HEAD = (76, 64), 3, 22


def sheet() -> np.ndarray:
    """All rows."""
    rows = [np.hstack([_headed(head) for head in HEADS])]
    for name, noise, kind in SHOWN:
        taken = shot(held_out(name), noise, np.random.default_rng(7))
        answer = taken.answer(kind, np.random.default_rng(8))
        made = {method: pixels for method, pixels, _ in composed(taken, answer)}
        x, y, w, h = cv2.boundingRect(taken.selection)
        left, top = x + w - _PIECE[0] // 2 - 14, y + h // 2 - _PIECE[1] // 2
        at = np.s_[top : top + _PIECE[1], left : left + _PIECE[0]]
        shown = [answer, *(made[head] for head in HEADS[1:])]
        rows.append(np.hstack([_cell(pixels[at]) for pixels in shown]))
    return np.vstack(rows)


def _cell(piece: np.ndarray) -> np.ndarray:
    large = cv2.resize(piece, None, fx=_TIMES, fy=_TIMES, interpolation=cv2.INTER_NEAREST)
    return cv2.copyMakeBorder(large, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=(255, 255, 255))


def _headed(text: str) -> np.ndarray:
    band = np.full((_HEAD, _PIECE[0] * _TIMES + 4, 3), 255, np.uint8)
    cv2.putText(band, text, (5, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 1, cv2.LINE_AA)
    return band


if __name__ == "__main__":
    cv2.setNumThreads(1)
    options = [cv2.IMWRITE_JPEG_QUALITY, 88]
    cv2.imwrite(str(Path(sys.argv[1])), sheet()[..., ::-1], options)
