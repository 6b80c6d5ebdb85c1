"""GIMP 3.0 and 3.2 without windows, each with Seamfill installed, and an endpoint for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.loopback import Endpoint, echo
from tests.real_gimp import InstalledGimp, install

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", params=["3.0", "3.2"])
def gimp(request: pytest.FixtureRequest) -> Iterator[InstalledGimp]:
    with install(request.param, "headless") as installed:
        installed.bring(Path(__file__).with_name("inside"))
        yield installed


@pytest.fixture(scope="session")
def loopback() -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def endpoint(gimp: InstalledGimp, loopback: Endpoint) -> Endpoint:
    """An endpoint that has not been asked yet, which Seamfill finds in its environment."""
    loopback.answer = echo
    loopback.received.clear()
    gimp.use_endpoint(loopback.base_url)
    return loopback
