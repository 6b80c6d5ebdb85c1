"""The order of a fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seamfill.fit.drift import Drift, context_of, find_drift
from seamfill.fit.edge import edge_mask
from seamfill.fit.place import IDENTITY, as_float, as_tuple, compose, laid_over, resample, size_of
from seamfill.fit.report import FitOptions, FitReport, Fitted
from seamfill.fit.seam import seam_step
from seamfill.fit.tone import measure_tone
from seamfill.fit.warp import spread_over

if TYPE_CHECKING:
    from seamfill.picture import FloatPixels, Pixels, SelectionMap

__all__ = ["find_drift", "fit_answer"]


def fit_answer(
    original: Pixels,
    answer: Pixels,
    selection: SelectionMap,
    options: FitOptions,
    known: SelectionMap | None,
) -> Fitted:
    """As `seamfill.fit.fit`."""
    old, new = as_float(original), as_float(answer)
    size = size_of(old)
    context = context_of(selection, known)
    base = laid_over(size, size_of(new))
    raw = resample(new, base, size)
    found = Drift(size, False, 0.0, IDENTITY)
    if options.register:
        found = find_drift(old, raw, selection, known)
    drift = found.matrix
    warp = None if found.warp is None else spread_over(found.warp, size)
    placed = resample(new, compose(base, drift), size, warp)
    tone = measure_tone(old, placed, context) if options.tone else None
    fitted = tone.apply(placed) if tone else placed
    mask = edge_mask(old, fitted, selection, context, options.edge)
    fitted = np.clip(fitted, 0, 1)
    centre = drift @ [(size.w - 1) / 2, (size.h - 1) / 2, 1]
    report = FitReport(
        registered=found.registered,
        scale=float(np.sqrt(abs(np.linalg.det(drift[:, :2])))),
        dx=float(centre[0] - (size.w - 1) / 2),
        dy=float(centre[1] - (size.h - 1) / 2),
        agreement=found.agreement,
        seam_before=seam_step(_composed(old, raw, selection), selection),
        seam_after=seam_step(_composed(old, fitted, mask), selection),
        matrix=as_tuple(drift),
    )
    return Fitted(fitted, mask, report)


def _composed(old: FloatPixels, new: FloatPixels, mask: SelectionMap) -> FloatPixels:
    alpha = (mask.astype(np.float32) / 255)[..., None]
    if new.shape[2] == 4:
        alpha = alpha * new[..., 3:]
    composed: FloatPixels = old + alpha * (new[..., :3] - old)
    return composed
