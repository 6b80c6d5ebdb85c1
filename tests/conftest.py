"""Every test has a Seamfill of its own: no key, journal or keyring of whoever runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from pathlib import Path

# How long an example takes depends on what else the machine does.
settings.register_profile("seamfill", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("seamfill")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path_factory.mktemp("seamfill")
    monkeypatch.setenv("SEAMFILL_HOME", str(home))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return home
