"""A patch changes what its mask shows and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from seamfill.edits.compositing import compose, merge_patches
from seamfill.edits.patch import Patch
from seamfill.fit import FitReport
from seamfill.geometry import Box, Size
from seamfill.image.source import Source

REPORT = FitReport(True, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0)
KINDS = st.sampled_from(["uint8", "uint16", "float32"])


def _source(kind: str, channels: int, seed: int) -> Source:
    values = np.random.default_rng(seed).random((20, 24, channels))
    peak = 1 if kind == "float32" else np.iinfo(kind).max
    return Source(Size(24, 20), Box(0, 0, 24, 20), (values * peak).astype(kind))


def _patch(box: Box, seed: int, channels: int = 3) -> Patch:
    random = np.random.default_rng(seed)
    mask = random.integers(0, 256, (box.h, box.w)).astype(np.uint8)
    mask[random.random(mask.shape) < 0.5] = 0
    pixels = random.random((box.h, box.w, channels)).astype(np.float32)
    return Patch(box, pixels, mask, REPORT)


@given(
    KINDS,
    st.integers(1, 4),
    st.sampled_from([3, 4]),
    st.integers(-10, 20),
    st.integers(-10, 20),
    st.integers(1, 30),
    st.integers(1, 30),
    st.integers(0, 9),
)
def test_where_the_mask_is_0_nothing_changes(
    kind: str, channels: int, colours: int, x: int, y: int, w: int, h: int, seed: int
) -> None:
    source, patch = _source(kind, channels, seed), _patch(Box(x, y, w, h), seed + 1, colours)
    result = compose(source, patch).pixels
    shown = np.zeros((20, 24), bool)
    inside = patch.box.intersection(source.box)
    if inside.w and inside.h:
        shown[inside.slices(source.box)] = patch.mask[inside.slices(patch.box)] > 0
    assert np.array_equal(result[~shown], source.pixels[~shown])
    assert result.dtype == source.pixels.dtype


@pytest.mark.parametrize("kind", ["uint8", "uint16", "float32"])
def test_a_full_mask_shows_the_patch_itself(kind: str) -> None:
    source = _source(kind, 3, 0)
    patch = _patch(Box(2, 3, 10, 8), 1)
    patch = Patch(patch.box, patch.pixels, np.full((8, 10), 255, np.uint8), REPORT)
    peak = 1 if kind == "float32" else np.iinfo(kind).max
    shown = compose(source, patch).pixels[3:11, 2:12].astype(np.float64) / peak
    assert np.abs(shown - patch.pixels).max() <= 0.5 / peak + 1e-6


def test_a_patch_makes_transparent_pixels_visible() -> None:
    source = _source("uint8", 4, 0)
    source.pixels[..., 3] = 0
    patch = Patch(
        Box(0, 0, 24, 20),
        np.full((20, 24, 3), 0.5, np.float32),
        np.full((20, 24), 255, np.uint8),
        REPORT,
    )
    result = compose(source, patch).pixels
    assert (result[..., 3] == 255).all()
    assert (result[..., :3] == 128).all()


@given(hnp.arrays(np.uint8, (8, 8)), st.integers(0, 9), st.integers(0, 9))
def test_merged_patches_show_what_laying_them_one_by_one_shows(
    mask: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], dx: int, dy: int
) -> None:
    source = _source("float32", 3, 3)
    first = _patch(Box(4, 4, 8, 8), 5)
    second = _patch(Box(4 + dx, 4 + dy, 8, 8), 6)
    second = Patch(second.box, second.pixels, mask, REPORT)
    one_by_one = compose(compose(source, first), second).pixels
    merged = compose(source, merge_patches([first, second])).pixels
    # The merged mask is one of 8 bits.
    assert np.abs(one_by_one - merged).max() <= 0.5 / 255 + 1e-5
