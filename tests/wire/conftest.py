"""Fixtures of the wire's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seamfill.journal.journal import Journal
from seamfill.offline.server import serve
from tests.wire.harness import MODELS, Script, Wire, echo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private place for settings, keys and journal, and no key of whoever runs the tests."""
    monkeypatch.setenv("SEAMFILL_HOME", str(tmp_path / "home"))
    for variable in ("OPENAI_API_KEY", "OPENAI_BASE_URL", *_PROXIES, *map(str.lower, _PROXIES)):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    return tmp_path / "home"


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    """A server that does what its script says, and a way there."""
    script = Script()
    with serve(fill=echo, models=MODELS, hook=script) as server:
        yield Wire(server, script, Journal(tmp_path / "journal"))
