"""What is refused, with which words, and what each command does, without windows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from skimage import data

from tests.loopback import Endpoint, refused

if TYPE_CHECKING:
    from tests.real_gimp import InstalledGimp

pytestmark = pytest.mark.gimp

REFUSALS = {
    "no_layer": "No layer is active.",
    "two_layers": "Several layers are chosen",
    "channel": "A channel is active",
    "indexed": "This image is indexed",
    "floating": "A floating selection is in the way.",
    "misses": "The selection does not touch the active layer",
    "other_image": "The layer belongs to another image.",
    "unknown_endpoint": "There is no endpoint",
    "bad_size": "size",
    "nothing_to_remove": "Nothing is selected.",
    "private": "is marked as private",
    "private_reference": "is marked as private",
    "unknown_reference": "There is neither a layer nor a file “nothing”.",
    "unknown_markup": "There is no layer “nothing” for the markup.",
    "markup_of_itself": "The markup is the edited layer itself.",
    "markup_that_hides": "has no transparency",
    "expand_by_nothing": "The canvas would not grow.",
    "refit_of_nothing": "was not made by Seamfill",
}


def run(gimp: InstalledGimp, *wanted: str) -> dict[str, Any]:
    source = "from inside import situations\nresult = situations.run(given['wanted'])"
    photo = Image.fromarray(data.astronaut()).resize((480, 480)).crop((0, 60, 480, 420))
    photo.save(gimp.home / "photo.png")
    (gimp.profile / "seamfill-preferences.json").write_text(json.dumps({"private-mark": "#"}))
    reports: dict[str, Any] = gimp.script(source, wanted=list(wanted))
    return reports


def test_refusals_come_before_anything_is_sent(gimp: InstalledGimp, endpoint: Endpoint) -> None:
    reports = run(gimp, *REFUSALS)
    for name, words in REFUSALS.items():
        assert reports[name]["status"] == "execution-error", name
        assert words in reports[name]["message"], name
        assert reports[name]["message"].rstrip().endswith("."), name
        assert reports[name]["unchanged"], name
    assert not endpoint.received


def test_endpoint_refuses(gimp: InstalledGimp, endpoint: Endpoint) -> None:
    endpoint.answer = refused
    report = run(gimp, "text_layer")["text_layer"]
    assert report["status"] == "execution-error"
    assert "key" in report["message"]
    assert "test-key" not in report["message"]
    assert "{" not in report["message"]
    assert report["unchanged"]


def test_layers_that_are_drawn_anew_are_read_and_not_written(
    gimp: InstalledGimp, endpoint: Endpoint
) -> None:
    reports = run(gimp, "text_layer", "linked_layer", "vector_layer")
    assert [report["status"] for report in reports.values()] == ["success"] * 3
    assert reports["text_layer"]["text"] == "Seamfill"
    if gimp.version != "3.0":
        assert reports["vector_layer"]["drawn"] == "triangle"
        red = np.asarray(endpoint.received[-1].image.convert("RGB")).reshape(-1, 3)
        assert ((red == (255, 0, 0)).all(1)).any()
    assert endpoint.received


def test_remove_works_without_an_endpoint(gimp: InstalledGimp, endpoint: Endpoint) -> None:
    report = run(gimp, "remove")["remove"]
    assert report["returned"] == ["Removed"]
    assert not endpoint.received


def test_variations_are_a_group_named_after_the_prompt(
    gimp: InstalledGimp, endpoint: Endpoint
) -> None:
    report = run(gimp, "variations")["variations"]
    [name, children], *_others = report["layers"]
    assert name == "a red balloon and more and more…"
    assert report["returned"] == children == [f"{name} {number}" for number in (1, 2, 3)]
    assert report["visible"] == [True, False, False]
    assert endpoint.received


def test_visible_source_sends_what_is_seen_but_nothing_private(
    gimp: InstalledGimp, endpoint: Endpoint
) -> None:
    report = run(gimp, "visible")["visible"]
    assert report["status"] == "success"
    assert report["layers"][1:] == report["before"]
    sent = np.asarray(endpoint.received[0].image.convert("RGB"))
    assert np.abs(sent.reshape(-1, 3).mean(0) - (0, 0, 255)).max() < 2


def test_references_and_markup_go_along(gimp: InstalledGimp, endpoint: Endpoint) -> None:
    report = run(gimp, "with_pictures")["with_pictures"]
    assert report["status"] == "success", report
    _photo, grass, sky, file = endpoint.received[0].images
    assert [grass.size, sky.size] == [(30, 20), (40, 10)]
    assert [_mean(grass).tolist(), _mean(sky).tolist()] == [[0, 255, 0], [0, 0, 255]]
    assert file.size == (480, 360)
    markup, (x, y, width, _height) = endpoint.received[0].markup, report["region"]
    scale = markup.width / width
    there = [(200 - x) * scale, (150 - y) * scale, (260 - x) * scale, (180 - y) * scale]
    drawn = markup.getchannel("A").getbbox()
    assert drawn
    # What was scaled up has soft borders.
    assert np.abs(np.subtract(drawn, there)).max() <= 2 * scale
    assert markup.getpixel((there[0] + 9, there[1] + 9)) == (255, 0, 0, 255)


def test_markup_is_not_in_the_picture_it_is_about(gimp: InstalledGimp, endpoint: Endpoint) -> None:
    report = run(gimp, "markup_on_visible")["markup_on_visible"]
    assert report["status"] == "success", report
    [received] = endpoint.received
    reds = [
        (np.asarray(picture.convert("RGB")) == (255, 0, 0)).all(2).any()
        for picture in (received.image, received.markup)
    ]
    assert reds == [False, True]


def test_filters_of_a_layer_are_part_of_what_is_sent(
    gimp: InstalledGimp, endpoint: Endpoint
) -> None:
    reports = run(gimp, "remove", "filtered", "text_layer")
    assert reports["filtered"]["status"] == "success"
    run(gimp, "left_behind")
    inverted, _text, plain = (_mean(received.image) for received in endpoint.received)
    assert np.abs(inverted + plain - 255).max() < 3


def _mean(image: Image.Image) -> np.ndarray[Any, Any]:
    mean: np.ndarray[Any, Any] = np.asarray(image.convert("RGB"), float).reshape(-1, 3).mean(0)
    return mean


def test_prompt_is_not_left_behind(gimp: InstalledGimp, endpoint: Endpoint) -> None:
    report = run(gimp, "left_behind")["left_behind"]
    assert report["status"] == "success"
    assert endpoint.received
    saved = (gimp.home / "left.xcf").read_bytes()
    assert b"seamfill-recipe" in saved
    assert b"sphinxes" not in saved
    settings = gimp.profile / "plug-in-settings"
    kept = [path.read_text() for path in settings.glob("*seamfill*")] if settings.exists() else []
    assert not any("garden" in text for text in kept)


def test_expand_grows_the_canvas_around_what_was_there(
    gimp: InstalledGimp, endpoint: Endpoint
) -> None:
    report = run(gimp, "expand")["expand"]
    assert report["status"] == "success", report
    assert report["size"] == [480 + 100, 360 + 20]
    assert report["offset"] == [40, 0]
    assert report["layers"][1:] == report["before"]
    mask = np.asarray(endpoint.received[0].mask)[..., 3]
    assert mask[5, 3] == 0
    assert mask[mask.shape[0] // 3, mask.shape[1] // 2] == 255


def test_refit_takes_the_place_of_the_layer_and_sends_nothing(
    gimp: InstalledGimp, endpoint: Endpoint
) -> None:
    report = run(gimp, "refit")["refit"]
    assert report["status"] == "success", report
    assert report["unchanged"]
    assert "journal" in json.loads(report["recipe"])
    assert len(endpoint.received) == 1


def test_refit_takes_half_of_a_fit_and_keeps_what_the_user_set(
    gimp: InstalledGimp, endpoint: Endpoint
) -> None:
    reports = run(gimp, "refits")["refits"]
    assert [report["status"] for report in reports] == ["success"] * 3
    assert [report["kept"] for report in reports] == [[40.0, False, "x"]] * 3
    switches = ("fit", "register", "tone")
    taken = [[report["about"]["recipe"][name] for name in switches] for report in reports]
    assert taken == [[True, False, True], [True, True, False], [False, True, True]]
    assert [report["about"]["report"]["registered"] for report in reports] == [False, True, False]
    assert len(endpoint.received) == 1


def test_a_trial_leaves_the_image_as_it_was(gimp: InstalledGimp, endpoint: Endpoint) -> None:
    report = run(gimp, "trial")["trial"]
    assert report["after"] == report["before"]
    (_layers, looks, _active, dirty) = report["before"]
    assert not dirty
    for count, visible, now in report["shown"]:
        assert (count, visible) == (3, False)
        assert now != looks
    assert endpoint.received


def test_nothing_to_recover_is_said(gimp: InstalledGimp, endpoint: Endpoint) -> None:
    report = run(gimp, "recover")["recover"]
    assert report["status"] == "execution-error"
    assert "no results to recover" in report["message"]
    assert not endpoint.received


def test_preferences_are_set_by_a_script_and_only_readable_by_the_user(
    gimp: InstalledGimp, endpoint: Endpoint
) -> None:
    report = run(gimp, "settings")["settings"]
    assert report["status"] == "success", report
    kept = gimp.profile / "seamfill-preferences.json"
    assert json.loads(kept.read_text())["private-mark"] == "!"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert not endpoint.received


def test_repeat_uses_the_last_prompt(gimp: InstalledGimp, endpoint: Endpoint) -> None:
    report = run(gimp, "last_values")["last_values"]
    assert report["status"] == "success", report
    assert [request.fields["prompt"] for request in endpoint.received] == ["x", "once more"]
