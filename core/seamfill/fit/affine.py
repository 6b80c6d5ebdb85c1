"""Find the affine drift of an answer from the context alone.

Robust Gauss-Newton on high-passed luminance, coarse to fine: the inverse compositional
Lucas-Kanade method (Baker and Matthews 2004) with a gain and a bias, and Cauchy weights, so that
what the model repainted in the context does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt

from seamfill.fit.pyramid import Level, Pair, agreement, moved, through
from seamfill.fit.transform import IDENTITY, Matrix, concatenate, farthest
from seamfill.geometry import Size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seamfill.image.arrays import FloatPixels

__all__ = ["Match", "match_affine"]

_COARSE, _FINE = (96, 192), (384, 768)
_ITERATIONS = 16
# Pixels of the level.
_STILL = 1e-3
# A zoom or turn this large in one step is no refinement: there is nothing to find.
_WILD = 0.3
_SAMPLES = 8_192
_ROW = 256
# A match that agrees less than this is worth a search over zooms and shifts.
_CONVINCING = 0.8
_ZOOMS = np.arange(0.86, 1.16, 0.02)
_REACH = 0.27
# A drift of so few pixels is only believed when the logarithm of its odds against none is clear;
# neighbouring pixels err alike, so many count as one.
_SMALL, _CLEAR, _ALIKE = 1.5, 20.0, 12.0


@dataclass(frozen=True)
class Match:
    """An affine drift and how well it explains the context.

    Parameters
    ----------
    matrix : Matrix
        From region pixels to pixels of the answer laid over the region.
    agreement : float
        0..1.
    """

    matrix: Matrix
    agreement: float


def match_affine(pair: Pair) -> Match:
    """Estimate the drift, from coarse to fine.

    Parameters
    ----------
    pair : Pair

    Returns
    -------
    Match
        With the drift in region pixels.
    """
    best = _refined(pair, (*_COARSE, *_FINE), IDENTITY)
    if best.agreement < _CONVINCING:
        starts = _searched(pair.at(_COARSE[0], IDENTITY))
        tried = [_refined(pair, _COARSE, start) for start in starts]
        other = max(tried, key=lambda match: match.agreement)
        other = _refined(pair, _FINE, other.matrix)
        best = max(best, other, key=lambda match: match.agreement)
    if farthest(best.matrix, Size(*pair.size)) < _SMALL and not _is_certain(pair, best.matrix):
        return Match(IDENTITY, best.agreement)
    return best


def _is_certain(pair: Pair, drift: Matrix) -> bool:
    """Whether the evidence for a small drift leaves no doubt, against none at all."""
    level = pair.at(_FINE[-1], IDENTITY)
    points = _points(level)
    if points is None:
        return False
    x, y = points
    old = level.old[y, x]
    rests = []
    for matrix in (IDENTITY, through(level.to_region, drift)):
        new = _sampled(level.new, matrix, x, y)
        terms = np.stack([new, np.ones_like(new), new * level.light[y, x]])
        rests.append(old - _robust_solution(terms, old).astype(np.float32) @ terms)
    spread = 1.4826 * float(np.median(np.abs(rests[1]))) + 1 / 255
    likely = [float(-np.log1p((rest / (2.385 * spread)) ** 2).sum()) for rest in rests]
    return (likely[1] - likely[0]) * 2.385**2 / 2 > _CLEAR * _ALIKE


def _refined(pair: Pair, scales: Sequence[int], start: Matrix) -> Match:
    """Gauss-Newton, scale by scale."""
    drift, agree = start, 0.0
    for longest in scales:
        level = pair.at(longest, drift)
        rest = _gauss_newton(level)
        drift = concatenate(drift, level.outward(rest))
        agree = agreement(level.old, moved(level.new, rest), level.context)
    return Match(drift, agree)


def _gauss_newton(level: Level) -> Matrix:
    """What is left to undo, in pixels of the level."""
    drift = IDENTITY
    points = _points(level)
    if points is None:
        return drift
    x, y = points
    old = level.old[y, x]
    gy, gx = _slopes(level.old, y, x)
    h, w = level.old.shape
    half = max(w, h) / 2
    u, v = (x - w / 2) / half, (y - h / 2) / half
    jacobian = [gx * u, gx * v, gx, gy * u, gy * v, gy]
    light = level.light[y, x] - level.light[y, x].mean()
    tones: npt.NDArray[np.float64] | None = None
    for _ in range(_ITERATIONS):
        new = _sampled(level.new, drift, x, y)
        # Gain and bias; then a gain that varies with the light and over the region.
        varied = [new * light, new * u, new * v] if level.fine else []
        terms = np.stack([*jacobian, -new, -np.ones_like(new), *varied]).astype(np.float32)
        step = _robust_solution(terms, new - old, tones)
        tones = step.copy()
        tones[:6] = 0
        change: Matrix = np.array([[step[0], step[1], step[2]], [step[3], step[4], step[5]]])
        change[:, :2] /= half
        if not abs(change[:, :2]).max() < _WILD:
            break
        change[:, 2] -= change[:, :2] @ [w / 2, h / 2]
        whole = np.vstack([change, [0, 0, 0]]) + np.eye(3)
        drift = concatenate(drift, np.linalg.inv(whole)[:2].astype(np.float64))
        if abs(step[:6]).max() < (_STILL if level.fine else 10 * _STILL):
            break
    return drift


def _points(level: Level) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]] | None:
    """Pixels of the context where there is something to match, spread evenly."""
    inner = level.context.copy()
    inner[[0, -1]] = False
    inner[:, [0, -1]] = False
    y, x = np.nonzero(inner)
    count = min(len(x), _SAMPLES) // _ROW * _ROW
    if not count:
        return None
    picked = np.linspace(0, len(x) - 1, count).astype(np.intp)
    return x[picked], y[picked]


def _slopes(
    picture: FloatPixels, y: npt.NDArray[np.intp], x: npt.NDArray[np.intp]
) -> tuple[FloatPixels, FloatPixels]:
    """Central differences."""
    half = np.float32(0.5)
    down, along = picture[y + 1, x] - picture[y - 1, x], picture[y, x + 1] - picture[y, x - 1]
    return half * down, half * along


def _sampled(
    picture: FloatPixels, m: Matrix, x: npt.NDArray[np.intp], y: npt.NDArray[np.intp]
) -> FloatPixels:
    at_x = (m[0, 0] * x + m[0, 1] * y + m[0, 2]).astype(np.float32).reshape(-1, _ROW)
    at_y = (m[1, 0] * x + m[1, 1] * y + m[1, 2]).astype(np.float32).reshape(-1, _ROW)
    values: FloatPixels = cv2.remap(picture, at_x, at_y, cv2.INTER_LINEAR).ravel()
    return values


def _robust_solution(
    terms: FloatPixels, target: FloatPixels, start: npt.NDArray[np.float64] | None = None
) -> npt.NDArray[np.float64]:
    """Least squares with Cauchy weights, from where a first solution leaves off.

    Parameters
    ----------
    terms : array of float32, shape (unknowns, samples)
    target : array of float32, shape (samples,)
    start : array, shape (unknowns,), optional
        A solution to weigh by; found first if None.
    """
    solution: npt.NDArray[np.floating[Any]] = np.zeros(len(terms)) if start is None else start
    for _ in range(2 if start is None else 1):
        rest = target - solution.astype(np.float32) @ terms
        spread = 2.385 * 1.4826 * np.median(np.abs(rest[::3])) + 1e-6
        weighted = terms / (1 + (rest / np.float32(spread)) ** 2)
        normal = (weighted @ terms.T).astype(np.float64)
        normal += np.eye(len(normal)) * 1e-6 * np.trace(normal)
        solution = np.linalg.solve(normal, (weighted @ target).astype(np.float64))
    return solution.astype(np.float64)


def _searched(level: Level) -> list[Matrix]:
    """The most likely zooms and shifts, by correlation over all of them."""
    h, w = level.old.shape
    reach_x, reach_y = round(w * _REACH), round(h * _REACH)
    mask = level.context.astype(np.float32)
    found = []
    for zoom in _ZOOMS:
        centre = np.array([(w - 1) / 2, (h - 1) / 2])
        shift = centre - zoom * (centre + np.array([reach_x, reach_y]))
        matrix = np.array([[zoom, 0, shift[0]], [0, zoom, shift[1]]])
        size = w + 2 * reach_x, h + 2 * reach_y
        larger = cv2.warpAffine(
            level.new, matrix, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        )
        match = cv2.matchTemplate(larger, level.old, cv2.TM_CCORR_NORMED, mask=mask)
        _, best, _, (dx, dy) = cv2.minMaxLoc(np.nan_to_num(match, posinf=0, neginf=0))
        offset = np.array([[1.0, 0, dx], [0, 1.0, dy]])
        found.append((best, level.outward(concatenate(matrix, offset))))
    found.sort(key=lambda f: -f[0])
    return [matrix for _, matrix in found[:3]]
