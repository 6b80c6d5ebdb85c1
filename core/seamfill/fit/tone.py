"""Fit the answer's tones to the original, on pairs of pixels of the context."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from seamfill.picture import FloatPixels

__all__ = ["fit_tone"]


def fit_tone(original: FloatPixels, answer: FloatPixels, context: FloatPixels) -> FloatPixels:
    """Undo the model's change of tones."""
    step = max(1, int(np.sqrt(context.size / 200_000)))
    picked = context[::step, ::step] > 0.5
    if picked.sum() < 64:
        return answer
    old, new = original[::step, ::step][picked], answer[::step, ::step][picked]
    gains, biases = [], []
    for channel in range(3):
        gain, bias = _line(new[:, channel], old[:, channel])
        gains.append(gain)
        biases.append(bias)
    toned = answer.copy()
    toned[..., :3] = answer[..., :3] * np.array(gains, np.float32) + np.array(biases, np.float32)
    return toned


def _line(x: FloatPixels, y: FloatPixels) -> tuple[float, float]:
    weights = np.ones_like(x)
    gain, bias = 1.0, 0.0
    for _ in range(4):
        total = weights.sum()
        mx, my = (weights * x).sum() / total, (weights * y).sum() / total
        variance = (weights * (x - mx) ** 2).sum() / total + 1e-5
        gain = float(
            np.clip(((weights * (x - mx) * (y - my)).sum() / total + 1e-5) / variance, 0.7, 1.4)
        )
        bias = float(my - gain * mx)
        rest = y - gain * x - bias
        spread = 1.5 * 1.4826 * np.median(np.abs(rest)) + 1e-3
        weights = 1 / (1 + (rest / spread) ** 2)
    return gain, bias
