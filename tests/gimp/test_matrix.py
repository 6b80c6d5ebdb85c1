"""Every kind of image, edited: the right pixels at the right place, and nothing else changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from skimage import data

from tests.gimp.cases import Case, all_pairs
from tests.gimp.icc import PROFILES, matrix_profile
from tests.loopback import Endpoint, inverted_in_mask

if TYPE_CHECKING:
    from tests.real_gimp import InstalledGimp

pytestmark = pytest.mark.gimp

Pixels = npt.NDArray[Any]
CASES = all_pairs()
SIZE = (480, 360)


@pytest.fixture(scope="session")
def reports(gimp: InstalledGimp, loopback: Endpoint) -> dict[str, Any]:
    """Run all cases in one GIMP."""
    photo = Image.fromarray(data.astronaut()).resize((480, 480)).crop((0, 60, *SIZE[:1], 420))
    photo.save(gimp.home / "photo.png")
    for name in PROFILES:
        (gimp.home / f"{name}.icc").write_bytes(matrix_profile(name))
    loopback.answer = inverted_in_mask
    gimp.use_endpoint(loopback.base_url)
    source = "from inside import matrix\nresult = matrix.run(given['cases'])"
    reports: dict[str, Any] = gimp.script(source, timeout=900, cases=CASES)
    return reports


class Outcome:
    """What one case left."""

    def __init__(self, gimp: InstalledGimp, case: Case, report: dict[str, Any]) -> None:
        self.report = report
        self._folder = gimp.home / "out"
        self._name = case["name"]

    @property
    def selection(self) -> Pixels:
        return self._read("selection", np.uint8).reshape(SIZE[::-1])

    def visible(self, when: str) -> Pixels:
        """The image in sRGB floats, shape (h, w, 4)."""
        return self._read(f"{when}.float", np.float32).reshape(*SIZE[::-1], 4)

    def native(self, when: str) -> Pixels:
        """The image's own bytes, shape (h, w, bytes of a pixel)."""
        return self._read(f"{when}.native", np.uint8).reshape(*SIZE[::-1], -1)

    def _read(self, what: str, kind: Any) -> Pixels:
        return np.fromfile(self._folder / f"{self._name}-{what}", kind)


@pytest.fixture(params=CASES, ids=lambda case: case["name"])
def outcome(
    request: pytest.FixtureRequest, gimp: InstalledGimp, reports: dict[str, Any]
) -> Outcome:
    return Outcome(gimp, request.param, reports[request.param["name"]])


def test_edit_of_every_kind(outcome: Outcome) -> None:
    report = outcome.report
    assert report["status"] == "success", report.get("message")
    assert report["after"] == report["before"]
    assert report["mask"]
    assert report["parent"] == report["edited parent"]
    assert report["position"] == report["edited position"] - 1
    assert "a test" not in report["recipe"]
    selected = _selected(outcome)
    _assert_same_outside(outcome, selected == 0)
    _assert_inverted_inside(outcome, selected)


def _assert_same_outside(outcome: Outcome, outside: Pixels) -> None:
    """Nothing that was there is changed, and with it the visible image, to the last bit.

    GIMP composes in single precision and chooses among conversions that differ in their last
    digits; in images of more than 16 bits even an empty layer changes those, so there only the
    layers themselves are compared to the bit.
    """
    assert outcome.report["untouched"]
    before, after = outcome.visible("before"), outcome.visible("after")
    if outcome.report["bits"] <= 16:
        before, after = outcome.native("before"), outcome.native("after")
    difference = np.abs(before[outside].astype(np.float64) - after[outside])
    assert difference.max(initial=0) <= (0 if outcome.report["bits"] <= 16 else 2e-3)


def _selected(outcome: Outcome) -> Pixels:
    """The selection as it reaches the edited layer."""
    x, y, w, h = outcome.report["layer box"]
    inside = np.zeros(SIZE[::-1], bool)
    inside[max(0, y) : y + h, max(0, x) : x + w] = True
    selection = outcome.selection
    if not selection.any():
        selection = np.full_like(selection, 255)
    return np.where(inside, selection, 0)


def _assert_inverted_inside(outcome: Outcome, selected: Pixels) -> None:
    before, after = outcome.visible("before")[..., :3], outcome.visible("after")[..., :3]
    full = selected == 255
    if full.sum() < 100:
        assert not full.any() or not np.array_equal(before[full], after[full])
        return
    error = np.abs(after - (1 - before)).max(2)[full]
    # The fit may move and tone an answer a little; what is not inverted is off by half.
    assert np.median(error) < 0.1
