"""Generative Fill with windows: found by name and pressed as assistive technology does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from skimage import data

from tests.loopback import echo_when

if TYPE_CHECKING:
    from tests.loopback import Endpoint
    from tests.window.conftest import Desktop

pytestmark = pytest.mark.window


PROMPT = "“é” — 日本の庭 🎈 שלום"


@pytest.fixture(scope="module")
def filled(desktop: Desktop, loopback: Endpoint) -> dict[str, Any]:
    desktop.gimp.use_endpoint(loopback.base_url)
    loopback.received.clear()
    desktop.gimp.overhear()
    found: dict[str, Any] = desktop.run("steps_fill", prompt=PROMPT)
    found["asked"] = [asked["method"] for asked in desktop.gimp.overhear()]
    return found


def test_layer_comes_from_the_menu(filled: dict[str, Any]) -> None:
    assert filled["layer"]
    assert "2 layers" in filled["title"]


def test_prompt_in_any_script_arrives_and_is_proposed_again(
    filled: dict[str, Any], loopback: Endpoint
) -> None:
    assert [request.fields["prompt"] for request in loopback.received] == [PROMPT]
    assert filled["remembered"][0] == PROMPT
    assert filled["proposed again"] == PROMPT


def test_one_undo_removes_it_and_redo_brings_it_back(filled: dict[str, Any]) -> None:
    assert "1 layer)" in filled["title after undo"]
    assert "2 layers" in filled["title after redo"]


def test_dialog_says_what_is_sent_and_what_it_costs(filled: dict[str, Any]) -> None:
    text = "\n".join(filled["labels"])
    assert "pixels" in text
    assert "Cost" in text


def test_an_edit_takes_the_plan_that_was_shown(filled: dict[str, Any]) -> None:
    """The last plan is the one that the user saw, and the worker makes none for the edit."""
    asked = filled["asked"]
    edit = asked.index("edit")
    assert asked[edit - 1 : edit + 2] == ["plan", "edit", "used"]
    assert filled["plans before the edit"] == asked[:edit].count("plan")


def test_every_dialog_opens_from_its_menu(desktop: Desktop, endpoint: Endpoint) -> None:
    found = desktop.run("steps_dialogs")
    assert {"Prompt", "Generate", "Endpoint"} <= set(found["fill"])
    assert {"Left", "Top", "Right", "Bottom"} <= set(found["expand"])
    assert {"API key", "Store Key", "Delete Key"} <= set(found["settings"])
    assert found["removed"]
    assert "Refit" in found["refit"]
    assert "Answers in the journal" in found["recover"]
    assert not endpoint.received


def test_what_users_do_while_an_edit_runs(desktop: Desktop, endpoint: Endpoint) -> None:
    endpoint.answer = echo_when(desktop.gimp.home / "release")
    Image.fromarray(data.coffee()[:400, 100:500]).resize((512, 512)).save(
        desktop.gimp.home / "other.png"
    )
    found = desktop.run("steps_adversity")
    assert "Stop this edit" in found["running"]
    assert found["cancelled"] == [True, True]
    assert found["undone"]
    assert found["layer gone"]
    assert "Recover Results" in str(found["image gone"])
    assert found["alive"]
    assert [found["sent meanwhile"], found["kept"]] == [0, 1]  # the answer, after GIMP had quit
    assert "does not look like the one that was sent" in str(found["warned"])
    assert found["recovered"]
    # Pictures that a plug-in opens have a file in GIMP 3.2 only.
    assert found["opened"] == (desktop.gimp.version == "3.2")
    if found["opened"]:
        assert "That was “photo.png”." in str(found["warned"])
        assert "photo" in found["recovered in"]
