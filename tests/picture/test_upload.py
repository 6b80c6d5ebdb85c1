"""What leaves the machine: the region exactly, and a mask that every server reads alike."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from seamfill.edits.upload import flatten, grown, make_upload
from seamfill.geometry import Size

if TYPE_CHECKING:
    from seamfill.image.arrays import Pixels, SelectionMap

RANDOM = np.random.default_rng(2)


def _decoded(data: bytes | None) -> Pixels:
    assert data is not None
    return np.asarray(Image.open(io.BytesIO(data)))


def _selection() -> SelectionMap:
    selection = np.zeros((64, 96), np.uint8)
    selection[20:40, 30:60] = 255
    return selection


def test_an_upload_of_the_regions_size_is_the_region() -> None:
    rgb = RANDOM.integers(0, 256, (64, 96, 3)).astype(np.uint8)
    upload = make_upload(rgb, grown(_selection(), 0), Size(96, 64))
    assert np.array_equal(_decoded(upload.image), rgb)


def test_readers_of_alpha_and_of_brightness_see_the_same_mask() -> None:
    rgb = np.zeros((64, 96, 3), np.uint8)
    mask = _decoded(make_upload(rgb, grown(_selection(), 0), Size(96, 64)).mask)
    assert mask.shape == (64, 96, 4)
    assert np.array_equal(mask[..., 3] == 0, _selection() > 0)
    assert np.array_equal(mask[..., 0] == 255, _selection() > 0)


def test_the_mask_for_servers_that_read_grey_is_white_where_it_edits() -> None:
    rgb = np.zeros((64, 96, 3), np.uint8)
    upload = make_upload(rgb, grown(_selection(), 0), Size(96, 64), mask_style="white")
    assert upload.mask is not None
    with Image.open(io.BytesIO(upload.mask)) as mask:
        assert mask.mode == "L"
        assert np.array_equal(np.asarray(mask), _selection())


@given(st.integers(0, 30), st.integers(32, 200), st.integers(32, 200))
def test_the_mask_covers_all_that_is_selected_at_any_size(grow: int, w: int, h: int) -> None:
    upload = make_upload(np.zeros((64, 96, 3), np.uint8), grown(_selection(), grow), Size(w, h))
    if upload.mask is None:
        return
    editable = _decoded(upload.mask)[..., 3] == 0
    assert editable.shape == (h, w)
    rows = np.arange(20, 40) * h // 64
    columns = np.arange(30, 60) * w // 96
    assert editable[np.ix_(rows, columns)].all()


def test_growing_widens_the_mask_by_so_many_pixels() -> None:
    upload = make_upload(np.zeros((64, 96, 3), np.uint8), grown(_selection(), 5), Size(96, 64))
    editable = _decoded(upload.mask)[..., 3] == 0
    assert editable[30, 25:65].all()
    assert not editable[30, :25].any()
    assert not editable[30, 65:].any()


def test_no_mask_is_sent_where_everything_is_edited() -> None:
    everything = np.full((64, 96), 255, np.uint8)
    rgb = np.zeros((64, 96, 3), np.uint8)
    assert make_upload(rgb, grown(everything, 0), Size(96, 64)).mask is None


def test_transparent_pixels_take_the_nearest_visible_colour() -> None:
    pixels = np.zeros((10, 10, 4), np.uint8)
    pixels[:, :5] = (200, 100, 50, 255)
    rgb, missing = flatten(pixels)
    assert (rgb == (200, 100, 50)).all()
    assert np.array_equal(missing == 255, pixels[..., 3] == 0)


def test_an_entirely_transparent_region_is_white() -> None:
    rgb, missing = flatten(np.zeros((10, 10, 4), np.uint16))
    assert (rgb == 65535).all()
    assert (missing == 255).all()
