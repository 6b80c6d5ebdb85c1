"""A warp is continued into the selection only where it can be believed there."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data

from seamfill.fit import fit
from seamfill.fit.gate import bounded

SIZE = (600, 400)


@pytest.fixture(scope="module")
def selection() -> np.ndarray:
    chosen = np.zeros(SIZE[::-1], np.uint8)
    cv2.ellipse(chosen, (270, 190), (130, 95), 0, 0, 360, 255, -1)
    return chosen


def warped(picture: np.ndarray, reach: float, seed: int) -> np.ndarray:
    """A displacement of 0.7 px rms that changes over `reach` pixels."""
    rng = np.random.default_rng(seed)
    field = cv2.GaussianBlur(
        rng.normal(0, 1, (*SIZE[::-1], 2)).astype(np.float32), (0, 0), reach / 2
    )
    field *= np.float32(0.7 / np.sqrt((field**2).sum(axis=2).mean()))
    x, y = np.meshgrid(np.arange(SIZE[0], dtype=np.float32), np.arange(SIZE[1], dtype=np.float32))
    return cv2.remap(
        picture,
        x + field[..., 0],
        y + field[..., 1],
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REFLECT,
    )


def psnr(pixels: np.ndarray, truth: np.ndarray, inside: np.ndarray) -> float:
    return float(10 * np.log10(1 / np.mean((pixels[inside] - truth[inside] / 255) ** 2)))


@pytest.mark.parametrize("name", ["coffee", "rocket", "stereo_motorcycle"])
@pytest.mark.parametrize("reach", [25, 38, 50])
def test_what_was_repainted_piece_by_piece_is_not_made_worse_than_pasted(
    selection: np.ndarray, name: str, reach: int
) -> None:
    picture = getattr(skimage.data, name)()
    picture = cv2.resize(picture[0] if isinstance(picture, tuple) else picture, SIZE)
    answer = warped(picture, reach, seed=11)
    fitted = fit(picture, answer, selection)
    raw = psnr(answer / 255, picture, selection > 0)
    assert psnr(fitted.pixels, picture, selection > 0) > raw - 0.6


def test_a_warp_that_goes_on_across_the_selection_is_still_undone(selection: np.ndarray) -> None:
    picture = skimage.data.coffee()
    answer = warped(picture, 130, seed=11)
    fitted = fit(picture, answer, selection)
    raw = psnr(answer / 255, picture, selection > 0)
    assert fitted.report.warp > 0
    assert psnr(fitted.pixels, picture, selection > 0) > raw + 4


def test_a_warp_reaches_no_farther_inside_than_it_does_outside() -> None:
    warp = np.full((20, 30, 2), 0.5, np.float32)
    warp[8:12, 10:20] = 6
    known = np.ones((20, 30), np.float32)
    known[8:12, 10:20] = 0
    np.testing.assert_allclose(bounded(warp, known), 0.5, rtol=1e-5)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_perspective_is_undone_inside_the_selection_too(selection: np.ndarray, seed: int) -> None:
    picture = skimage.data.coffee()
    corners = np.array([[0, 0], [599, 0], [599, 399], [0, 399]], np.float32)
    moved = corners + np.random.default_rng(seed).uniform(-5, 5, (4, 2)).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved)
    answer = cv2.warpPerspective(
        picture, matrix, SIZE, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
    )
    fitted = fit(picture, answer, selection)
    assert psnr(fitted.pixels, picture, selection > 0) > 38
