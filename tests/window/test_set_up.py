"""The set-up inside GIMP, with windows."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.window.conftest import Desktop

pytestmark = pytest.mark.window

NOWHERE = "[global]\nno-index = true\nfind-links = /opt/nowhere\n"
RIGHT = "[global]\nno-index = true\nfind-links = /opt/packages\n"


def test_set_up_at_the_first_use_and_on_with_the_command(desktop: Desktop) -> None:
    gimp = desktop.gimp
    data = gimp.home / ".local/share/seamfill"
    pip = gimp.home / ".config/pip/pip.conf"
    pip.parent.mkdir(parents=True)
    pip.write_text(NOWHERE)
    for environment in data.glob("environment-*"):
        shutil.rmtree(environment)
    before = sorted(each.name for each in data.iterdir())
    inside = gimp.system.path_inside
    found = desktop.run("steps_set_up", data=inside(data), pip=inside(pip), right=RIGHT)
    assert "its own Python packages, about 260 MB" in found["asked"]
    assert inside(data) in found["asked"]
    assert found["refused"] == before
    assert "is not in /opt/nowhere" in found["failed"]
    assert "install.log" in found["failed"]
    assert any(each.startswith("environment-") for each in found["after"])
    assert "install-cache" not in found["after"]
    assert "install.log" not in found["after"]
    lines = found["checked"].splitlines()
    for name in ("GIMP", "Plug-in", "GIMP's Python", "Environment", "worker", "key", "journal"):
        assert any(line.startswith(f"✓ {name}: ") for line in lines), (name, lines)
    assert gimp.version in found["checked"]
    assert inside(gimp.home) not in found["checked"]  # safe to show: the home is ~
