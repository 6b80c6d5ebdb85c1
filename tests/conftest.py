"""Every test has a Seamfill of its own: no key, journal or keyring of whoever runs it.

Those that need a GIMP have an endpoint, too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests.loopback import Endpoint, echo
from tools.private_gimp import SUITES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.real_gimp import InstalledGimp

# How long an example takes depends on what else the machine does.
settings.register_profile("seamfill", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("seamfill")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share the tests among processes: a folder's of one GIMP in one, which installs there once."""
    from xdist.scheduler import LoadScopeScheduling

    def goes_with(test: str) -> str:
        folder = test.split("/")[1]
        found = (each for each in SUITES if re.search(rf"\[{each}[-\]]", test))
        return next((f"{folder} {each}" for each in found), test)

    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = goes_with
    return scheduler


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path_factory.mktemp("seamfill é 日本")  # as people are called
    monkeypatch.setenv("SEAMFILL_HOME", str(home))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture(scope="session")
def loopback() -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def endpoint(gimp: InstalledGimp, loopback: Endpoint) -> Endpoint:
    """An endpoint that has not been asked yet, found by Seamfill in GIMP's environment."""
    loopback.answer = echo
    loopback.received.clear()
    gimp.use_endpoint(loopback.base_url)
    return loopback
