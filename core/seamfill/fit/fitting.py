"""The order of a fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from seamfill.fit.drift import Drift, context_of, find_drift
from seamfill.fit.edge import edge_mask
from seamfill.fit.grain import add_grain
from seamfill.fit.grid import spread_over
from seamfill.fit.report import FitReport, Fitted
from seamfill.fit.seam import Seam
from seamfill.fit.sharpness import sharpen
from seamfill.fit.texture import Texture, calm_down, measure_texture
from seamfill.fit.tone import Tone, measure_tone
from seamfill.fit.transform import (
    as_float,
    as_tuple,
    concatenate,
    covered,
    laid_over,
    preview,
    resample,
    samples_of,
    size_of,
)

if TYPE_CHECKING:
    from seamfill.image.arrays import FloatPixels, Pixels, SelectionMap
    from seamfill.options import FitOptions

__all__ = ["fit_answer"]

# Of its longest side: so far beyond its border an answer is continued. Farther out the original
# stays.
_SLACK = 0.03
# Of the context, in pixels: less is no evidence.
_ENOUGH = 1000
# One level of eight bits: an endpoint may have rounded otherwise.
_ROUNDING = 1.01 / 255
# Rows that are compared at once: most answers differ in the first.
_STRIP = 64
# How far from the selection a seam is compared with its surroundings, and textures are.
_BESIDE, _AROUND = 24, 128


def fit_answer(
    original: Pixels,
    answer: Pixels,
    selection: SelectionMap,
    options: FitOptions,
    known: SelectionMap | None,
    painted: SelectionMap | None,
) -> Fitted:
    """As `seamfill.fit.fit`.

    Parameters
    ----------
    original, answer, selection, options, known, painted
        See `seamfill.fit.fit`.

    Returns
    -------
    Fitted
    """
    old, new = as_float(original), as_float(answer)
    size = size_of(old)
    context = context_of(selection, known)
    evidence = context if painted is None else context * (painted == 0)
    kept = _kept(old, new, evidence)
    if kept:
        drift = Drift(size, known=True, registered=True, agreement=1.0)
    else:
        drift = find_drift(old, new, evidence) if options.register else Drift(size)
    base = laid_over(size, size_of(new), drift.layout)
    matrix = concatenate(base, drift.matrix)
    warp = None if drift.warp is None else spread_over(drift.warp, size)
    part, wide = _around(selection, _BESIDE), _around(selection, _AROUND)
    fitted = resample(new, matrix, size, samples_of(base), warp, wide)
    reached = covered(matrix, size, size_of(new), _SLACK * max(size_of(new)))
    selection, context = selection * reached, context * reached
    tone = None
    if options.tone and not kept and not (drift.known and not drift.registered):
        tone = measure_tone(old, fitted, evidence * reached)
    if tone:
        fitted = tone.apply(fitted)
    texture = None
    if options.texture != "off" and not kept and drift.registered:
        texture = measure_texture(old[wide], fitted[wide], (evidence * reached)[wide])
    if texture:
        fitted = fitted.copy() if fitted is new else fitted
        _refine(fitted[part], texture)
    mask = edge_mask(old, fitted, selection, context, options.edge)
    if texture and texture.grain:
        shown = fitted[part][..., :3]
        shown[:] = add_grain(shown, mask[part], texture.grain, options.texture_seed)
    np.clip(fitted, 0, 1, out=fitted)
    raw = preview(new, laid_over(size, size_of(new)), size, "stretched")
    seam = Seam(selection[part])
    beside = old[part][seam.at]
    own = fitted[part][seam.at]
    before = seam.step(_composed(beside, raw[part][seam.at], selection[part][seam.at]))
    composed = _composed(beside, own, mask[part][seam.at])
    seams = before, seam.step(composed), seam.local_step(composed, own[..., :3])
    return Fitted(fitted, mask, _report(drift, tone, texture, seams))


def _kept(old: FloatPixels, new: FloatPixels, context: SelectionMap) -> bool:
    """Whether the answer left the context alone, as endpoints that compose their answers do.

    There is nothing to register or to tone then, and looking for it takes the most time.
    """
    if size_of(old) != size_of(new) or np.count_nonzero(context) < _ENOUGH:
        return False
    colours = np.ascontiguousarray(new[..., :3])
    if new.shape[2] == 4 and new[..., 3][context > 0].min() < 1:
        return False
    strips = (slice(top, top + _STRIP) for top in range(0, len(old), _STRIP))
    return all(
        cv2.norm(old[rows], colours[rows], cv2.NORM_INF, context[rows]) <= _ROUNDING
        for rows in strips
    )


def _report(
    drift: Drift, tone: Tone | None, texture: Texture | None, seams: tuple[float, float, float]
) -> FitReport:
    m, size = drift.matrix, drift.size
    centre = np.array([(size.w - 1) / 2, (size.h - 1) / 2])
    shift = m[:, :2] @ centre + m[:, 2] - centre
    warp = 0.0 if drift.warp is None else float(np.linalg.norm(drift.warp, axis=2).max())
    gains, biases = tone.at_grey() if tone else ((1.0, 1.0, 1.0), (0.0, 0.0, 0.0))
    return FitReport(
        registered=drift.registered,
        scale=float(np.sqrt(abs(np.linalg.det(m[:, :2])))),
        dx=float(shift[0]),
        dy=float(shift[1]),
        agreement=drift.agreement,
        seam_before=seams[0],
        seam_after=seams[1],
        layout=drift.layout,
        matrix=as_tuple(m),
        rotation=float(np.degrees(np.arctan2(m[0, 1] - m[1, 0], m[0, 0] + m[1, 1]))),
        warp=warp,
        gain=gains,
        bias=biases,
        known=drift.known,
        sharpness=texture.sharpness.amount if texture and texture.sharpness else 1.0,
        grain=texture.grain.strength if texture and texture.grain else 0.0,
        calmed=texture.calm if texture else 0.0,
        seam_local=seams[2],
    )


def _refine(shown: FloatPixels, texture: Texture) -> None:
    """Sharpen and calm what shows, in place."""
    colours = np.ascontiguousarray(shown[..., :3])
    if texture.sharpness:
        colours = sharpen(colours, texture.sharpness)
    if texture.calm > 0:
        colours = calm_down(colours, texture.calm, texture.noise)
    shown[..., :3] = colours


def _around(selection: SelectionMap, reach: int) -> tuple[slice, slice]:
    """Rows and columns of the selection with so much around it."""
    x, y, w, h = cv2.boundingRect(selection)
    return (
        slice(max(0, y - reach), y + h + reach),
        slice(max(0, x - reach), x + w + reach),
    )


def _composed(old: FloatPixels, new: FloatPixels, mask: SelectionMap) -> FloatPixels:
    alpha = (mask.astype(np.float32) / 255)[..., None]
    if new.shape[-1] == 4:
        alpha = alpha * new[..., 3:]
    composed: FloatPixels = old + alpha * (new[..., :3] - old)
    return composed
