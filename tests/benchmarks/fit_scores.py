"""How well a composed picture fits, against its truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from skimage.color import deltaE_ciede2000
from skimage.metrics import structural_similarity

from seamfill.fit.seam import seam_step

if TYPE_CHECKING:
    from tests.benchmarks.fit_scenes import Case


def scores(case: Case, composed: np.ndarray) -> dict[str, float]:
    """Differences from the truth, inside, at the edge and outside."""
    inside = case.selection > 0
    x, y, w, h = cv2.boundingRect(case.selection)
    part = np.s_[max(0, y - 16) : y + h + 16, max(0, x - 16) : x + w + 16]
    new, truth, mask = composed[part], case.truth[part], inside[part]
    new = np.clip(new, 0, 1)
    similar = structural_similarity(new, truth, channel_axis=2, data_range=1, full=True)[1]
    depth = cv2.distanceTransform(case.selection, cv2.DIST_L2, 5)[part]
    band = (depth > 0) & (depth <= 8)
    lab = [cv2.cvtColor(np.ascontiguousarray(p), cv2.COLOR_RGB2LAB)[band] for p in (new, truth)]
    return {
        "outside": float(np.abs(composed - case.original)[~inside].max(initial=0)),
        "psnr": psnr(new[mask], truth[mask]),
        "ssim": float(similar[mask].mean()),
        "dE": float(deltaE_ciede2000(*lab).mean()),
        "seam": seam_step(composed, case.selection),
    }


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    """In dB, at most 80."""
    error = float(np.mean((a.astype(np.float64) - b) ** 2))
    return min(80.0, 10 * np.log10(1 / max(error, 1e-12)))
