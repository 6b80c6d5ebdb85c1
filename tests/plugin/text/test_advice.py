"""What helps with an error is said in words of GIMP's, whatever the core calls it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from seamfill import errors
from seamfill.errors import ADVICE, SeamfillError

advice: Any = import_module("text.advice")

CODES = {
    each.code
    for each in vars(errors).values()
    if isinstance(each, type) and issubclass(each, SeamfillError)
} - {"error", "bad_input", "refused", "endpoint_failed", "cancelled"}
"""Of errors that say what kind they are of."""


@pytest.mark.parametrize("name", sorted({*ADVICE, *CODES}))
def test_every_advice_has_words_of_its_own(name: str) -> None:
    said = advice.hint(name)
    assert said != advice.hint("nothing of the kind")
    assert not any(word in said for word in ("seamfill ", "catalogue", "--", "OPENAI_"))


@pytest.mark.parametrize("name", ["key", "bad_key", "address", "certificate", "encryption"])
def test_what_settings_mends_has_its_button(name: str) -> None:
    assert [button for button, _label in advice.buttons(name)] == ["settings"]
