"""What image models do to a picture that they were asked to keep, as known transforms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np
from scipy.ndimage import map_coordinates

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Drift:
    """One way for an answer to go astray.

    `matrix` maps the centre of a region pixel, plus its `warp`, to a pixel of the answer laid over
    the region; then tones, blur, noise and JPEG follow. Where `colours` are changed together, an
    oracle fits them together.
    """

    name: str
    matrix: np.ndarray = field(default_factory=lambda: np.eye(2, 3))
    warp: np.ndarray | None = None
    tone: Callable[[np.ndarray], np.ndarray] | None = None
    blur: float = 0.0
    noise: float = 0.0
    jpeg: int | None = None
    colours: bool = False

    def at(self, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
        """Where each region pixel lies in the answer."""
        x, y = _grid(size)
        if self.warp is not None:
            x, y = x + self.warp[..., 0], y + self.warp[..., 1]
        return _moved(self.matrix, x, y)

    def undo(self, answer: np.ndarray) -> np.ndarray:
        """The answer at the region's pixels: what a perfect registration samples."""
        size = answer.shape[1], answer.shape[0]
        if self.warp is None and np.allclose(self.matrix, np.eye(2, 3)):
            return answer
        x, y = self.at(size)
        return cv2.remap(answer, x, y, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REPLICATE)

    def apply(self, truth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """The answer, uint8, as large as the region."""
        size = truth.shape[1], truth.shape[0]
        answer = truth
        if self.warp is not None or not np.allclose(self.matrix, np.eye(2, 3)):
            back = cv2.invertAffineTransform(self.matrix)
            x0, y0 = _moved(back, *_grid(size))
            x, y = x0, y0
            for _ in range(0 if self.warp is None else 8):
                assert self.warp is not None
                x = x0 - cv2.remap(self.warp[..., 0], x, y, 1, borderMode=cv2.BORDER_REPLICATE)
                y = y0 - cv2.remap(self.warp[..., 1], x, y, 1, borderMode=cv2.BORDER_REPLICATE)
            answer = _splined(truth, x, y)
        if self.tone:
            answer = self.tone(np.clip(answer, 0, 1))
        if self.blur:
            answer = cv2.GaussianBlur(answer, (0, 0), self.blur)
        if self.noise:
            answer = answer + rng.normal(0, self.noise, answer.shape)
        answer = np.clip(np.rint(answer * 255), 0, 255).astype(np.uint8)
        if self.jpeg:
            _, data = cv2.imencode(".jpg", answer, [cv2.IMWRITE_JPEG_QUALITY, self.jpeg])
            answer = cv2.imdecode(data, cv2.IMREAD_COLOR)
        return answer


def drifts(seed: int, size: tuple[int, int]) -> list[Drift]:
    """Every drift of the benchmark, with its strength drawn from a seed."""
    rng = np.random.default_rng([seed, 99])

    def some(low: float, high: float) -> float:
        return float(rng.uniform(low, high) * rng.choice((-1, 1)))

    zoom, far = 1 + some(0.005, 0.04), 1 + some(0.07, 0.1)
    shift = some(1, 9), some(1, 9)
    all_tones = _tones(
        _curve(np.exp(some(0.03, 0.12)), 1 + some(0.02, 0.06), some(0.005, 0.02)),
        _cast(rng, 0.04),
        _gradient(rng, 0.05),
    )
    return [
        Drift("none"),
        Drift("shift", affine(size, dx=shift[0], dy=shift[1])),
        Drift("part of a pixel", affine(size, dx=some(0.2, 0.8), dy=some(0.2, 0.8))),
        Drift("zoom", affine(size, zoom, dx=some(0, 6), dy=some(0, 6))),
        Drift("zoom to 10 %", affine(size, far, dx=some(0, 12), dy=some(0, 12))),
        Drift("rotation", affine(size, turn=some(0.3, 1.0), dx=some(0, 3))),
        Drift("aspect", affine(size, 1 + some(0.002, 0.01), aspect=1 + some(0.005, 0.02))),
        Drift("warp", warp=smooth_warp(rng, size, 1.0)),
        Drift("gain and bias", tone=_curve(1, 1 + some(0.04, 0.1), some(0.01, 0.04))),
        Drift("gamma", tone=_curve(np.exp(some(0.08, 0.2)), 1, 0)),
        Drift("cast", tone=_cast(rng, 0.08)),
        Drift("gradient", tone=_gradient(rng, 0.08)),
        Drift("blur", blur=float(rng.uniform(0.6, 1.3))),
        Drift("noise", noise=float(rng.uniform(0.01, 0.03))),
        Drift("JPEG", jpeg=int(rng.integers(70, 90))),
        Drift(
            "zoom and tones",
            affine(size, zoom, dx=shift[0], dy=shift[1]),
            tone=all_tones,
            noise=0.006,
        ),
        Drift(
            "all of it",
            affine(size, zoom, some(0.1, 0.7), 1 + some(0, 0.01), *shift),
            warp=smooth_warp(rng, size, 0.6),
            tone=all_tones,
            blur=0.5,
            noise=0.01,
            jpeg=85,
        ),
    ]


def affine(
    size: tuple[int, int],
    zoom: float = 1.0,
    turn: float = 0.0,
    aspect: float = 1.0,
    dx: float = 0.0,
    dy: float = 0.0,
) -> np.ndarray:
    """Zoom, turn (degrees) and stretch about the middle, then shift."""
    angle = np.deg2rad(turn)
    linear = zoom * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    linear = linear @ np.diag([aspect**0.5, aspect**-0.5])
    centre = (np.array(size) - 1) / 2
    return np.column_stack([linear, centre - linear @ centre + np.array([dx, dy])])


def smooth_warp(rng: np.random.Generator, size: tuple[int, int], rms: float) -> np.ndarray:
    """A displacement that changes over a quarter of the region."""
    nodes = rng.normal(0, 1, (5, 7, 2)).astype(np.float32)
    field = cv2.resize(nodes, size, interpolation=cv2.INTER_CUBIC)
    return field * np.float32(rms / np.sqrt((field**2).sum(axis=2).mean()))


def _splined(picture: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Sampled by splines of degree 5: OpenCV's own kernels are off by up to 0.04 px."""
    return np.stack(
        [map_coordinates(picture[..., c], [y, x], order=5, mode="mirror") for c in range(3)],
        axis=-1,
    )


def _curve(gamma: float, gain: float, bias: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda p: (p**gamma - 0.5) * gain + 0.5 + bias


def _cast(rng: np.random.Generator, strength: float) -> Callable[[np.ndarray], np.ndarray]:
    gain = (1 + rng.uniform(-strength, strength, 3)).astype(np.float32)
    bias = rng.uniform(-strength, strength, 3).astype(np.float32) / 4
    return lambda p: p * gain + bias


def _gradient(rng: np.random.Generator, strength: float) -> Callable[[np.ndarray], np.ndarray]:
    angle = rng.uniform(0, 2 * np.pi)

    def shade(pixels: np.ndarray) -> np.ndarray:
        x, y = _grid((pixels.shape[1], pixels.shape[0]))
        along = np.cos(angle) * (x / x.max() - 0.5) + np.sin(angle) * (y / y.max() - 0.5)
        return pixels * (1 + strength * 2 * along[..., None])

    return shade


def _tones(*steps: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    def apply(pixels: np.ndarray) -> np.ndarray:
        for step in steps:
            pixels = step(np.clip(pixels, 0, 1))
        return pixels

    return apply


def _grid(size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[: size[1], : size[0]].astype(np.float32)
    return x, y


def _moved(m: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    m = m.astype(np.float32)
    return m[0, 0] * x + m[0, 1] * y + m[0, 2], m[1, 0] * x + m[1, 1] * y + m[1, 2]
