"""What a user sees of the fit: answers that drifted sit flush, and nothing else moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st

from seamfill.fit import FitOptions, FitReport, Fitted, fit, rank
from seamfill.geometry import Box, Placement, Size, SizeRule, plan_uploads
from seamfill.image.source import Selection

if TYPE_CHECKING:
    from collections.abc import Callable

    from seamfill.image.arrays import Pixels, SelectionMap
from typing import Any

SIZE = (600, 400)


@pytest.fixture(scope="module")
def photograph() -> np.ndarray:
    return skimage.data.coffee()


@pytest.fixture
def selection() -> np.ndarray:
    chosen = np.zeros(SIZE[::-1], np.uint8)
    cv2.ellipse(chosen, (310, 190), (110, 80), 0, 0, 360, 255, -1)
    return chosen


def drifted(picture: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    back = cv2.invertAffineTransform(matrix)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(picture, back, SIZE, flags=flags, borderMode=cv2.BORDER_REFLECT_101)


def composed(original: np.ndarray, fitted: Fitted) -> np.ndarray:
    alpha = fitted.mask[..., None] / 255
    return original / np.iinfo(original.dtype).max * (1 - alpha) + fitted.pixels[..., :3] * alpha


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return 10 * np.log10(1 / max(float(np.mean((a - b) ** 2)), 1e-12))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_an_answer_that_equals_the_upload_comes_back_exactly(
    photograph: Pixels, selection: SelectionMap, dtype: type[np.unsignedinteger[Any]]
) -> None:
    picture = photograph.astype(dtype) * (257 if dtype == np.uint16 else 1)
    fitted = fit(picture, picture, selection)
    np.testing.assert_array_equal(
        np.rint(fitted.pixels.astype(np.float64) * np.iinfo(dtype).max).astype(dtype), picture
    )
    assert fitted.report.registered
    assert fitted.report.matrix == (1, 0, 0, 0, 1, 0)
    assert not fitted.report.warnings


def test_zoom_and_shift_are_found_and_undone(photograph: Pixels, selection: SelectionMap) -> None:
    answer = drifted(photograph, np.array([[1.02, 0, -3.3], [0, 1.02, -9.1]]))
    fitted = fit(photograph, answer, selection)
    assert fitted.report.scale == pytest.approx(1.02, abs=5e-4)
    assert fitted.report.dx == pytest.approx(1.02 * 299.5 - 3.3 - 299.5, abs=0.2)
    assert fitted.report.dy == pytest.approx(1.02 * 199.5 - 9.1 - 199.5, abs=0.2)
    assert psnr(composed(photograph, fitted), photograph / 255) > 45


def test_a_warp_is_undone_and_none_is_made_up(photograph: Pixels, selection: SelectionMap) -> None:
    nodes = np.random.default_rng(8).normal(0, 1, (4, 6, 2)).astype(np.float32)
    x, y = np.meshgrid(np.arange(SIZE[0], dtype=np.float32), np.arange(SIZE[1], dtype=np.float32))
    warp = cv2.resize(nodes, SIZE, interpolation=cv2.INTER_CUBIC)
    answer = cv2.remap(
        photograph,
        x + warp[..., 0],
        y + warp[..., 1],
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REFLECT,
    )
    fitted = fit(photograph, answer, selection)
    assert fitted.report.warp == pytest.approx(np.hypot(*warp.T).max(), rel=0.3)
    truth = photograph / 255
    assert psnr(composed(photograph, fitted), truth) > 8 + psnr(
        np.where(selection[..., None] > 0, answer / 255, truth), truth
    )
    straight = drifted(photograph, np.array([[1.01, 0, -3.3], [0, 1.01, 4.1]]))
    assert fit(photograph, straight, selection).report.warp == 0


def test_what_is_inside_the_selection_has_no_say_in_the_drift(
    photograph: Pixels, selection: SelectionMap
) -> None:
    answer = drifted(photograph, np.array([[1.01, 0, 2.5], [0, 1.01, -4.0]]))
    changed = np.where(cv2.erode(selection, np.ones((31, 31)))[..., None] > 0, 255 - answer, answer)
    plain, other = (fit(photograph, a, selection).report for a in (answer, changed))
    np.testing.assert_allclose(plain.matrix, other.matrix, atol=0.05)
    assert other.registered


def test_tones_are_brought_back(photograph: Pixels, selection: SelectionMap) -> None:
    bent = (photograph / 255) ** 1.15 * (1.05, 0.97, 0.92) + 0.02
    answer = np.clip(np.rint(bent * 255), 0, 255).astype(np.uint8)
    fitted = fit(photograph, answer, selection)
    raw = psnr(answer[selection > 0] / 255, photograph[selection > 0] / 255)
    assert psnr(fitted.pixels[selection > 0], photograph[selection > 0] / 255) > raw + 15
    assert fitted.report.seam_after == pytest.approx(
        fit(photograph, photograph, selection).report.seam_after, abs=0.1
    )


def test_an_answer_that_shows_something_else_is_left_alone_and_flagged(
    photograph: Pixels, selection: SelectionMap
) -> None:
    other = cv2.resize(skimage.data.astronaut(), SIZE)
    fitted = fit(photograph, other, selection)
    assert not fitted.report.registered
    assert fitted.report.matrix == (1, 0, 0, 0, 1, 0)
    assert fitted.report.flagged
    np.testing.assert_array_equal(np.rint(fitted.pixels * 255), other)


def test_a_removed_object_does_not_ghost_back(photograph: Pixels, selection: SelectionMap) -> None:
    with_object = photograph.copy()
    with_object[cv2.erode(selection, np.ones((7, 7))) > 0] = (255, 0, 255)
    rng = np.random.default_rng(3)
    noisy = photograph + rng.normal(0, 4, photograph.shape)
    answer = np.clip(np.rint(noisy * 1.04 - 3), 0, 255).astype(np.uint8)
    fitted = fit(with_object, answer, selection)
    inside = cv2.erode(selection, np.ones((13, 13))) > 0
    ghost = composed(with_object, fitted) - photograph / 255
    assert np.abs(cv2.blur(ghost, (5, 5))[inside]).max() < 0.06


def test_without_fit_steps_nothing_is_moved_or_toned(
    photograph: Pixels, selection: SelectionMap
) -> None:
    answer = drifted(photograph, np.array([[1.02, 0, -3.3], [0, 1.02, -9.1]]))
    fitted = fit(photograph, answer, selection, FitOptions(register=False, tone=False, edge=0))
    np.testing.assert_array_equal(np.rint(fitted.pixels * 255), answer)
    np.testing.assert_array_equal(fitted.mask, selection)


@pytest.mark.parametrize(
    ("layout", "answered"),
    [
        ("stretched", lambda p: cv2.resize(p, (512, 512), interpolation=cv2.INTER_AREA)),
        ("cropped", lambda p: p[:, 100:500]),
        ("letterboxed", lambda p: np.pad(p, ((100, 100), (0, 0), (0, 0)))),
    ],
)
def test_an_answer_of_another_shape_is_placed_by_what_it_shows(
    photograph: Pixels, selection: SelectionMap, layout: str, answered: Callable[[Pixels], Pixels]
) -> None:
    fitted = fit(photograph, answered(photograph), selection)
    assert fitted.report.layout == layout
    assert fitted.report.registered
    assert psnr(composed(photograph, fitted), photograph / 255) > 38
    assert fitted.pixels.shape == photograph.shape


@pytest.mark.parametrize("zoom", [0.7, 1.6, 2, 3])
def test_an_answer_of_another_size_lands_on_its_pixels(
    photograph: Pixels, selection: SelectionMap, zoom: float
) -> None:
    size = round(600 * zoom), round(400 * zoom)
    answer = cv2.resize(photograph, size, interpolation=cv2.INTER_CUBIC)
    fitted = fit(photograph, answer, selection)
    assert fitted.report.scale == pytest.approx(1, abs=1e-3)
    assert psnr(composed(photograph, fitted), photograph / 255) > (33 if zoom < 1 else 43)


def test_a_transparent_answer_keeps_its_transparency(
    photograph: Pixels, selection: SelectionMap
) -> None:
    answer = np.dstack([photograph, selection])
    fitted = fit(photograph, answer, selection)
    np.testing.assert_array_equal(np.rint(fitted.pixels * 255), answer)
    assert not fitted.report.known
    assert not fitted.report.flagged


def test_where_the_answer_does_not_reach_the_original_stays(photograph: Pixels) -> None:
    chosen = np.zeros(SIZE[::-1], np.uint8)
    chosen[100:300, 20:250] = 255
    fitted = fit(photograph, photograph[:, 100:500], chosen)
    assert not fitted.mask[:, :80].any()
    assert fitted.mask[200, 200] == 255


def test_plain_surroundings_tell_no_drift_but_give_the_tone() -> None:
    plain = np.full((200, 300, 3), 200, np.uint8)
    chosen = np.zeros((200, 300), np.uint8)
    chosen[60:140, 90:210] = 255
    fitted = fit(plain, plain - 9, chosen)
    assert fitted.report.matrix == (1, 0, 0, 0, 1, 0)
    assert not fitted.report.flagged
    np.testing.assert_allclose(fitted.pixels * 255, 200, atol=0.1)


def test_made_up_surroundings_are_no_evidence(photograph: Pixels, selection: SelectionMap) -> None:
    original = photograph.copy()
    original[:, 460:] = original[:, 459:460]
    known = np.full(selection.shape, 255, np.uint8)
    known[:, 460:] = 0
    answer = drifted(photograph, np.array([[1.0, 0, 4.0], [0, 1.0, 2.0]]))
    report = fit(original, answer, selection, known=known).report
    assert (report.dx, report.dy) == pytest.approx((4, 2), abs=0.15)


@pytest.mark.parametrize("shape", [(1, 1), (2, 9), (40, 3), (17, 17)])
@pytest.mark.parametrize("value", [0, 90, 255])
def test_the_smallest_regions_are_fitted_too(shape: tuple[int, int], value: int) -> None:
    rng = np.random.default_rng(1)
    picture = rng.integers(0, 255, (*shape, 3)).astype(np.uint8)
    fitted = fit(picture, picture, np.full(shape, value, np.uint8))
    np.testing.assert_array_equal(np.rint(fitted.pixels * 255), picture)
    assert (fitted.mask <= value).all()


@settings(deadline=None, max_examples=60)
@given(
    hnp.arrays(np.uint8, st.tuples(st.integers(1, 70), st.integers(1, 70), st.just(3))),
    hnp.arrays(
        np.uint8, st.tuples(st.integers(1, 90), st.integers(1, 90), st.sampled_from([3, 4]))
    ),
    st.integers(0, 2**32 - 1),
)
def test_no_answer_is_too_strange_to_be_fitted(original: Pixels, answer: Pixels, seed: int) -> None:
    chosen = np.random.default_rng(seed).choice([0, 0, 255], original.shape[:2]).astype(np.uint8)
    fitted = fit(original, answer, cv2.dilate(chosen, np.ones((5, 5), np.uint8)))
    assert fitted.pixels.shape == (*original.shape[:2], answer.shape[2])
    assert np.isfinite(fitted.pixels).all()
    assert fitted.pixels.min() >= 0
    assert fitted.pixels.max() <= 1
    assert np.isfinite([fitted.report.seam_before, fitted.report.seam_after]).all()


@pytest.mark.parametrize("kind", ["noise", "black", "white", "stripes"])
def test_hopeless_answers_stay_where_they_are(
    photograph: Pixels, selection: SelectionMap, kind: str
) -> None:
    rng = np.random.default_rng(4)
    stripes = np.indices(photograph.shape).sum(axis=0) // 7 % 2 * 255
    answers = {
        "noise": rng.integers(0, 255, photograph.shape),
        "black": np.zeros_like(photograph),
        "white": np.full_like(photograph, 255),
        "stripes": stripes,
    }
    report = fit(photograph, answers[kind].astype(np.uint8), selection).report
    assert report.matrix == (1, 0, 0, 0, 1, 0)
    assert report.flagged


def test_what_was_given_is_not_changed(photograph: Pixels, selection: SelectionMap) -> None:
    answer = drifted(photograph, np.array([[1.02, 0, -3.3], [0, 1.02, -9.1]]))
    before = photograph.copy(), answer.copy(), selection.copy()
    as_float = photograph.astype(np.float32) / 255
    fit(as_float, answer, selection)
    for now, then in zip((photograph, answer, selection), before, strict=True):
        np.testing.assert_array_equal(now, then)
    np.testing.assert_array_equal(as_float, photograph.astype(np.float32) / 255)


def test_tiles_of_different_tone_meet_without_a_step(photograph: Pixels) -> None:
    source = cv2.resize(photograph, (1800, 1200), interpolation=cv2.INTER_CUBIC)
    values = np.full((500, 1500), 255, np.uint8)
    selection = Selection(Box(150, 350, 1500, 500), values)
    rule = SizeRule(fixed=(Size(700, 800),))
    plan = plan_uploads(Size(1800, 1200), selection.box, rule)
    assert len(plan) > 2
    working = source.astype(np.float32) / 255
    working[selection.box.slices(Box(0, 0, 1800, 1200))] = 0.5
    for number, placement in enumerate(plan):
        _fill(working, source, placement, selection, gain=1 + 0.03 * (-1) ** number)
    assert psnr(working, source / 255) > 38


def _fill(
    working: np.ndarray, source: np.ndarray, placement: Placement, selection: Selection, gain: float
) -> None:
    at = placement.region.slices(Box(0, 0, 1800, 1200))
    answer = np.clip(np.rint(source[at] * gain), 0, 255).astype(np.uint8)
    chosen = selection.read(placement.region, placement.selection)
    fitted = fit(working[at].copy(), answer, chosen)
    alpha = fitted.mask[..., None] / np.float32(255)
    working[at] += alpha * (fitted.pixels - working[at])


def test_answers_are_ranked_best_first() -> None:
    def report(registered: bool, agreement: float, seam: float) -> FitReport:
        return FitReport(registered, 1, 0, 0, agreement, 5, seam)

    poor, best, fair = report(False, 0.1, 4), report(True, 0.98, 1.02), report(True, 0.8, 1.3)
    assert rank([poor, best, fair]) == [1, 2, 0]
    assert [r.flagged for r in (poor, best, fair)] == [True, False, False]


def test_an_answer_that_left_the_context_alone_is_neither_moved_nor_toned(
    photograph: Pixels, selection: SelectionMap
) -> None:
    rng = np.random.default_rng(6)
    answer = photograph.copy()
    answer[selection > 0] = rng.integers(0, 256, (int((selection > 0).sum()), 3))
    rounded = answer.astype(int) + rng.integers(-1, 2, answer.shape)
    for given_back in (answer, np.clip(rounded, 0, 255).astype(np.uint8)):
        fitted = fit(photograph, given_back, selection)
        assert fitted.report.registered
        assert fitted.report.agreement == 1
        np.testing.assert_array_equal(np.rint(fitted.pixels * 255), given_back)
