"""The layer mask: inside the selection only, and as the user asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seamfill.fit import FitOptions, fit
from seamfill.fit.seam import seam_step

if TYPE_CHECKING:
    from seamfill.image.arrays import Pixels, SelectionMap

masks = hnp.arrays(
    np.uint8,
    st.tuples(st.integers(1, 60), st.integers(1, 60)),
    elements=st.sampled_from([0, 0, 0, 7, 128, 255, 255, 255]),
)
edges = st.one_of(st.none(), st.floats(0, 60))


def pictures(shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(shape)
    old = rng.integers(0, 255, (*shape, 3)).astype(np.uint8)
    return old, np.clip(old.astype(int) + 6, 0, 255).astype(np.uint8)


@settings(deadline=None, max_examples=60)
@given(masks, edges)
def test_the_mask_never_exceeds_the_selection(selection: SelectionMap, edge: float) -> None:
    old, new = pictures(selection.shape)
    fitted = fit(old, new, selection, FitOptions(edge=edge))
    assert (fitted.mask <= selection).all()


@settings(deadline=None, max_examples=30)
@given(masks)
def test_an_edge_of_0_is_the_selection_itself(selection: SelectionMap) -> None:
    old, new = pictures(selection.shape)
    np.testing.assert_array_equal(fit(old, new, selection, FitOptions(edge=0)).mask, selection)


@pytest.mark.parametrize("edge", [None, 25])
def test_a_feather_of_the_user_is_honoured_as_given(edge: float) -> None:
    hard = np.zeros((240, 320), np.uint8)
    cv2.rectangle(hard, (90, 70), (230, 170), 255, -1)
    feathered = cv2.GaussianBlur(hard, (0, 0), 12)
    old, new = pictures(hard.shape)
    np.testing.assert_array_equal(fit(old, new, feathered, FitOptions(edge=edge)).mask, feathered)


@pytest.mark.parametrize("edge", [4, 20])
def test_a_fixed_edge_is_that_wide(edge: float) -> None:
    selection = np.zeros((200, 200), np.uint8)
    selection[50:150, 50:150] = 255
    old, new = pictures(selection.shape)
    row = fit(old, new, selection, FitOptions(edge=edge)).mask[100].astype(int)
    assert (np.diff(row[50:100]) >= 0).all()
    assert 0 < row[50] < 255
    assert row[50 + edge - 2] < 255
    assert (row[50 + edge + 1 : 100] == 255).all()


def test_a_selection_that_ends_at_the_border_is_not_faded_there() -> None:
    selection = np.zeros((200, 200), np.uint8)
    selection[:, :80] = 255
    old, new = pictures(selection.shape)
    assert (fit(old, new, selection, FitOptions(edge=20)).mask[:, 0] == 255).all()


def test_the_edge_is_wide_where_old_and_new_agree_and_narrow_where_they_do_not() -> None:
    rng = np.random.default_rng(0)
    old: Pixels = np.full((300, 400, 3), 120.0)
    new: Pixels = old + rng.normal(0, 8, old.shape)
    old[:, 200:, :][100:200, :150] = (250, 20, 20)
    selection = np.zeros((300, 400), np.uint8)
    selection[90:210, 50:360] = 255
    old, new = (np.clip(np.rint(p), 0, 255).astype(np.uint8) for p in (old, new))
    mask = fit(old, new, selection, FitOptions(tone=False, register=False)).mask
    assert mask[150, 60] < 200
    assert mask[102 + 8, 280] > 250


def test_the_seam_score_tells_a_step_from_none() -> None:
    rng = np.random.default_rng(2)
    picture = cv2.GaussianBlur(rng.random((300, 300, 3)).astype(np.float32), (0, 0), 3)
    selection = np.zeros((300, 300), np.uint8)
    cv2.circle(selection, (150, 150), 80, 255, -1)
    stepped = np.where(selection[..., None] > 0, picture + 0.1, picture)
    assert seam_step(picture, selection) == pytest.approx(1, abs=0.3)
    assert seam_step(stepped, selection) > 2
