"""Results beside the picture, in windows: seen, compared, kept and asked for again."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from tests.window.conftest import SCREEN

if TYPE_CHECKING:
    from tests.loopback import Endpoint, Received
    from tests.window.conftest import Desktop

pytestmark = pytest.mark.window


def encoded(image: Image.Image) -> dict[str, str]:
    file = io.BytesIO()
    image.save(file, "PNG")
    return {"b64_json": base64.b64encode(file.getvalue()).decode()}


def three_colours_and_noise(request: Received) -> Any:
    """Answers that fit, each with another colour in the selection; and one that shows nothing."""
    size = request.image.size
    hole = request.mask.getchannel("A").point(lambda value: 255 if value == 0 else 0)
    answers = []
    for colour in ("#c83232", "#32a050", "#3250c8"):
        answer = request.image.convert("RGB")
        answer.paste(Image.new("RGB", size, colour), mask=hole)
        answers.append(ImageEnhance.Brightness(answer).enhance(0.97))
    noise = np.random.default_rng(1).integers(0, 256, (*size[::-1], 3), np.uint8)
    return 200, {"data": [encoded(each) for each in (*answers, Image.fromarray(noise))]}


def test_results_are_compared_and_kept_or_not(desktop: Desktop, endpoint: Endpoint) -> None:
    endpoint.answer = three_colours_and_noise
    found = desktop.run("steps_results")
    assert found["none yet"]
    assert min(found["sizes"]) >= 160
    x, y, width, height = found["window"]
    assert x >= 0
    assert y >= 0
    assert x + width <= SCREEN[0]
    assert y + height <= SCREEN[1]
    original, *good, bad = found["faults"]
    assert original == ""
    assert ["Does not match" in fault for fault in (*good, bad)] == [False, False, False, True]
    about = "\n".join(found["labels"])
    assert "GPT Image" in about
    assert "Seam: " in about
    assert "$0." in about
    assert "“four of “them” 日本”" in found["labels"]
    for step in ("held", "the first again", "original", "kept", "its name", "found again"):
        assert found[step], step
    assert found["prompt"] == "four of “them” 日本"
    assert "Seam: " in "\n".join(found["about one"])
    assert found["brought back"] == [True, True]
    assert [found["similar"], found["refitted"]] == [True, True]
    first, again = endpoint.received
    assert again.fields == first.fields
    assert again.images == first.images
