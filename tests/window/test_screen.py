"""On the smallest screen that laptops still have, every dialog can be used to its last button."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.loopback import refused
from tests.window.conftest import SCREEN
from tools.translations import LOCALE, read_po

if TYPE_CHECKING:
    from tests.loopback import Endpoint
    from tests.window.conftest import Desktop

pytestmark = pytest.mark.window

LANGUAGES = {"3.0": ("", "de"), "3.2": ("", "de", "es", "fr", "ja", "zh_CN")}
"""All in one GIMP, and the language of the longest words in both; empty for English."""
DIALOGS = ("Generative Fill…", "Expand Canvas…", "Settings…", "Refit Layer…", "Recover Results…")


def texts(language: str) -> dict[str, str]:
    """What Seamfill says in a language."""
    return read_po((LOCALE / language / "LC_MESSAGES" / "seamfill.po").read_text("utf-8"))


def test_buttons_and_messages_are_on_the_screen(desktop: Desktop, endpoint: Endpoint) -> None:
    endpoint.answer = refused
    for language in LANGUAGES[desktop.gimp.version]:
        said = texts(language) if language else {}
        words = said.get("The key was not accepted.", "does not accept the key")
        found = desktop.run("steps_screen", language=language, texts=said, words=words)
        for name in DIALOGS:
            dialog, where = found[name], (language, name, found[name])
            assert is_on_the_screen(dialog["window"]), where
            wanted = {said.get(label, label).replace("_", "") for label in ("_Close", "_Cancel")}
            assert wanted & {*dialog["buttons"]}, where
            assert all(map(is_on_the_screen, dialog["buttons"].values())), where
            assert not dialog["message"] or is_inside(dialog["message"], dialog["window"]), where
        told = [bool(found[name]["message"]) for name in DIALOGS]
        assert told == [True, True, True, False, False], language


def is_on_the_screen(box: list[int]) -> bool:
    return is_inside(box, [0, 0, *SCREEN])


def is_inside(box: list[int], around: list[int]) -> bool:
    left, top, width, height = box
    x, y, w, h = around
    return x <= left and y <= top and left + width <= x + w and top + height <= y + h
