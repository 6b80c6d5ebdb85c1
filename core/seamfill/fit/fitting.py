"""The order of a fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from seamfill.fit.drift import Drift, find_drift
from seamfill.fit.edge import edge_mask
from seamfill.fit.grain import add_grain
from seamfill.fit.grid import spread_over
from seamfill.fit.report import FitReport, Fitted
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
    from seamfill.fit.original import Original
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


def fit_answer(original: Original, answer: Pixels, options: FitOptions) -> Fitted:
    """As `seamfill.fit.fit`.

    Parameters
    ----------
    original : Original
    answer : array
    options : FitOptions

    Returns
    -------
    Fitted
    """
    old, new, size = original.pixels, as_float(answer), original.size
    kept = _kept(old, new, original.evidence)
    if kept:
        drift = Drift(size, known=True, registered=True, agreement=1.0)
    else:
        drift = find_drift(original, new) if options.register else Drift(size)
    fitted, reached = _placed(new, drift, original.around)
    original = original.within(reached)
    around, beside = original.around, original.beside
    tone = texture = None
    if options.tone and not kept and not (drift.known and not drift.registered):
        tone = measure_tone(original, fitted)
    if fitted is new and not kept:
        fitted = new.copy()
    if tone:
        fitted[around] = tone.apply(fitted[around], size, around)
    if options.texture != "off" and not kept and drift.registered:
        texture = measure_texture(old[around], fitted[around], original.evidence[around])
    if texture:
        _refine(fitted[beside], texture)
    mask = original.selection.copy()
    mask[beside] = edge_mask(
        old[beside],
        fitted[beside],
        original.selection[beside],
        original.context[beside],
        options.edge,
        original.depth,
    )
    if texture and texture.grain:
        shown = fitted[beside][..., :3]
        shown[:] = add_grain(shown, mask[beside], texture.grain, options.texture_seed)
    np.clip(fitted, 0, 1, out=fitted)
    seams = _seams(original, new, fitted, mask)
    return Fitted(fitted, mask, _report(drift, tone, texture, seams))


def _placed(
    new: FloatPixels, drift: Drift, around: tuple[slice, slice]
) -> tuple[FloatPixels, SelectionMap]:
    """The answer at the region's pixels, and where it reaches."""
    size = drift.size
    base = laid_over(size, size_of(new), drift.layout)
    matrix = concatenate(base, drift.matrix)
    warp = None if drift.warp is None else spread_over(drift.warp, size)
    fitted = resample(new, matrix, size, samples_of(base), warp, around)
    return fitted, covered(matrix, size, size_of(new), _SLACK * max(size_of(new)))


def _seams(
    original: Original, new: FloatPixels, fitted: FloatPixels, mask: SelectionMap
) -> tuple[float, float, float]:
    """The seam's step as the answer came and as it was fitted, and its strongest local step."""
    size, seam, part = original.size, original.seam, original.beside
    raw = preview(new, laid_over(size, size_of(new)), size, "stretched")
    old, own = original.pixels[part][seam.at], fitted[part][seam.at]
    as_it_came = _composed(old, raw[part][seam.at], original.selection[part][seam.at])
    composed = _composed(old, own, mask[part][seam.at])
    return seam.step(as_it_came), seam.step(composed), seam.local_step(composed, own[..., :3])


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


def _composed(old: FloatPixels, new: FloatPixels, mask: SelectionMap) -> FloatPixels:
    alpha = (mask.astype(np.float32) / 255)[..., None]
    if new.shape[-1] == 4:
        alpha = alpha * new[..., 3:]
    composed: FloatPixels = old + alpha * (new[..., :3] - old)
    return composed
