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
from tests.loopback import Endpoint, echo

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
    loopback.answer = echo
    gimp.use_endpoint(loopback.base_url)
    source = "from inside import matrix\nresult = matrix.run(given['cases'])"
    reports: dict[str, Any] = gimp.script(source, timeout=900, cases=CASES)
    return reports


class Outcome:
    """What one case left."""

    def __init__(self, gimp: InstalledGimp, case: Case, report: dict[str, Any]) -> None:
        self.report = report
        self.visible_source = case["source"] == "visible"
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

    def layer(self, size: tuple[int, int]) -> Pixels:
        """The new layer in sRGB floats, shape (h, w, 4)."""
        return self._read("layer", np.float32).reshape(*size, 4)

    def mask(self, size: tuple[int, int]) -> Pixels:
        """The new layer's mask, shape (h, w)."""
        return self._read("mask", np.uint8).reshape(size)

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
    if outcome.visible_source:
        assert [report["parent"], report["position"]] == [0, 0]
    else:
        assert report["parent"] == report["edited parent"]
        assert report["position"] == report["edited position"] - 1
    assert "a test" not in report["recipe"]
    selected = _selected(outcome)
    _assert_same_outside(outcome, selected == 0)
    _assert_in_place(outcome, selected)


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
    """The selection as it reaches what is edited."""
    selection = outcome.selection
    if not selection.any():
        selection = np.full_like(selection, 255)
    if outcome.visible_source:
        return selection
    x, y, w, h = outcome.report["layer box"]
    inside = np.zeros(SIZE[::-1], bool)
    inside[max(0, y) : y + h, max(0, x) : x + w] = True
    return np.where(inside, selection, 0)


def _assert_in_place(outcome: Outcome, selected: Pixels) -> None:
    """The endpoint answered with the upload, so the layer shows what is beneath it."""
    x, y, w, h = outcome.report["box"]
    layer, mask = outcome.layer((h, w)), outcome.mask((h, w))
    x1, y1, x2, y2 = max(0, x), max(0, y), min(SIZE[0], x + w), min(SIZE[1], y + h)
    seen = (slice(y1 - y, y2 - y), slice(x1 - x, x2 - x))
    beneath = outcome.visible("before")[y1:y2, x1:x2, :3]
    shown = mask[seen] > 0
    assert not shown[selected[y1:y2, x1:x2] == 0].any()
    assert shown.sum() >= 0.5 * (selected == 255).sum()
    error = np.abs(layer[seen][..., :3] - beneath).max(2)[shown]
    assert np.median(error) < 0.03
