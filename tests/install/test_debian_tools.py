"""On a machine without mmdebstrap a private one is fetched, and the machine stays as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.debian_tools import find_tools


def state_of_the_machine() -> dict[str, float]:
    """What apt and dpkg would have changed."""
    places = ("/var/lib/dpkg", "/var/lib/apt", "/var/lib/apt/lists", "/var/cache/apt")
    found = [each for place in map(Path, places) for each in (place, *place.glob("*"))]
    return {str(each): each.stat().st_mtime for each in found}


@pytest.mark.gimp
def test_tools_are_fetched_without_installing_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which("apt-get"):
        pytest.skip("this is no Debian or Ubuntu")
    monkeypatch.setattr("shutil.which", lambda _: None)  # as if this machine had none
    before, said = state_of_the_machine(), list[str]()
    tools = find_tools(tmp_path / "tools", said.append)
    assert state_of_the_machine() == before
    assert "nothing is installed" in said[0]
    assert tools.keys.is_relative_to(tmp_path)
    assert os.access(tools.mmdebstrap, os.X_OK)
    done = subprocess.run(
        [tools.mmdebstrap, "--version"],
        env=tools.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("mmdebstrap "), done.stderr
    find_tools(tmp_path / "tools", said.append)
    assert len(said) == 1
