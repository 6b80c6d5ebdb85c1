"""What the dialog of Generative Fill does before, while and after an edit is paid for."""

from __future__ import annotations

import base64
import io
import json
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageFilter
from skimage import data

from tests.loopback import Endpoint, Received, echo_when, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.window.conftest import Desktop

pytestmark = pytest.mark.window

USAGE = {
    "total_tokens": 3000,
    "input_tokens": 2000,
    "input_tokens_details": {"image_tokens": 1900, "text_tokens": 100},
    "output_tokens": 1000,
}
"""At the list price of GPT Image 2.5 Sunburst: 1900 * 8 + 100 * 5 + 1000 * 30 millionths."""


def unfinished() -> Image.Image:
    """What a model may have made of it half-way: soft, and nothing like the photograph."""
    cup = Image.fromarray(data.coffee()[:400, 100:500]).resize((256, 256))
    return cup.filter(ImageFilter.GaussianBlur(4))


def encoded(image: Image.Image) -> str:
    file = io.BytesIO()
    image.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_an_edit_that_is_paid_for(desktop: Desktop, endpoint: Endpoint) -> None:
    """Asked before, shown while it takes shape, stopped or left alone, and counted afterwards."""
    home = desktop.gimp.home

    def streamed(request: Received) -> Iterator[dict[str, Any]]:
        kind = "image_edit.partial_image"
        yield {"type": kind, "b64_json": encoded(unfinished()), "partial_image_index": 0}
        wait_until(home / "release")
        whole = encoded(request.image)
        yield {"type": "image_edit.completed", "b64_json": whole, "usage": USAGE}

    endpoint.answer = streamed
    preferences = desktop.gimp.profile / "seamfill-preferences.json"
    preferences.write_text(json.dumps({"cost-limit": 0.01}))
    desktop.use_colours(desktop.scheme)
    try:
        found = desktop.run("steps_paid", scheme=desktop.scheme)
    finally:
        preferences.unlink()
    assert "This edit costs about $0." in str(found["question"])
    assert "Waiting for the model" in str(found["running"])
    assert {"Keep Waiting", "Finish in Background", "Stop"} <= set(found["stop"])
    assert "It costs about $0." in str(found["stop"])
    assert found["waited on"]
    text = "\n".join(found["afterwards"])
    assert "Last edit: $0.046." in text
    assert "This session: $0.046." in text
    assert "usually about" in str(found["running again"])
    assert "will be in Filters ▸ Seamfill ▸ Recover Results" in str(found["left"])
    assert found["recovered"]
    assert found["favourite"] == "a red door"
    assert [request.fields["partial_images"] for request in endpoint.received] == ["2", "2"]

    window = Image.open(desktop.pictures / f"partial-{desktop.scheme}.png").convert("RGB")
    found_at = cv2.matchTemplate(np.asarray(window), np.asarray(unfinished()), cv2.TM_CCOEFF_NORMED)
    assert found_at.max() > 0.99


def test_references_and_markup_are_chosen_in_the_dialog(
    desktop: Desktop, endpoint: Endpoint
) -> None:
    home = desktop.gimp.home
    Image.fromarray(data.coffee()[:100, :90]).save(home / "other.png")
    desktop.gimp.system.give(home)
    desktop.use_colours(desktop.scheme)
    found = desktop.run("steps_references", scheme=desktop.scheme)
    assert found["before"] == [False, True, False]  # for models that take none, one and both
    assert "References (2)" in found["chosen"]
    assert found["layer"]
    _photo, layer, file = endpoint.received[0].images
    assert layer.size == (512, 512)
    assert file.size == (90, 100)
    assert endpoint.received[0].markup.mode == "RGBA"


def test_the_keyboard_alone_is_enough(desktop: Desktop, endpoint: Endpoint) -> None:
    desktop.use_colours("light")
    found = desktop.run("steps_keyboard")
    assert found["filled"]
    assert [request.fields["prompt"] for request in endpoint.received] == ["ivy"]
    wanted = {"Prompt", "Variations", "More options", "Help", "Cancel", "Generate"}
    assert wanted <= set(found["reached"]), found["reached"]
    assert len(set(found["models"])) == 2
    assert found["cancelled"]


def test_a_key_is_stored_and_help_opens(desktop: Desktop, endpoint: Endpoint) -> None:
    desktop.use_colours("light")
    found = desktop.run("steps_settings")
    assert [found["before"], found["stored"], found["deleted"]] == [True] * 3
    assert "sk-window-test" not in json.dumps(found)
    assert found["help"].startswith("file:///")
    assert found["help"].endswith("#settings")
    assert not endpoint.received


def test_two_edits_at_once(desktop: Desktop, endpoint: Endpoint) -> None:
    endpoint.answer = echo_when(desktop.gimp.home / "release")
    desktop.use_colours("light")
    found = desktop.run("steps_together")
    assert found["layers"]
    assert sorted(r.fields["prompt"] for r in endpoint.received) == ["the first", "the second"]
