"""Fills over fills: what the canvas shows, where layers go, and that a failure leaves nothing."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image, ImageColor
from skimage import data

if TYPE_CHECKING:
    from tests.loopback import Endpoint, Received
    from tests.real_gimp import InstalledGimp

pytestmark = pytest.mark.gimp

SEVERAL = ("yellow", "magenta", "cyan")


def coloured(request: Received) -> Any:
    """Colours by their names in the prompt, where the mask allows it."""
    prompt, count = request.fields["prompt"], int(request.fields.get("n", "1"))
    if prompt == "noise":
        noise = np.random.default_rng(1).integers(0, 256, (*request.image.size[::-1], 3), np.uint8)
        return _answered([noise])
    if prompt == "too few":
        return _answered([_painted(request, "red")])
    names = SEVERAL[:count] if prompt == "several" else ["gray" if prompt == "x" else prompt]
    return _answered([_painted(request, name) for name in names])


def _painted(request: Received, name: str) -> Any:
    image = np.asarray(request.image.convert("RGB")).copy()
    image[np.asarray(request.mask)[..., 3] == 0] = ImageColor.getrgb(name)
    return image


def _answered(images: list[Any]) -> Any:
    texts = []
    for image in images:
        file = io.BytesIO()
        Image.fromarray(image).save(file, "PNG")
        texts.append(base64.b64encode(file.getvalue()).decode())
    return 200, {"data": [{"b64_json": text} for text in texts]}


def run(gimp: InstalledGimp, call: str) -> Any:
    photo = Image.fromarray(data.astronaut()).resize((480, 480)).crop((0, 60, 480, 420))
    photo.save(gimp.home / "photo.png")
    return gimp.script(f"from inside import stack\nresult = stack.{call}")


def _near(colour: list[int], name: str) -> bool:
    return bool(np.abs(np.subtract(colour, ImageColor.getrgb(name))).max() < 24)


@pytest.mark.parametrize("source", ["visible", "layer"])
def test_each_of_several_fills_at_one_place_is_seen(
    gimp: InstalledGimp, endpoint: Endpoint, source: str
) -> None:
    endpoint.answer = coloured
    report = run(gimp, f"over_each_other({source!r})")
    _photo, *shown = report["shown"]
    fills = ("red", "lime", "blue")
    assert [_near(*pair) for pair in zip(shown, fills, strict=True)] == [True] * 3, shown
    assert report["tree"][:3] == ["blue", "lime", "red"]
    flipped = [[name for name in SEVERAL if _near(seen, name)] for seen in report["flipped"]]
    assert sorted(name for names in flipped for name in names) == sorted(SEVERAL)
    assert report["repeated"][0] == "success"
    assert _near(report["repeated"][1], "red")
    assert report["removed"][0] == "success"
    assert report["top"] == "Removed"
    assert not any(_near(report["removed"][1], name) for name in (*SEVERAL, "blue", "lime"))
    assert report["active"]
    # The second fill was sent what the first one made, or the layer alone, as was asked.
    second = np.asarray(endpoint.received[1].image.convert("RGB"))
    y, x = (side // 2 for side in second.shape[:2])
    assert _near(second[y, x].tolist(), "red") == (source == "visible")


def test_the_result_of_one_layer_goes_above_it_and_what_seamfill_made_there(
    gimp: InstalledGimp, endpoint: Endpoint
) -> None:
    endpoint.answer = coloured
    report = run(gimp, "placed()")
    assert report["above result"] == ["own", "lime", "red", "photo"]
    above = ["own", "white", "lime", "red", ["group", ["photo"]]]
    assert report["from a group"] == above


def test_an_insertion_that_fails_leaves_the_image_as_it_was(
    gimp: InstalledGimp, endpoint: Endpoint
) -> None:
    for message, as_it_was in run(gimp, "not_inserted()"):
        assert "could not be put into the image" in message
        assert "Recover Results" in message
        assert as_it_was
    assert not endpoint.received


def test_refit_keeps_what_was_painted_on_the_mask(gimp: InstalledGimp, endpoint: Endpoint) -> None:
    endpoint.answer = coloured
    report = run(gimp, "painted()")
    assert report["follows the edge"]
    assert report["painted"]
    assert report["kept"] == [True, True]
    assert report["edges"] == [True, True]  # the mask is made anew beneath
    assert report["edge"] == 20.0
    assert report["made anew"]


def test_refit_right_after_a_fill_finds_its_result(gimp: InstalledGimp, endpoint: Endpoint) -> None:
    endpoint.answer = coloured
    report = run(gimp, "newest()")
    assert report["statuses"] == ["execution-error", "success", "success"], report
    assert "was not made by Seamfill" in report["message"]
    user, group, shown_is_there, hidden_is_there = report["names"]
    assert [user, group] == [report["expected"]] * 2
    assert [shown_is_there, hidden_is_there] == [False, True]


def test_displays_are_drawn_anew_for_users_only(gimp: InstalledGimp) -> None:
    assert run(gimp, "flushed()") == [0, 1]


@pytest.mark.parametrize("source", ["visible", "layer"])
def test_expand_sends_what_is_seen_or_one_layer(
    gimp: InstalledGimp, endpoint: Endpoint, source: str
) -> None:
    endpoint.answer = coloured
    report = run(gimp, f"expanded({source!r})")
    assert report["status"] == "success", report
    assert report["tree"].index("x") == (0 if source == "visible" else 1)
    sent = np.asarray(endpoint.received[0].image.convert("RGB")).astype(int)
    height, width = sent.shape[:2]
    middle = sent[height // 6 : height // 3, width // 4 : width // 2]
    assert (np.abs(middle - (255, 0, 0)).max() < 3) == (source == "visible")
    assert report["offsets"][0] >= 0
    assert report["offsets"][1] >= 0


def test_problems_and_what_a_fit_lacks_are_told(gimp: InstalledGimp, endpoint: Endpoint) -> None:
    endpoint.answer = coloured
    run(gimp, "problems()")
    assert "Does not match its surroundings" in gimp.said
    assert "2 answers were asked for" in gimp.said
