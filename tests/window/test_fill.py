"""Generative Fill with windows: found by name and pressed as assistive technology does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.loopback import Endpoint
    from tests.window.conftest import Desktop

pytestmark = pytest.mark.window


@pytest.fixture(scope="module")
def filled(desktop: Desktop, loopback: Endpoint) -> dict[str, Any]:
    desktop.gimp.use_endpoint(loopback.base_url)
    found: dict[str, Any] = desktop.run("steps_fill")
    return found


def test_layer_comes_from_the_menu(filled: dict[str, Any]) -> None:
    assert filled["layer"]
    assert "2 layers" in filled["title"]


def test_one_undo_removes_it_and_redo_brings_it_back(filled: dict[str, Any]) -> None:
    assert "1 layer)" in filled["title after undo"]
    assert "2 layers" in filled["title after redo"]


def test_dialog_says_what_is_sent_and_what_it_costs(filled: dict[str, Any]) -> None:
    text = "\n".join(filled["labels"])
    assert "pixels" in text
    assert "Cost" in text
