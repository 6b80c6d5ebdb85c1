"""The offline engine continues light that changes slowly, and invents none where there is none."""

from __future__ import annotations

import numpy as np
import skimage.data

from seamfill.offline.inpaint import fill
from seamfill.offline.light import trend_of


def test_a_sky_that_darkens_upwards_is_continued_without_a_step() -> None:
    rows, columns = np.indices((240, 320))
    noise = np.random.default_rng(0).normal(0, 1.5, (240, 320, 3))
    sky = np.stack([30 + rows / 2, 50 + rows / 2 + columns / 20, 90 + rows / 3], -1) + noise
    sky[:, 10:40] = (200, 160, 90)  # something that is no sky
    picture = np.clip(sky, 0, 255).astype(np.uint8)
    hole = np.zeros((240, 320), bool)
    hole[30:210, 140:220] = True
    broken = picture.copy()
    broken[hole] = 255
    wrong = np.abs(fill(broken, hole)[hole].astype(int) - picture[hole])
    assert wrong.mean() < 4
    assert np.percentile(wrong, 99) < 12


def test_texture_and_objects_are_no_light() -> None:
    for picture in (skimage.data.coffee(), skimage.data.astronaut()):
        hole = np.zeros(picture.shape[:2], bool)
        hole[150:250, 200:300] = True
        assert not trend_of(picture, hole).any()
