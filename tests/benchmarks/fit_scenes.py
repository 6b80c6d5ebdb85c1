"""Scenes for the benchmark of the fit: originals, selections, and the truth an answer is made of.

Photographs come with scikit-image, charts are drawn. Colours are float32, 0..1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import skimage.data

SIZE = (960, 640)
PHOTOGRAPHS = (
    "astronaut",
    "coffee",
    "chelsea",
    "rocket",
    "hubble_deep_field",
    "retina",
    "immunohistochemistry",
    "stereo_motorcycle",
    "brick",
    "gravel",
    "camera",
)
SCENES = (*PHOTOGRAPHS, "chart")
TASKS = ("add", "remove")


@dataclass(frozen=True)
class Case:
    """One edit whose perfect outcome is known.

    `truth` equals `original` outside the selection.
    """

    scene: str
    task: str
    original: np.ndarray
    truth: np.ndarray
    selection: np.ndarray


@cache
def picture(name: str, size: tuple[int, int] = SIZE) -> np.ndarray:
    """A scene, cut to the middle and scaled to a size."""
    pixels = chart() if name == "chart" else getattr(skimage.data, name)()
    pixels = pixels[0] if isinstance(pixels, tuple) else pixels
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    h, w = pixels.shape[:2]
    scale = max(size[0] / w, size[1] / h)
    cut_w, cut_h = round(size[0] / scale), round(size[1] / scale)
    x, y = (w - cut_w) // 2, (h - cut_h) // 2
    part = np.ascontiguousarray(pixels[y : y + cut_h, x : x + cut_w])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(part, size, interpolation=how).astype(np.float32) / 255


def chart() -> np.ndarray:
    """Bars, ramps, circles and lettering: flat areas and hard edges."""
    canvas = np.full((640, 960, 3), 244, np.uint8)
    rng = np.random.default_rng(5)
    for i in range(12):
        colour = tuple(int(c) for c in rng.integers(20, 235, 3))
        x, top = 40 + i * 75, int(rng.integers(120, 420))
        cv2.rectangle(canvas, (x, top), (x + 50, 560), colour, -1)
        cv2.putText(canvas, f"{i * 37 % 91}", (x, top - 8), 0, 0.7, (30, 30, 30), 1, cv2.LINE_AA)
    cv2.line(canvas, (30, 560), (940, 560), (10, 10, 10), 2, cv2.LINE_AA)
    for r in range(20, 100, 16):
        cv2.circle(canvas, (800, 120), r, (200, 60 + r, 40), 3, cv2.LINE_AA)
    canvas[20:60, 40:640] = np.linspace(0, 255, 600, dtype=np.uint8)[None, :, None]
    return canvas


def make_case(scene: str, task: str, seed: int) -> Case:
    """Draw selection and object of one case from a seed."""
    rng = np.random.default_rng([seed, SCENES.index(scene), TASKS.index(task)])
    plain = picture(scene)
    shape, around = _blob(rng), (6, 40) if task == "add" else (2, 7)
    other = picture(PHOTOGRAPHS[(SCENES.index(scene) + 1 + seed) % len(PHOTOGRAPHS)])
    object_alpha = cv2.GaussianBlur(shape.astype(np.float32), (0, 0), 0.8)[..., None]
    with_object = plain + object_alpha * (np.roll(other, (97, 151), (0, 1)) - plain)
    margin = int(rng.integers(*around))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 5, 2 * margin + 5))
    selection = cv2.dilate(shape, disc) * 255
    if task == "remove":
        return Case(scene, task, with_object, plain, selection)
    return Case(scene, task, plain, with_object, selection)


def _blob(rng: np.random.Generator) -> np.ndarray:
    """A lump, an ellipse or a rectangle, now and then at the picture's border."""
    w, h = SIZE
    cx, cy = rng.uniform(0.25, 0.75) * w, rng.uniform(0.25, 0.75) * h
    rx, ry = rng.uniform(0.09, 0.2) * w, rng.uniform(0.12, 0.26) * h
    if rng.random() < 0.15:
        cx = rx * 0.6
    y, x = np.mgrid[:h, :w].astype(np.float32)
    u, v = (x - cx) / rx, (y - cy) / ry
    kind = rng.integers(3)
    if kind == 0:
        return (u * u + v * v < 1).astype(np.uint8)
    if kind == 1:
        return (np.maximum(abs(u), abs(v)) < 0.85).astype(np.uint8)
    angle, radius = np.arctan2(v, u), np.hypot(u, v)
    lumps = sum(rng.uniform(-0.12, 0.12) * np.cos(k * angle + rng.uniform(0, 6)) for k in (2, 3, 5))
    return (radius < 0.9 + lumps).astype(np.uint8)
