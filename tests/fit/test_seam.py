"""Seams are told, those of a part of the edge among them; edges that the picture has are none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data

from seamfill.fit import FitReport, fit

SIZE = (600, 400)


@pytest.fixture(scope="module")
def selection() -> np.ndarray:
    chosen = np.zeros(SIZE[::-1], np.uint8)
    cv2.ellipse(chosen, (290, 200), (130, 100), 0, 0, 360, 255, -1)
    return chosen


def photograph(name: str) -> np.ndarray:
    return cv2.resize(getattr(skimage.data, name)(), SIZE, interpolation=cv2.INTER_AREA)


def drifted(picture: np.ndarray) -> np.ndarray:
    matrix = np.array([[1.008, 0, 2.3], [0, 1.008, -3.7]])
    moved = cv2.warpAffine(
        picture, matrix, SIZE, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
    )
    return np.clip(moved * 0.96 + 4, 0, 255).astype(np.uint8)


def shaded(picture: np.ndarray, at: tuple[int, int]) -> np.ndarray:
    """With a soft shadow across a part of the edge."""
    x, y = np.meshgrid(*(np.arange(length) for length in SIZE))
    shadow = np.exp(-((((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * 50**2)) ** 2))
    return np.rint(picture * (1 - 0.5 * shadow[..., None])).astype(np.uint8)


def report_of(original: np.ndarray, answer: np.ndarray, selection: np.ndarray) -> FitReport:
    return fit(original, answer, selection).report


@pytest.mark.parametrize("name", ["coffee", "chelsea", "astronaut"])
@pytest.mark.parametrize("at", [(420, 200), (290, 100), (190, 265)])
def test_a_shadow_that_stays_on_a_part_of_the_edge_is_warned_of(
    selection: np.ndarray, name: str, at: tuple[int, int]
) -> None:
    picture = photograph(name)
    report = report_of(shaded(picture, at), drifted(picture), selection)
    assert report.seam_local > 1.5
    assert "seam" in report.flags


@pytest.mark.parametrize("name", ["coffee", "chelsea", "astronaut", "rocket"])
def test_edges_that_the_picture_itself_has_are_no_seam(selection: np.ndarray, name: str) -> None:
    picture = shaded(photograph(name), (420, 200))
    report = report_of(picture, drifted(picture), selection)
    assert report.seam_local < 1
    assert not report.flags
