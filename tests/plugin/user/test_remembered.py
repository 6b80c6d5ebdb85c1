"""What is remembered for the user, in a profile that may hold anything."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

files: Any = import_module("user.files")
preferences: Any = import_module("user.preferences")
prompts: Any = import_module("user.prompts")
spending: Any = import_module("edits.spending")
names: Any = import_module("edits.names")
left: Any = import_module("dialogs.left")
start: Any = import_module("user.start")


@pytest.fixture(autouse=True)
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A profile that no GIMP is needed for."""
    monkeypatch.setattr(files, "folder", lambda: tmp_path)
    return tmp_path


def test_preferences_are_kept_for_the_user_alone(profile: Path) -> None:
    assert preferences.preferences() == (True, False, "", 0.0)
    preferences.save(preferences.Preferences(False, True, "é#", 1.5))
    assert preferences.preferences() == (False, True, "é#", 1.5)
    kept = profile / "seamfill-preferences.json"
    assert json.loads(kept.read_text("utf-8"))["private-mark"] == "é#"
    assert kept.stat().st_mode & 0o077 == 0


def test_what_is_of_no_use_in_the_file_is_as_if_it_were_not_there(profile: Path) -> None:
    kept = profile / "seamfill-preferences.json"
    said = {"keep-prompts": 1, "prompts-in-layers": None, "private-mark": ["#"], "cost-limit": 2}
    for text in (json.dumps(said), "[]", "{", "[" * 100_000):
        kept.write_text(text)
        assert preferences.preferences()[:3] == (True, False, "")
    kept.write_text(json.dumps(said))
    assert preferences.preferences().cost_limit == 2.0


def test_favourites_stay_when_the_history_goes() -> None:
    prompts.set_favourite("日本の庭 🎈", True)
    prompts.set_favourite("“é”", True)
    prompts.set_favourite("“é”", False)
    prompts.forget()
    assert (prompts.favourites(), prompts.prompts()) == (["日本の庭 🎈"], [])


def test_the_usual_time_is_that_of_edits_of_the_same_kind() -> None:
    low, high = {"model": "m", "quality": "low"}, {"model": "m", "quality": "high"}
    assert spending.usually(low) is None
    for seconds in (3.0, 50.0, 4.0):
        spending.took(low, seconds)
    spending.took(high, 90.0)
    assert (spending.usually(low), spending.usually(high)) == (4.0, 90.0)


def test_a_layer_is_never_named_as_the_private_ones_are() -> None:
    preferences.save(preferences.Preferences(private_mark="#"))
    assert names.layer_name("## é\n日本") == "é 日本"
    assert names.layer_name("#") == "Fill"


def test_a_window_is_as_it_was_left(profile: Path) -> None:
    first = left.Left(360, 0, ("sent",))
    assert left.left("fill", first) == first
    left.remember("fill", left.Left(400, 700, ("model", "more")))
    left.remember("expand", left.Left(500, 600))
    assert left.left("fill", first) == (400, 700, ("model", "more"))
    kept = profile / "seamfill-windows.json"
    odd: object
    for odd in ({"width": -3, "height": 5, "open": []}, {"width": "wide"}, {"open": 3}, [], None):
        kept.write_text(json.dumps({"fill": odd}))
        assert left.left("fill", first) == first


def test_how_to_fill_is_asked_once(profile: Path) -> None:
    assert not start.was_chosen()
    start.chosen()
    assert start.was_chosen()
    (profile / "seamfill-start.json").write_text("[]")
    assert not start.was_chosen()
