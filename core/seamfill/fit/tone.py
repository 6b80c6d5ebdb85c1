"""Fit the answer's tones to the original, on pairs of pixels of the context.

After registration the context is the same pixels twice, so a regression on pairs tells more than
any comparison of statistics (means, histograms, covariances) can. Each channel gets a curve, gain
and bias may change slowly over the region, and where colours were turned or saturated each channel
takes something of the others.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from seamfill.fit.original import half_of

if TYPE_CHECKING:
    from seamfill.fit.original import Original
    from seamfill.geometry import Size
    from seamfill.image.arrays import FloatPixels

__all__ = ["Tone", "measure_tone"]

# Closer in the shadows, where gamma bends most.
_KNOTS = np.array([0.0, 0.03, 0.08, 0.16, 0.28, 0.42, 0.58, 0.76, 1.0])
# A change of values that is lost in 8 bits.
_UNSEEN = 0.25 / 255
_STEPS = 8193
_MAP = 65
# Rows that are toned at once: what comes in between stays in the processor's cache.
_STRIP = 32
_PAIRS = 5_120
# More noise than that is averaged away, over so many pixels.
_NOISY, _CALM = 1.2 / 255, 7
_FEWEST = 200
_ROUNDS = 5
# What is likely before anything was measured, as standard deviations: how far a curve's slope
# changes from knot to knot, how far it is from 1, and how gain and bias vary over the region.
_BEND, _SLOPE, _GAIN, _GAIN_BEND, _BIAS = 0.12, 0.3, 0.12, 0.03, 0.03
# The same for what a channel takes of another.
_CROSS = 0.12
# Cross terms are believed where what is left becomes less than this share, and where colours vary,
# beyond what the light tells, by so much at least and so much that the terms err by no more.
_LESS, _COLOURFUL, _ERRING = 0.85, 2 / 255, 0.02
_LIGHT = np.array([0.299, 0.587, 0.114])
# Colours as far from grey as the usual ones are.
_SATURATED = 0.2
# Neighbouring pairs err alike: so many count as one.
_ALIKE = 30.0


@dataclass(frozen=True)
class Tone:
    """How the answer's tones become the original's.

    Parameters
    ----------
    curves : array, shape (3, knots)
        What is added to a value, at each knot.
    fields : array, shape (3, 7)
        How gain (5) and bias (2) vary over the region: weights of `_terms`.
    cross : array, shape (3, 3)
        What each channel (row) takes of each; rows sum to 0, so that greys stay.
    """

    curves: npt.NDArray[np.float64]
    fields: npt.NDArray[np.float64]
    cross: npt.NDArray[np.float64]

    def apply(self, pixels: FloatPixels, size: Size, part: tuple[slice, slice]) -> FloatPixels:
        """Correct a part of an answer; in float, without clipping.

        Parameters
        ----------
        pixels : array of float32, shape (h, w, 3 or 4)
        size : Size
            Of the whole region.
        part : tuple of slice
            Where in the region the pixels begin.
        """
        h, w = pixels.shape[:2]
        colours = np.ascontiguousarray(pixels[..., :3])
        # Gain and bias change so slowly that a small map of them says it all.
        top, left = (each.start or 0 for each in part)
        u, v = _positions(left, w, size.w).T, _positions(top, h, size.h)
        gain, bias = (
            cv2.resize(np.stack([_field(f, u, v) for f in fields], axis=-1), (w, h))
            for fields in (self.fields[:, :5], self.fields[:, 5:])
        )
        tables = self._tables()
        for top in range(0, h, _STRIP):
            rows = slice(top, top + _STRIP)
            toned, strip = gain[rows], colours[rows]
            cv2.multiply(toned, strip, dst=toned)
            cv2.add(toned, bias[rows], dst=toned)
            cv2.add(toned, strip, dst=toned)
            at = cv2.multiply(strip, (_STEPS - 1.0,) * 4, dtype=cv2.CV_16U)
            for channel, table in enumerate(tables):
                toned[..., channel] += table.take(at[..., channel], mode="clip")
        if self.cross.any():
            cv2.add(gain, cv2.transform(colours, self.cross.astype(np.float32)), dst=gain)
        alpha = [] if pixels.shape[2] == 3 else [pixels[..., 3:]]
        result: FloatPixels = np.concatenate([gain, *alpha], axis=2) if alpha else gain
        return result

    def _tables(self) -> list[FloatPixels]:
        """The curves in small steps from 0 to 1; beyond, they stay as at the end."""
        steps = np.linspace(0, 1, _STEPS)
        return [np.interp(steps, _KNOTS, curve).astype(np.float32) for curve in self.curves]

    def strength(self) -> float:
        """How far it changes any value, at most."""
        varying = np.abs(self.fields).sum(axis=1)
        turned = _SATURATED * np.abs(self.cross).max(axis=1)
        return float((np.abs(self.curves).max(axis=1) + varying + turned).max())

    def at_grey(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """Gain and bias of each channel about mid-grey: what the curve does there."""
        low, high = 0.25, 0.75
        added = [[np.interp(at, _KNOTS, curve) for at in (low, high)] for curve in self.curves]
        gains = [float(1 + (b - a) / (high - low)) for a, b in added]
        biases = [float(a + b) / 2 for a, b in added]
        return (gains[0], gains[1], gains[2]), (biases[0], biases[1], biases[2])


def measure_tone(original: Original, answer: FloatPixels) -> Tone | None:
    """Regress the original on the registered answer.

    Parameters
    ----------
    original : Original
    answer : array of float32, shape (h, w, 3 or more)

    Returns
    -------
    Tone or None
        None where there is too little context, or nothing to correct.
    """
    old, new = original.half, half_of(answer)
    size = old.shape[1], old.shape[0]
    sure = half_of(original.evidence * np.float32(1)) > 0.99
    if _noise(old, new, sure) > _NOISY:
        # Noise in what is regressed on would flatten the curve.
        side = np.ones((_CALM, _CALM), np.uint8)
        old, new = (cv2.blur(p[..., :3], (_CALM, _CALM)) for p in (old, new))
        sure = cv2.erode(sure.astype(np.uint8), side, borderValue=1) > 0
    y, x = np.nonzero(sure)
    if len(x) < _FEWEST:
        return None
    picked = np.linspace(0, len(x) - 1, min(len(x), _PAIRS)).astype(np.intp)
    y, x = y[picked], x[picked]
    u, v = (x + 0.5) / size[0] * 2 - 1, (y + 0.5) / size[1] * 2 - 1
    tone = _regressed(old[y, x, :3], new[y, x, :3], u, v)
    return tone if tone.strength() > _UNSEEN else None


def _regressed(old: FloatPixels, new: FloatPixels, u: FloatPixels, v: FloatPixels) -> Tone:
    """The tone that pairs of colours tell, each channel by itself if that will do."""
    channels = range(3)
    found = [_channel(old, new, channel, u, v, crossed=False) for channel in channels]
    varied = _own_colour(new)
    if varied > _COLOURFUL:
        crossed = [_channel(old, new, channel, u, v, crossed=True) for channel in channels]
        left = max(each.left for each in crossed)
        erring = left * np.sqrt(_ALIKE / len(new)) / varied
        better = sum(each.left for each in crossed) < _LESS * sum(each.left for each in found)
        found = crossed if better and erring < _ERRING else found
    curves, fields, cross = zip(
        *((each.curve, each.fields, each.cross) for each in found), strict=True
    )
    return Tone(np.stack(curves), np.stack(fields), np.stack(cross))


def _own_colour(colours: FloatPixels) -> float:
    """How far colours vary by themselves and not along with the light, in their poorest direction.

    Where they do not, a curve for each channel and cross terms cannot be told apart.
    """
    by_light = _hats(colours @ _LIGHT.astype(np.float32))
    chroma = colours[:, [0, 2]] - colours[:, [1]]
    told = np.linalg.lstsq(by_light, chroma, rcond=None)[0]
    rest = chroma - by_light @ told
    return float(np.sqrt(max(np.linalg.eigvalsh(np.cov(rest.T))[0], 0)))


def _noise(old: FloatPixels, new: FloatPixels, sure: npt.NDArray[np.bool_]) -> float:
    """How far neighbouring pixels differ in how they changed."""
    change = (new[..., 1] - old[..., 1])[:, :-1]
    beside = (new[..., 1] - old[..., 1])[:, 1:]
    jumps = np.abs(change - beside)[sure[:, 1:] & sure[:, :-1]]
    return float(np.median(jumps)) if jumps.size else 0.0


@dataclass(frozen=True)
class _Channel:
    """What was found for one channel, and how far pairs differ still."""

    curve: npt.NDArray[np.float64]
    fields: npt.NDArray[np.float64]
    cross: npt.NDArray[np.float64]
    left: float


def _channel(
    old: FloatPixels,
    new: FloatPixels,
    channel: int,
    u: FloatPixels,
    v: FloatPixels,
    *,
    crossed: bool,
) -> _Channel:
    """Curve, fields and cross terms of one channel, by robust least squares with a prior."""
    own = new[:, channel]
    others = [other for other in range(3) if other != channel]
    apart = (new[:, others] - own[:, None]).T if crossed else ()
    terms = _terms(u, v)
    design = np.column_stack([_hats(own), *(own * t for t in terms), u, v, *apart])
    target = (old[:, channel] - own).astype(np.float64)
    prior = _prior(design.shape[1])
    trust = np.where((own < 1 / 255) | (own > 254 / 255), 0.2, 1.0)
    solution, rest, spread = np.zeros(design.shape[1]), target, 1.0
    for _ in range(_ROUNDS):
        spread = 1.4826 * float(np.median(np.abs(rest))) + 0.5 / 255
        weights = trust / (1 + (rest / (2.385 * spread)) ** 2)
        weighted = design * weights[:, None]
        normal = weighted.T @ design + prior * spread**2 * _ALIKE
        solution = np.linalg.solve(normal, weighted.T @ target)
        rest = target - design @ solution
    cross = np.zeros(3)
    if crossed:
        cross[others] = solution[-2:]
        cross[channel] = -solution[-2:].sum()
    left = float(np.sqrt(np.mean(np.minimum(rest**2, (3 * spread) ** 2))))
    knots, end = len(_KNOTS), len(_KNOTS) + len(terms) + 2
    return _Channel(solution[:knots], solution[knots:end], cross, left)


def _hats(values: FloatPixels) -> npt.NDArray[np.float64]:
    """Weights of the knots for each value: linear interpolation."""
    index = np.clip(np.searchsorted(_KNOTS, values, side="right") - 1, 0, len(_KNOTS) - 2)
    share = (values - _KNOTS[index]) / (_KNOTS[index + 1] - _KNOTS[index])
    hats = np.zeros((len(values), len(_KNOTS)))
    rows = np.arange(len(values))
    hats[rows, index] = 1 - share
    hats[rows, index + 1] = share
    return hats


def _prior(size: int) -> npt.NDArray[np.float64]:
    """The inverse covariance of the solution before anything was measured."""
    knots = len(_KNOTS)
    rows = []
    slopes = np.zeros((knots - 1, size))
    for i, width in enumerate(np.diff(_KNOTS)):
        slopes[i, i], slopes[i, i + 1] = -1 / width, 1 / width
        rows.append(slopes[i] / _SLOPE / np.sqrt(knots))
    rows += [(b - a) / _BEND for a, b in itertools.pairwise(slopes)]
    spreads = [_GAIN, _GAIN, _GAIN_BEND, _GAIN_BEND, _GAIN_BEND, _BIAS, _BIAS, _CROSS, _CROSS]
    for i, spread in enumerate(spreads[: size - knots]):
        row = np.zeros(size)
        row[knots + i] = 1 / spread
        rows.append(row)
    stacked = np.stack(rows)
    inverse: npt.NDArray[np.float64] = stacked.T @ stacked
    return inverse


def _terms(u: FloatPixels, v: FloatPixels) -> tuple[FloatPixels, ...]:
    return u, v, u * u - 1 / 3, u * v, v * v - 1 / 3


def _positions(start: int, length: int, whole: int) -> FloatPixels:
    """Places along a part of an axis that goes from -1 to 1, as a column, to be broadcast."""
    at = start + (np.arange(_MAP) + 0.5) / _MAP * length
    places: FloatPixels = (at / whole * 2 - 1).astype(np.float32)[:, None]
    return places


def _field(weights: npt.NDArray[np.float64], u: FloatPixels, v: FloatPixels) -> FloatPixels:
    """A slow change over the region: as many of the terms as there are weights."""
    field = np.zeros((v.shape[0], u.shape[1]), np.float32)
    for weight, term in zip(weights, _terms(u, v), strict=False):
        field += np.float32(weight) * term
    return field
