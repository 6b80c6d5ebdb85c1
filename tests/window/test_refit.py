"""Refit Layer with windows: what the canvas shows while the dialog is open, and afterwards."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

if TYPE_CHECKING:
    from tests.loopback import Endpoint, Received
    from tests.window.conftest import Desktop

pytestmark = pytest.mark.window


def red_and_shifted(request: Received) -> Any:
    """Something red where the mask allows it, and all of it shifted a little, as models do."""
    image = np.asarray(request.image.convert("RGB")).copy()
    image[np.asarray(request.mask)[..., 3] == 0] = (200, 30, 30)
    file = io.BytesIO()
    Image.fromarray(np.roll(image, (3, 4), axis=(0, 1))).save(file, "PNG")
    return 200, {"data": [{"b64_json": base64.b64encode(file.getvalue()).decode()}]}


def test_refit_is_seen_at_once_and_can_be_taken_back(desktop: Desktop, endpoint: Endpoint) -> None:
    endpoint.answer = red_and_shifted
    found = desktop.run("steps_refit")
    assert "2 layers" in found["title"]
    assert "3 layers" in found["title meanwhile"]
    assert found["title after Cancel"] == found["title"]
    assert found["undone"]
    assert "2 layers" in found["title after OK"]
    assert "2 layers" in found["title after undo"]
    assert {"Edge", "Automatic", "Preview", "Refit"} <= set(found["labels"])
    assert "Drift undone: " in str(found["labels"])
    assert "Undo, or open the image" in str(found["layer gone"])
    assert found["alive"]

    x, y = found["canvas"]

    def seen(name: str) -> Any:
        picture = Image.open(desktop.pictures / f"refit-{name}-{desktop.scheme}.png").convert("RGB")
        return np.asarray(picture.crop((x + 40, y + 20, x + 420, y + 480))).astype(int)

    before, wide = seen("before"), seen("wide")
    assert np.abs(seen("automatic") - before).max() < 3
    assert np.abs(wide - before).max() > 30
    for name in ("unseen", "cancelled", "undone"):
        np.testing.assert_array_equal(seen(name), before)
    np.testing.assert_array_equal(seen("done"), wide)
    assert len(endpoint.received) == 1
