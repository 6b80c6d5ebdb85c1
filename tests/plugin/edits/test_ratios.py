"""A canvas grows to a ratio around the picture, and no farther than it has to."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

ratios: Any = import_module("edits.ratios")


@pytest.mark.parametrize("size", [(1000, 1000), (6000, 4000), (1, 1), (333, 777), (20_000, 3)])
@pytest.mark.parametrize("ratio", ratios.RATIOS)
def test_the_new_canvas_has_the_ratio_and_holds_the_picture(
    size: tuple[int, int], ratio: str
) -> None:
    left, top, right, bottom = ratios.sides_for(size, ratio)
    assert min(left, top, right, bottom) >= 0
    assert min(left + right, top + bottom) == 0 or size == (1, 1)
    assert right - left in (0, 1)
    assert bottom - top in (0, 1)
    across, down = map(int, ratio.split(":"))
    wide, high = size[0] + left + right, size[1] + top + bottom
    assert abs(wide * down - high * across) < max(across, down)
