"""What was scaled for a model loses nothing on its way there and back."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data

from seamfill.api import AnswerImage
from seamfill.edits.upload import make_upload
from seamfill.fit import fit
from seamfill.fit.transform import laid_over, samples_of
from seamfill.geometry import Size

SIZE = Size(480, 320)


@pytest.fixture(scope="module", params=["coffee", "chelsea", "rocket"])
def photograph(request: pytest.FixtureRequest) -> np.ndarray:
    return cv2.resize(getattr(skimage.data, request.param)(), SIZE, interpolation=cv2.INTER_AREA)


@pytest.fixture(scope="module")
def selection() -> np.ndarray:
    chosen = np.zeros((SIZE.h, SIZE.w), np.uint8)
    cv2.ellipse(chosen, (240, 160), (96, 80), 0, 0, 360, 255, -1)
    return chosen


def uploaded(pixels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """What an endpoint sees."""
    painted = np.zeros(pixels.shape[:2], np.uint8)
    return AnswerImage(make_upload(pixels, painted, Size(*size)).image).decode()[..., :3]


def psnr(pixels: np.ndarray, truth: np.ndarray, inside: np.ndarray) -> float:
    return float(10 * np.log10(1 / np.mean((pixels[inside] - truth[inside] / 255) ** 2)))


@pytest.mark.parametrize(
    ("size", "least"), [((576, 384), 51), ((720, 480), 53), ((960, 640), 58), ((1440, 960), 58)]
)
def test_an_enlarged_upload_comes_back_as_it_was(
    photograph: np.ndarray, selection: np.ndarray, size: tuple[int, int], least: float
) -> None:
    fitted = fit(photograph, uploaded(photograph, size), selection)
    assert psnr(fitted.pixels, photograph, selection > 0) > least


def test_a_small_zoom_of_an_enlarged_upload_costs_no_sharpness(
    photograph: np.ndarray, selection: np.ndarray
) -> None:
    # At 1.5 times, a zoom of 1.3 % must not change from two samples a pixel to one.
    upload = uploaded(photograph, (720, 480))
    matrix = np.array([[1 / 1.013, 0, 4], [0, 1 / 1.013, 3]])
    answer = cv2.warpAffine(
        upload, matrix, (720, 480), flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT
    )
    fitted = fit(photograph, answer, selection)
    assert fitted.report.registered
    assert psnr(fitted.pixels, photograph, selection > 0) > 46


@pytest.mark.parametrize(
    ("zoom", "samples"), [(0.7, 1), (1, 1), (1.2, 2), (1.5, 2), (2, 2), (3, 3)]
)
def test_samples_follow_from_the_scale_that_was_planned(zoom: float, samples: int) -> None:
    answer = Size(round(SIZE.w * zoom), round(SIZE.h * zoom))
    assert samples_of(laid_over(SIZE, answer)) == samples


def test_flat_art_comes_back_from_an_enlarged_upload_too(selection: np.ndarray) -> None:
    art = np.full((SIZE.h, SIZE.w, 3), 235, np.uint8)
    for at in range(40, 300, 24):
        cv2.circle(art, (at + 80, at), 30, (at % 200, 90, 200), 3, cv2.LINE_AA)
    fitted = fit(art, uploaded(art, (960, 640)), selection)
    assert psnr(fitted.pixels, art, selection > 0) > 50


def test_what_is_reduced_does_not_alias() -> None:
    stripes = np.zeros((SIZE.h, SIZE.w, 3), np.uint8)
    stripes[:, ::2] = 255
    reduced = uploaded(stripes, (330, 220))
    assert np.ptp(reduced[20:-20, 20:-20].astype(int)) < 40
