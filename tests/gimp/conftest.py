"""GIMP 3.0 and 3.2 without windows, each with Seamfill installed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.real_gimp import InstalledGimp, install

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", params=["3.0", "3.2"])
def gimp(request: pytest.FixtureRequest) -> Iterator[InstalledGimp]:
    with install(request.param, "headless") as installed:
        installed.bring(Path(__file__).with_name("inside"))
        yield installed
