"""Screens that have several pixels for each of GTK's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

if TYPE_CHECKING:
    from tests.window.conftest import Desktop

pytestmark = pytest.mark.window


def test_the_first_panel_asks_and_shows_every_pixel_that_the_screen_has(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {k: v for k, v in desktop.gimp.env.items() if not k.startswith("OPENAI")}
    monkeypatch.setattr(desktop.gimp, "env", environment)
    side = 512
    checks = (np.indices((side, side)).sum(0) % 2 * 255).astype(np.uint8)
    Image.fromarray(checks).save(desktop.gimp.home / "checks.png")
    found = desktop.run("steps_fine", scale=2, version=desktop.gimp.version)
    assert found["asked"]
    assert found["answered"]
    assert not found["asked again"]
    assert f"{side}\u00a0×\u00a0{side} pixels" in "".join(found["labels"])
    seen = np.asarray(Image.open(desktop.pictures / "fine.png").convert("L")).astype(int)
    steps = np.abs(np.diff(seen, axis=1)) == 255
    assert steps.sum() > 0.95 * side * side
