"""The engine: fills the hole, and nothing but the hole."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import data

from seamfill.offline.inpaint import fill

Image = npt.NDArray[np.uint8]


def photograph(name: str) -> Image:
    image: Image = getattr(data, name)()
    return image


def texture(image: Image) -> float:
    """Mean difference of neighbours: what blur takes away."""
    return float(np.abs(np.diff(image.astype(float).mean(-1), axis=1)).mean())


@settings(max_examples=15, deadline=None)
@given(st.integers(24, 90), st.integers(24, 90), st.integers(0, 2**32 - 1))
def test_only_the_hole_changes(w: int, h: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    image = random.integers(0, 256, (h, w, 3), np.uint8)
    hole = np.zeros((h, w), np.uint8)
    x, y = random.integers(0, w - 8), random.integers(0, h - 8)
    hole[y : y + random.integers(1, 9), x : x + random.integers(1, 9)] = 255
    before = image.copy()
    filled = fill(image, hole)
    assert filled.shape == image.shape
    assert (filled[hole == 0] == image[hole == 0]).all()
    assert (image == before).all()


def test_nothing_of_the_hole_shines_through() -> None:
    image = np.full((128, 128, 3), 90, np.uint8)
    hole = np.zeros((128, 128), bool)
    hole[40:90, 30:100] = True
    image[hole] = (255, 0, 255)
    assert (fill(image, hole) == 90).all()


@pytest.mark.parametrize("side", [60, 700])
def test_texture_goes_on(side: int) -> None:
    """Also where the hole is so large that the search is made at a smaller size."""
    grass = np.tile(photograph("grass")[..., None], (4, 4, 3))[:1600, :1600]
    hole = np.zeros(grass.shape[:2], bool)
    hole[400 : 400 + side, 300 : 300 + side] = True
    image = grass.copy()
    image[hole] = 128
    filled = fill(image, hole)[400 : 400 + side, 300 : 300 + side]
    assert texture(filled) > 0.7 * texture(grass[400 : 400 + side, 300 : 300 + side])


@pytest.mark.parametrize("rim", [1, 3])
def test_a_large_hole_with_a_thin_rim_is_filled(rim: int) -> None:
    image = np.full((1700, 1800, 3), (60, 120, 180), np.uint8)
    hole = np.zeros((1700, 1800), bool)
    hole[rim:-rim, rim:-rim] = True
    image[hole] = 255
    difference = fill(image, hole).astype(int) - (60, 120, 180)
    assert abs(difference).max() <= 8


def test_several_holes_are_filled() -> None:
    image = np.full((100, 160, 3), 50, np.uint8)
    hole = np.zeros((100, 160), bool)
    hole[5:20, 5:20] = hole[70:95, 130:155] = True
    image[hole] = 200
    assert (fill(image, hole) == 50).all()


def test_another_seed_gives_another_filling_and_the_same_seed_the_same() -> None:
    image = photograph("astronaut")[:200, :200]
    hole = np.zeros((200, 200), bool)
    hole[80:120, 80:120] = True
    first = fill(image, hole, 0)
    assert (fill(image, hole, 0) == first).all()
    assert (fill(image, hole, 1) != first).any()


def test_no_hole_is_no_change() -> None:
    image = photograph("astronaut")[:50, :50]
    assert (fill(image, np.zeros((50, 50), bool)) == image).all()


def test_a_hole_that_is_everything_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to continue"):
        fill(np.zeros((20, 20, 3), np.uint8), np.ones((20, 20), bool))


@pytest.mark.parametrize("shape", [(1, 40), (40, 1), (5, 5), (16, 17)])
def test_tiny_pictures_are_filled(shape: tuple[int, int]) -> None:
    image = np.full((*shape, 3), 77, np.uint8)
    hole = np.zeros(shape, bool)
    hole[shape[0] // 2, shape[1] // 2] = True
    image[hole] = 0
    assert (fill(image, hole) == 77).all()
