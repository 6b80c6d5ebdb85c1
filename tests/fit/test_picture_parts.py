"""Islands of a selection, and pixels that stand in where the source has none."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from seamfill.geometry import Box
from seamfill.image.arrays import extend_edges
from seamfill.image.source import Selection


def test_islands_have_tight_bounds_in_source_pixels() -> None:
    values = np.zeros((700, 900), np.uint8)
    values[10:50, 20:80] = 255
    values[600:650, 800:810] = 1
    islands = Selection(Box(1000, 2000, 900, 700), values).islands()
    assert sorted(islands) == [Box(1020, 2010, 60, 40), Box(1800, 2600, 10, 50)]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 480), st.integers(0, 330)), max_size=12))
def test_islands_hold_all_that_is_selected(points: list[tuple[int, int]]) -> None:
    values = np.zeros((340, 490), np.uint8)
    for x, y in points:
        values[y : y + 9, x : x + 9] = 200
    islands = Selection(Box(5, 7, 490, 340), values).islands()
    for y, x in np.argwhere(values):
        assert any(island.contains(Box(x + 5, y + 7, 1, 1)) for island in islands)


def test_a_part_of_a_selection_ends_where_it_is_cut() -> None:
    selection = Selection(Box(10, 10, 20, 20), np.full((20, 20), 255, np.uint8))
    read = selection.read(Box(0, 0, 40, 40), Box(15, 0, 10, 40))
    assert read[10:30, 15:25].all()
    assert read.sum() == 255 * 10 * 20


def test_unknown_pixels_take_the_nearest_known_value() -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (40, 50, 3)).astype(np.uint8)
    known = np.zeros((40, 50), bool)
    known[10:20, 15:35] = True
    extended = extend_edges(pixels, known)
    np.testing.assert_array_equal(extended[known], pixels[known])
    np.testing.assert_array_equal(extended[0, 0], pixels[10, 15])
    np.testing.assert_array_equal(extended[39, 20], pixels[19, 20])


def test_there_is_nothing_to_extend_where_all_or_nothing_is_known() -> None:
    pixels = np.zeros((4, 5, 3), np.uint8)
    assert extend_edges(pixels, np.ones((4, 5), bool)) is pixels
    assert extend_edges(pixels, np.zeros((4, 5), bool)) is pixels
