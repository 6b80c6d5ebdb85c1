"""Ways to put an answer back, each giving the composed picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from tests.benchmarks.fit_drifts import Drift
    from tests.benchmarks.fit_scenes import Case


def raw_paste(case: Case, answer: np.ndarray) -> np.ndarray:
    """What most plug-ins do."""
    return mixed(case, answer, case.selection / np.float32(255))


def feathered_paste(case: Case, answer: np.ndarray) -> np.ndarray:
    """The same with a feather of 12 px inside the selection."""
    depth = cv2.distanceTransform(case.selection, cv2.DIST_L2, 5)
    return mixed(case, answer, np.clip(depth / 12, 0, 1))


def mean_colour_match(case: Case, answer: np.ndarray) -> np.ndarray:
    """Mean and spread of the surroundings, channel by channel, then a feather of 4 px."""
    ring = (cv2.dilate(case.selection, np.ones((97, 97))) > 0) & (case.selection == 0)
    old, new = case.original[ring], answer[ring]
    gain = old.std(axis=0) / np.maximum(new.std(axis=0), 1e-3)
    matched = np.clip((answer - new.mean(axis=0)) * gain + old.mean(axis=0), 0, 1)
    depth = cv2.distanceTransform(case.selection, cv2.DIST_L2, 5)
    return mixed(case, matched, np.clip(depth / 4, 0, 1))


def seamless_clone(case: Case, answer: np.ndarray) -> np.ndarray:
    """Poisson blending (Pérez 2003) as OpenCV does it."""
    x, y, w, h = cv2.boundingRect(case.selection)
    mask = case.selection.copy()
    mask[[0, -1], :] = 0
    mask[:, [0, -1]] = 0
    x, y, w, h = cv2.boundingRect(mask)
    cloned = cv2.seamlessClone(
        np.ascontiguousarray(np.rint(answer * 255).astype(np.uint8)),
        np.rint(case.original * 255).astype(np.uint8),
        mask.copy(),  # it is written to
        (x + w // 2, y + h // 2),
        cv2.NORMAL_CLONE,
    )
    return mixed(case, cloned.astype(np.float32) / 255, (mask > 0).astype(np.float32))


def oracle(case: Case, answer: np.ndarray, drift: Drift) -> np.ndarray:
    """The drift undone by its known transform, tones fitted on the truth itself."""
    placed = drift.undo(answer)
    h, w = placed.shape[:2]
    at_x, at_y = drift.at((w, h))
    reached = ((at_x >= 0) & (at_x <= w - 1) & (at_y >= 0) & (at_y <= h - 1))[::3, ::3]
    y, x = (np.mgrid[:h, :w] / max(h, w) - 0.5).astype(np.float32)
    step = np.s_[::3, ::3]
    toned = np.empty_like(placed)
    for channel in range(3):
        v = placed[..., channel]
        others = [placed[..., c] for c in range(3) if c != channel and drift.colours]
        terms = np.stack([np.ones_like(v), v, v**2, v**3, x, y, v * x, v * y, *others], axis=-1)
        pairs = terms[step][reached], case.truth[step][..., channel][reached]
        toned[..., channel] = terms @ np.linalg.lstsq(*pairs, rcond=None)[0]
    return mixed(case, np.clip(toned, 0, 1), case.selection / np.float32(255))


def mixed(case: Case, new: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """New over original."""
    alpha = alpha[..., None].astype(np.float32)
    return case.original + alpha * (new - case.original)
