"""Every text of the plug-in is translated, and GIMP shows the translation."""

from __future__ import annotations

import ast
import gettext
import re
from typing import TYPE_CHECKING

import pytest

from tests.gimp.test_situations import run
from tests.loopback import refused
from tests.real_gimp import PROJECT
from tools.translations import LOCALE, compiled, read_po

if TYPE_CHECKING:
    from pathlib import Path

    from tests.loopback import Endpoint
    from tests.real_gimp import InstalledGimp

LANGUAGES = ("de", "es", "fr", "ja", "zh_CN")
PLACEHOLDER = re.compile(r"\{\w+\}")


def texts() -> set[str]:
    """Every text that the plug-in hands to gettext."""
    found = set()
    for path in (PROJECT / "gimp_plugin").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_":
                [argument] = node.args
                assert isinstance(argument, ast.Constant), (path, node.lineno)
                found.add(str(argument.value))
    return found


def catalogue(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "seamfill.po"


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_is_complete_and_compiled(language: str) -> None:
    entries = read_po(catalogue(language).read_text("utf-8"))
    assert set(entries) - {""} == texts()
    assert all(entries.values())
    for text, translation in entries.items():
        if text:
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(translation))
            assert ("_" in text) == ("_" in translation), text
    assert catalogue(language).with_suffix(".mo").read_bytes() == compiled(entries)


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_is_read_by_gettext(language: str) -> None:
    found = gettext.translation("seamfill", LOCALE, [language])
    entries = read_po(catalogue(language).read_text("utf-8"))
    assert found.gettext("Nothing was sent.") == entries["Nothing was sent."]


@pytest.mark.gimp
def test_german_gimp_speaks_german(gimp: InstalledGimp, endpoint: Endpoint) -> None:
    before = dict(gimp.env)
    gimp.env |= gimp.speaking("de")
    endpoint.answer = refused
    try:
        reports = run(gimp, "misses", "text_layer")
    finally:
        gimp.env = before
    assert reports["misses"]["message"].startswith("Die Auswahl berührt die aktive Ebene „")
    assert reports["text_layer"]["message"].startswith("Der Schlüssel wurde nicht angenommen. ")
