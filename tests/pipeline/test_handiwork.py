"""What was painted on a layer mask stays when the mask is made anew."""

from __future__ import annotations

import numpy as np

from seamfill.edits.handiwork import carried_over


def test_paint_stays_and_what_was_not_painted_is_made_anew() -> None:
    random = np.random.default_rng(1)
    made, new = random.integers(0, 256, (2, 64, 64), np.uint8)
    painted = made.copy()
    painted[:16], painted[16:32] = 0, 255  # painted out, and in
    half = made[32:48].astype(float)
    painted[32:40] = np.rint(half[:8] / 2)  # half-way out
    painted[40:48] = np.rint(255 - (255 - half[8:]) / 2)  # half-way in
    result = carried_over(made, painted, new)
    np.testing.assert_array_equal(result[48:], new[48:])
    blank = made[:16] > 0
    assert (result[:16][blank] == 0).all()
    full = made[16:32] < 255
    assert (result[16:32][full] == 255).all()
    firm = made[32:40] > 60  # rounding to 8 bits says little of less
    assert np.abs(result[32:40] - new[32:40] / 2)[firm].max() < 3
    firm = made[40:48] < 195
    assert np.abs(255 - result[40:48] - (255 - new[40:48].astype(float)) / 2)[firm].max() < 3
