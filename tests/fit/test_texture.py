"""A patch is as sharp and as grainy as the photograph around it, and nothing is made up."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest
import skimage.data

from seamfill.fit import FitOptions, Fitted, fit

SIZE = (600, 400)


@pytest.fixture(scope="module")
def photograph() -> np.ndarray:
    """Without grain: reduced from a larger one, then smoothed a little."""
    return cv2.GaussianBlur(skimage.data.rocket()[:400, :600], (0, 0), 0.6)


@pytest.fixture(scope="module")
def selection() -> np.ndarray:
    chosen = np.zeros(SIZE[::-1], np.uint8)
    cv2.ellipse(chosen, (300, 230), (110, 90), 0, 0, 360, 255, -1)
    return chosen


def rounded(pixels: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)


def grainy(picture: np.ndarray, seed: int, strength: float = 6.0) -> np.ndarray:
    """Film grain: of light alone, a little larger than a pixel."""
    rng = np.random.default_rng(seed)
    noise = cv2.GaussianBlur(rng.normal(0, 1, picture.shape[:2]), (0, 0), 0.7)
    return rounded(picture + strength * (noise / noise.std())[..., None])


def drifted(picture: np.ndarray) -> np.ndarray:
    matrix = np.array([[1.004, 0, 1.3], [0, 1.004, -0.7]])
    return cv2.warpAffine(
        picture, matrix, SIZE, flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT
    )


def composed(original: np.ndarray, fitted: Fitted) -> np.ndarray:
    alpha = fitted.mask[..., None] / 255
    return original * (1 - alpha) + 255 * fitted.pixels[..., :3] * alpha


def detail(pixels: np.ndarray, selection: np.ndarray) -> np.ndarray:
    """Power of the two finest octaves inside the selection."""
    grey = cv2.cvtColor(pixels.astype(np.float32), cv2.COLOR_RGB2GRAY)
    inside = cv2.erode(selection, np.ones((9, 9))) > 0
    layers = [cv2.GaussianBlur(grey, (0, 0), sigma) for sigma in (0.01, 0.7, 1.4)]
    return np.array([np.abs(a - b)[inside].mean() for a, b in itertools.pairwise(layers)])


def psnr(pixels: np.ndarray, truth: np.ndarray, selection: np.ndarray) -> float:
    inside = selection > 0
    return float(
        10 * np.log10(255**2 / np.mean((pixels[inside] - truth[inside].astype(float)) ** 2))
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_a_clean_answer_takes_on_the_grain_of_the_photograph(
    photograph: np.ndarray, selection: np.ndarray, seed: int
) -> None:
    original, another_shot = grainy(photograph, seed), grainy(photograph, seed + 100)
    answer = drifted(photograph)
    with_grain, without = (
        fit(original, answer, selection, FitOptions(texture=texture)) for texture in ("auto", "off")
    )
    truth = detail(another_shot, selection)
    assert (detail(composed(original, without), selection) < 0.6 * truth).all()
    np.testing.assert_allclose(detail(composed(original, with_grain), selection), truth, rtol=0.15)
    assert with_grain.report.grain * 255 == pytest.approx(6, rel=0.2)
    assert without.report.grain == 0


def test_grain_of_light_alone_is_given_no_colours(
    photograph: np.ndarray, selection: np.ndarray
) -> None:
    original, answer = grainy(photograph, 3), drifted(photograph)
    pixels, plain = (
        fit(original, answer, selection, FitOptions(texture=texture)).pixels
        for texture in ("auto", "off")
    )
    grain = (pixels - plain)[selection > 0]
    assert np.corrcoef(grain.T).min() > 0.9


def test_a_soft_answer_becomes_as_sharp_as_the_photograph(selection: np.ndarray) -> None:
    photograph = skimage.data.coffee()
    answer = drifted(cv2.GaussianBlur(photograph, (0, 0), 0.9))
    sharp, soft = (
        composed(photograph, fit(photograph, answer, selection, FitOptions(texture=texture)))
        for texture in ("auto", "off")
    )
    truth = detail(photograph, selection)
    assert (np.abs(detail(sharp, selection) / truth - 1) < 0.25).all()
    assert detail(soft, selection)[0] < 0.5 * truth[0]
    assert psnr(sharp, photograph, selection) > psnr(soft, photograph, selection) + 3


def test_an_oversharpened_answer_is_softened(selection: np.ndarray) -> None:
    photograph = skimage.data.coffee()
    soft = cv2.GaussianBlur(photograph, (0, 0), 1.2).astype(float)
    answer = drifted(rounded(photograph + 0.6 * (photograph - soft)))
    fitted = fit(photograph, answer, selection)
    assert fitted.report.sharpness < 0.8
    plain = fit(photograph, answer, selection, FitOptions(texture="off"))
    assert psnr(composed(photograph, fitted), photograph, selection) > 2 + psnr(
        composed(photograph, plain), photograph, selection
    )


def test_a_noisy_answer_is_calmed_where_the_photograph_is_clean(
    photograph: np.ndarray, selection: np.ndarray
) -> None:
    fitted = fit(photograph, grainy(drifted(photograph), 9), selection)
    assert fitted.report.calmed > 0.5
    assert fitted.report.grain == 0


def test_the_same_seed_gives_the_same_grain_and_another_another(
    photograph: np.ndarray, selection: np.ndarray
) -> None:
    original, answer = grainy(photograph, 4), drifted(photograph)
    one, again, other = (
        fit(original, answer, selection, FitOptions(texture_seed=seed)).pixels for seed in (7, 7, 8)
    )
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other)[selection > 0].std() * 255 > 4


def nothing_done(fitted: Fitted) -> bool:
    report = fitted.report
    return (report.sharpness, report.grain, report.calmed) == (1, 0, 0)


def test_nothing_is_made_up_where_nothing_can_be_told(
    photograph: np.ndarray, selection: np.ndarray
) -> None:
    original = grainy(photograph, 5)
    kept = original.copy()
    kept[selection > 0] = photograph[selection > 0]
    assert nothing_done(fit(original, kept, selection))
    another_scene = cv2.resize(skimage.data.astronaut(), SIZE)
    assert nothing_done(fit(original, another_scene, selection))
    nearly_all = np.full_like(selection, 255)
    nearly_all[:, :40] = 0
    assert nothing_done(fit(original, drifted(photograph), nearly_all))


def test_drawings_are_left_alone(selection: np.ndarray) -> None:
    art = np.full((*SIZE[::-1], 3), 235, np.uint8)
    for at in range(40, 360, 24):
        cv2.circle(art, (at + 80, at), 30, (at % 200, 90, 200), 3, cv2.LINE_AA)
    assert nothing_done(fit(art, drifted(cv2.GaussianBlur(art, (0, 0), 0.8)), selection))


def test_lost_texture_is_not_taken_for_grain(selection: np.ndarray) -> None:
    tissue = cv2.resize(skimage.data.immunohistochemistry()[:400], SIZE, cv2.INTER_AREA)
    fitted = fit(tissue, drifted(cv2.GaussianBlur(tissue, (0, 0), 1.0)), selection)
    assert fitted.report.grain * 255 < 1
    assert fitted.report.sharpness > 1.5


def test_transparency_and_what_was_given_stay_as_they_are(
    photograph: np.ndarray, selection: np.ndarray
) -> None:
    original = grainy(photograph, 6)
    answer = np.dstack([photograph, np.full(SIZE[::-1], 255, np.uint8)]).astype(np.float32) / 255
    before = answer.copy()
    fitted = fit(original, answer, selection)
    assert fitted.report.grain > 0
    np.testing.assert_array_equal(answer, before)
    np.testing.assert_array_equal(fitted.pixels[..., 3], answer[..., 3])
