"""Texts in the scripts of the world, from the prompt to the endpoint, the layer and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from skimage import data

from tests.tongues import TEXTS

if TYPE_CHECKING:
    from tests.loopback import Endpoint
    from tests.real_gimp import InstalledGimp

pytestmark = pytest.mark.gimp


def test_texts_of_the_world_go_the_whole_way(gimp: InstalledGimp, endpoint: Endpoint) -> None:
    """Prompt, layer, reference, file and image are called so, and the prompt is in the recipe."""
    assert not gimp.home.name.isascii()  # nor is the path of the journal
    for text in TEXTS:
        Image.fromarray(data.astronaut()).resize((480, 360)).save(gimp.home / f"{text}.png")
    preferences = gimp.profile / "seamfill-preferences.json"
    preferences.write_text(json.dumps({"prompts-in-layers": True}))
    try:
        source = "from inside import tongues\nresult = tongues.run(given['texts'])"
        reports = gimp.script(source, texts=TEXTS)
    finally:
        preferences.unlink()
    assert [request.fields["prompt"] for request in endpoint.received] == list(TEXTS)
    for text, report in zip(TEXTS, reports, strict=True):
        assert report["status"] == "success", report
        assert report["refit"] == "success"
        assert report["name again"] == report["name"]
        assert report["about"]["recipe"]["prompt"] == text
        assert report["about saved"]["recipe"]["prompt"] == text
        assert report["about saved"]["journal"] == report["about"]["journal"]
    for request in endpoint.received:
        assert [picture.size for picture in request.images[1:]] == [(480, 360)] * 2


def test_what_is_remembered_comes_back_and_never_fails(gimp: InstalledGimp) -> None:
    prompts = gimp.profile / "seamfill-prompts.json"
    prompts.unlink(missing_ok=True)
    source = "from inside import tongues\nresult = tongues.remembered(given['texts'])"
    try:
        *found, missing, foreign = gimp.script(source, texts=TEXTS)
        kept = json.loads(prompts.read_text("utf-8"))["prompts"]
    finally:
        prompts.unlink(missing_ok=True)
    asked = [*TEXTS, "two\nlines\tand a tab", "a\0nul", "alone \ud800"]
    assert [last for last, _former in found] == asked
    assert [former for _last, former in found[:-1]] == [[text] for text in asked[:-1]]
    assert kept[1:] == list(reversed(asked[:-1]))
    assert [missing, foreign] == [None, None]


def test_layers_have_names_that_can_be_read(gimp: InstalledGimp) -> None:
    prompts = ["", " \n\t", "two\nlines\0and\ttabs\x1b", "alone \ud800.", "x" * 5000]
    family = "👩\u200d👩\u200d👧"
    prompts += ["a" * 29 + family, "a" * 30 + "e\u0301e\u0301e\u0301", "b" * 30 + "👍🏽👍🏽"]
    prompts += ["שלום עולם", "##1 of the private ones"]
    preferences = gimp.profile / "seamfill-preferences.json"
    preferences.write_text(json.dumps({"private-mark": "#"}))
    try:
        source = "from inside import tongues\nresult = tongues.named(given['prompts'])"
        names = gimp.script(source, prompts=prompts)
    finally:
        preferences.unlink()
    assert names[:5] == ["Fill", "Fill", "two lines and tabs", "alone .", "x" * 31 + "…"]
    assert names[5:8] == ["a" * 29 + "…", "a" * 30 + "…", "b" * 30 + "…"]
    assert names[8:] == ["שלום עולם", "1 of the private ones"]
