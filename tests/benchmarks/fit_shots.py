"""Shots of a scene with a camera's noise, and what models make of them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

__all__ = ["ANSWERS", "NOISES", "Shot", "octaves", "shot"]

NOISES = ("white", "photons", "luminance", "film", "colour film", "sensor", "coarse", "JPEG")
ANSWERS = (
    *("echo", "clean", "blur 1 px", "NLM", "bilateral", "blur, noise, JPEG 85", "oversharpened"),
    *("reduced and enlarged", "repainted 0.5 px off"),
)
_SIDE = 24


@dataclass(frozen=True)
class Shot:
    """A scene that was taken twice, and what a model gave back of the first.

    Parameters
    ----------
    clean : array of float32
        The scene without noise, 0..1.
    first, second : array of uint8
        Shots that differ in their noise alone.
    selection : array of uint8
    """

    clean: np.ndarray
    first: np.ndarray
    second: np.ndarray
    selection: np.ndarray

    def answer(self, kind: str, rng: np.random.Generator) -> np.ndarray:
        """What a model gives back, a little zoomed and shifted."""
        answer = _answered(kind, self.clean, self.first, rng)
        h, w = answer.shape[:2]
        zoom = 1 + rng.uniform(-0.01, 0.01)
        shift = rng.uniform(-2, 2, 2) + (1 - zoom) * np.array([w, h]) / 2
        matrix = np.array([[zoom, 0, shift[0]], [0, zoom, shift[1]]])
        return cv2.warpAffine(
            answer, matrix, (w, h), flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT
        )


def shot(clean: np.ndarray, noise: str, rng: np.random.Generator) -> Shot:
    """Take a scene twice and select a part of it."""
    h, w = clean.shape[:2]
    strength = rng.uniform(3, 8)
    seeds = rng.integers(0, 2**32, 2)
    first, second = (_noisy(clean, noise, strength, np.random.default_rng(s)) for s in seeds)
    selection = np.zeros((h, w), np.uint8)
    middle = int(w * rng.uniform(0.4, 0.6)), int(h * rng.uniform(0.4, 0.6))
    axes = int(w * rng.uniform(0.14, 0.22)), int(h * rng.uniform(0.16, 0.26))
    cv2.ellipse(selection, middle, axes, 0, 0, 360, 255, -1)
    return Shot(clean, first, second, selection)


def octaves(pixels: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Mean logarithm of power in four octaves, the finest first, of blocks that lie in a region."""
    grey = cv2.cvtColor(pixels.astype(np.float32), cv2.COLOR_RGB2GRAY)
    taper = np.hanning(_SIDE + 2)[1:-1]
    window = np.outer(taper, taper)
    whole = cv2.erode(where.astype(np.uint8), np.ones((_SIDE, _SIDE)), anchor=(0, 0), borderValue=0)
    whole[1 - _SIDE :], whole[:, 1 - _SIDE :] = 0, 0
    y, x = np.nonzero(whole[::8, ::8])
    blocks = np.lib.stride_tricks.sliding_window_view(grey, (_SIDE, _SIDE))[y * 8, x * 8]
    centred = (blocks - blocks.mean(axis=(1, 2), keepdims=True)) * window
    power = np.abs(np.fft.fft2(centred)) ** 2 / (window**2).sum()
    radius = np.hypot(*np.meshgrid(np.fft.fftfreq(_SIDE), np.fft.fftfreq(_SIDE)))
    tops = (0.5, 0.25, 0.125, 0.0625)
    rings = [(radius >= top / 2) & (radius < top) for top in tops]
    # A tenth of a level is nothing that anybody sees.
    sums = [np.log(power[:, ring].sum(axis=1) + 0.01 * ring.sum()) for ring in rings]
    return np.array([each.mean() for each in sums])


def _noisy(clean: np.ndarray, kind: str, strength: float, rng: np.random.Generator) -> np.ndarray:
    def white(channels: int) -> np.ndarray:
        return rng.standard_normal((*clean.shape[:2], channels)).astype(np.float32)

    def grain(channels: int, size: float) -> np.ndarray:
        blurred = cv2.GaussianBlur(white(channels), (0, 0), size).reshape(*clean.shape[:2], -1)
        return blurred / blurred.std()

    light = clean.mean(axis=2, keepdims=True)
    middling = 0.3 + 2.8 * light * (1 - light)
    if kind == "photons":
        noise = white(3) * np.sqrt(0.2 + 1.6 * clean)
    elif kind == "luminance":
        noise = white(1) * np.ones(3)
    elif kind == "film":
        noise = grain(1, 0.8) * middling * np.ones(3)
    elif kind == "colour film":
        noise = (0.5 * grain(3, 0.9) + 0.85 * grain(1, 0.9)) * middling
    elif kind == "sensor":
        noise = _demosaicked(white(3))
    elif kind == "coarse":
        noise = grain(3, 1.2)
    else:
        noise = white(3)
    taken = _rounded(clean * 255 + strength * noise)
    return _jpeg(taken, 92) if kind == "JPEG" else taken


def _demosaicked(noise: np.ndarray) -> np.ndarray:
    """Each channel at its own places of a Bayer pattern, the rest in between."""
    seen = np.zeros_like(noise)
    seen[::2, ::2, 0] = seen[1::2, 1::2, 2] = seen[::2, 1::2, 1] = seen[1::2, ::2, 1] = 1
    plus = np.array([[0, 1, 0], [1, 4, 1], [0, 1, 0]], np.float32) / 4
    square = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]], np.float32) / 4
    kernels = (square, plus, square)
    planes = [cv2.filter2D(noise[..., c] * seen[..., c], -1, kernels[c]) for c in range(3)]
    return np.dstack(planes)


def _answered(
    kind: str, clean: np.ndarray, first: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    taken = first.astype(np.float32)
    size = first.shape[1], first.shape[0]
    if kind == "clean":
        return _rounded(clean * 255)
    if kind == "blur 1 px":
        return _rounded(cv2.GaussianBlur(taken, (0, 0), 1.0))
    if kind == "NLM":
        return cv2.fastNlMeansDenoisingColored(first, None, 6, 6, 5, 11)
    if kind == "bilateral":
        return cv2.bilateralFilter(first, 7, 40, 2)
    if kind == "blur, noise, JPEG 85":
        return _jpeg(
            _rounded(cv2.GaussianBlur(taken, (0, 0), 0.9) + rng.normal(0, 2, taken.shape)), 85
        )
    if kind == "oversharpened":
        return _rounded(taken + 0.6 * (taken - cv2.GaussianBlur(taken, (0, 0), 1.2)))
    if kind == "reduced and enlarged":
        small = cv2.resize(taken, None, fx=1 / 1.6, fy=1 / 1.6, interpolation=cv2.INTER_AREA)
        return _rounded(cv2.resize(small, size, interpolation=cv2.INTER_CUBIC))
    if kind == "repainted 0.5 px off":
        off = cv2.GaussianBlur(
            rng.normal(0, 1, (*first.shape[:2], 2)).astype(np.float32), (0, 0), 3
        )
        off *= 0.35 / off.std()
        x, y = np.meshgrid(*(np.arange(length, dtype=np.float32) for length in size))
        soft = cv2.GaussianBlur(taken, (0, 0), 0.6)
        moved = cv2.remap(soft, x + off[..., 0], y + off[..., 1], cv2.INTER_LANCZOS4)
        return _rounded(moved)
    return _rounded(taken + rng.normal(0, 0.8, taken.shape))


def _jpeg(pixels: np.ndarray, quality: int) -> np.ndarray:
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def _rounded(pixels: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
