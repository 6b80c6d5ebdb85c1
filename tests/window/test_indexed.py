"""Indexed images with windows: a question, and what comes of each answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image
from skimage import data

if TYPE_CHECKING:
    from tests.loopback import Endpoint
    from tests.window.conftest import Desktop

pytestmark = pytest.mark.window


def test_an_indexed_image_is_converted_only_where_the_user_agrees(
    desktop: Desktop, endpoint: Endpoint
) -> None:
    Image.fromarray(data.astronaut()).quantize(64).save(desktop.gimp.home / "indexed.png")
    found = desktop.run("steps_indexed")
    assert "Indexed color" in found["title"]
    assert found["title after Cancel"] == found["title"]
    assert "indexed" in str(found["labels"])
    assert "RGB color" in found["filled"]
    assert "RGB color" in found["undone"]
    assert found["removed"]
    assert [received.fields["prompt"] for received in endpoint.received] == ["a red wall"]
