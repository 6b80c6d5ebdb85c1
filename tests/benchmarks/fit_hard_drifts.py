"""Drifts nearer to what real models do than smooth ones: local, in colour, in perspective, far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from tests.benchmarks.fit_drifts import Drift, affine

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["hard_drifts"]

_LIGHT = np.array([0.299, 0.587, 0.114], np.float32)
_SEPIA = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]])
_YIQ = np.array([[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]])


def hard_drifts(seed: int, size: tuple[int, int]) -> list[Drift]:
    """Every drift of the second table, with its strength drawn from a seed."""
    rng = np.random.default_rng([seed, 98])

    def some(low: float, high: float) -> float:
        return float(rng.uniform(low, high) * rng.choice((-1, 1)))

    far = affine(size, dx=some(0.17, 0.22) * size[0], dy=some(0, 0.03) * size[1])
    mixed = _then(_browned(rng.uniform(0.1, 0.25)), _curved(rng.uniform(0.3, 0.6)))
    found = [
        *(
            Drift(f"elastic 0.6 px, {scale} px", warp=elastic(rng, size, 0.6, scale))
            for scale in (40, 60, 80)
        ),
        Drift(
            "shift, elastic 40 px, sepia, S-curve",
            affine(size, dx=some(1, 6), dy=some(1, 6)),
            warp=elastic(rng, size, 0.6, 40),
            tone=mixed,
        ),
        Drift("saturation", tone=_saturated(1 + some(0.15, 0.25))),
        Drift("sepia", tone=_browned(rng.uniform(0.15, 0.3))),
        Drift("hue", tone=_turned(some(5, 10))),
        Drift("perspective 2 px", warp=perspective(rng, size, 2)),
        Drift("perspective 6 px", warp=perspective(rng, size, 6)),
        Drift("shift 20 %", far),
        Drift("vignette, tiles, JPEG", tone=_then(_vignette(rng), _tiles(rng)), jpeg=88),
    ]
    for drift in found:
        drift.colours = True
    return found


def elastic(
    rng: np.random.Generator, size: tuple[int, int], rms: float, scale: float
) -> np.ndarray:
    """A displacement that changes over so many pixels."""
    noise = rng.normal(0, 1, (size[1], size[0], 2)).astype(np.float32)
    field = cv2.GaussianBlur(noise, (0, 0), scale / 2, borderType=cv2.BORDER_REFLECT)
    return field * np.float32(rms / np.sqrt((field**2).sum(axis=2).mean()))


def perspective(rng: np.random.Generator, size: tuple[int, int], reach: float) -> np.ndarray:
    """Corners moved by up to so many pixels, each its own way."""
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) * (np.array(size) - 1)
    moved = corners + rng.uniform(-reach, reach, (4, 2))
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), moved.astype(np.float32))
    x, y = np.meshgrid(*(np.arange(length, dtype=np.float32) for length in size))
    points = np.stack([x, y, np.ones_like(x)], axis=-1) @ matrix.T
    field: np.ndarray = points[..., :2] / points[..., 2:] - np.stack([x, y], axis=-1)
    return field.astype(np.float32)


def _saturated(by: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda p: (p @ _LIGHT)[..., None] * (1 - by) + by * p


def _browned(share: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda p: (1 - share) * p + share * (p @ _SEPIA.T.astype(np.float32))


def _turned(degrees: float) -> Callable[[np.ndarray], np.ndarray]:
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    turn = np.linalg.inv(_YIQ) @ np.array([[1, 0, 0], [0, c, -s], [0, s, c]]) @ _YIQ
    return lambda p: p @ turn.T.astype(np.float32)


def _curved(strength: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda p: p + strength * (p * p * (3 - 2 * p) - p)


def _vignette(rng: np.random.Generator) -> Callable[[np.ndarray], np.ndarray]:
    strength = rng.uniform(0.05, 0.12)

    def shade(pixels: np.ndarray) -> np.ndarray:
        h, w = pixels.shape[:2]
        y, x = np.mgrid[-1 : 1 : h * 1j, -1 : 1 : w * 1j].astype(np.float32)
        return pixels * (1 - strength * (x * x + y * y)[..., None] / 2)

    return shade


def _tiles(rng: np.random.Generator) -> Callable[[np.ndarray], np.ndarray]:
    """Squares that are a little lighter or darker, as decoders make them that work in tiles."""
    gains = 1 + rng.normal(0, 0.006, (4, 6, 1)).astype(np.float32)

    def shade(pixels: np.ndarray) -> np.ndarray:
        h, w = pixels.shape[:2]
        gain = cv2.resize(gains, (w, h), interpolation=cv2.INTER_NEAREST)
        return pixels * cv2.GaussianBlur(gain, (0, 0), 12)[..., None]

    return shade


def _then(*steps: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    def apply(pixels: np.ndarray) -> np.ndarray:
        for step in steps:
            pixels = step(np.clip(pixels, 0, 1))
        return pixels

    return apply
