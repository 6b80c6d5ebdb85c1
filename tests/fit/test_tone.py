"""Colours that a model turned or saturated come back, and greys are not tinted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
import skimage.data

from seamfill.fit import fit

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = (600, 400)
LIGHT = np.array([0.299, 0.587, 0.114])
SEPIA = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]])
YIQ = np.array([[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]])


def saturated(pixels: np.ndarray, by: float) -> np.ndarray:
    grey = (pixels @ LIGHT)[..., None]
    return grey + by * (pixels - grey)


def turned(pixels: np.ndarray, degrees: float) -> np.ndarray:
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    turn = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    return pixels @ (np.linalg.inv(YIQ) @ turn @ YIQ).T


def browned(pixels: np.ndarray, share: float) -> np.ndarray:
    return (1 - share) * pixels + share * (pixels @ SEPIA.T)


@pytest.fixture(scope="module")
def selection() -> np.ndarray:
    chosen = np.zeros(SIZE[::-1], np.uint8)
    cv2.ellipse(chosen, (282, 208), (120, 100), 0, 0, 360, 255, -1)
    return chosen


def psnr(pixels: np.ndarray, truth: np.ndarray, inside: np.ndarray) -> float:
    return float(10 * np.log10(1 / np.mean((pixels[inside] - truth[inside] / 255) ** 2)))


def rounded(pixels: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(pixels * 255), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("name", ["rocket", "chelsea"])
@pytest.mark.parametrize(
    "change",
    [lambda p: saturated(p, 1.2), lambda p: turned(p, 8), lambda p: browned(p, 0.25)],
    ids=["saturated", "turned", "browned"],
)
def test_colours_that_were_turned_or_saturated_come_back(
    selection: np.ndarray, name: str, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    photograph = cv2.resize(getattr(skimage.data, name)(), SIZE, interpolation=cv2.INTER_AREA)
    answer = rounded(change(photograph / 255))
    fitted = fit(photograph, answer, selection)
    assert psnr(fitted.pixels, photograph, selection > 0) > 48


@pytest.mark.parametrize("change", [lambda p: p**1.15, lambda p: 0.9 * p + 0.04])
def test_greys_stay_grey(selection: np.ndarray, change: Callable[[np.ndarray], np.ndarray]) -> None:
    grey = cv2.resize(skimage.data.camera(), SIZE, interpolation=cv2.INTER_AREA)
    photograph = np.repeat(grey[..., None], 3, axis=2)
    fitted = fit(photograph, rounded(change(photograph / 255)), selection)
    assert psnr(fitted.pixels, photograph, selection > 0) > 48
    assert np.ptp(fitted.pixels[selection > 0], axis=1).max() < 1e-3


def test_colours_that_the_context_lacks_are_not_guessed_from_noise(selection: np.ndarray) -> None:
    rng = np.random.default_rng(1)
    grey = np.repeat(skimage.data.camera()[:400, :, None], 3, axis=2)
    photograph = cv2.resize(grey, SIZE, interpolation=cv2.INTER_AREA)
    photograph[cv2.erode(selection, np.ones((41, 41))) > 0] = (200, 60, 30)
    noisy = photograph / 255 * 0.95 + rng.normal(0, 0.02, photograph.shape)
    fitted = fit(photograph, rounded(noisy), selection)
    inside = cv2.erode(selection, np.ones((61, 61))) > 0
    left = fitted.pixels[inside].mean(axis=0) * 255 - (200, 60, 30)
    assert np.abs(left).max() < 8
