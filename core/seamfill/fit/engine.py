"""The order of a fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from seamfill.fit.edge import edge_mask
from seamfill.fit.place import IDENTITY, as_float, as_tuple, compose, laid_over, resample, size_of
from seamfill.fit.register import register
from seamfill.fit.report import FitOptions, FitReport, Fitted
from seamfill.fit.seam import seam_step
from seamfill.fit.tone import fit_tone

if TYPE_CHECKING:
    from seamfill.picture import FloatPixels, Pixels, SelectionMap

__all__ = ["fit_answer"]


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
    context = _context(selection, known)
    base = laid_over(size, size_of(new))
    raw = resample(new, base, size)
    drift, registered, agreement = IDENTITY, False, 0.0
    if options.register:
        drift, registered, agreement = register(old, raw, context)
    placed = resample(new, compose(base, drift), size)
    fitted = fit_tone(old, placed, context) if options.tone else placed
    mask = edge_mask(old, fitted, selection, options.edge)
    fitted = np.clip(fitted, 0, 1)
    centre = drift @ [(size.w - 1) / 2, (size.h - 1) / 2, 1]
    report = FitReport(
        registered=registered,
        scale=float(np.sqrt(abs(np.linalg.det(drift[:, :2])))),
        dx=float(centre[0] - (size.w - 1) / 2),
        dy=float(centre[1] - (size.h - 1) / 2),
        agreement=agreement,
        seam_before=seam_step(_composed(old, raw, selection), selection),
        seam_after=seam_step(_composed(old, fitted, mask), selection),
        matrix=as_tuple(drift),
    )
    return Fitted(fitted, mask, report)


def _context(selection: SelectionMap, known: SelectionMap | None) -> FloatPixels:
    away = cv2.dilate((selection > 0).astype(np.uint8), np.ones((7, 7), np.uint8))
    context: FloatPixels = (away == 0).astype(np.float32)
    if known is not None:
        context[known == 0] = 0
    return context


def _composed(old: FloatPixels, new: FloatPixels, mask: SelectionMap) -> FloatPixels:
    alpha = (mask.astype(np.float32) / 255)[..., None]
    if new.shape[2] == 4:
        alpha = alpha * new[..., 3:]
    composed: FloatPixels = old + alpha * (new[..., :3] - old)
    return composed
