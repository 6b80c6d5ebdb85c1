"""``seamfill doctor``: each line is good or says what to do, and none says what is secret."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest

from gimp_plugin.setup.marks import mark
from gimp_plugin.setup.notes import Notes, write_notes
from gimp_plugin.setup.state import find
from installer.building import build_wheel
from seamfill.offline.server import serve
from seamfill.version import __version__

KEY = "sk-doctor-0123456789"


def doctor(**variables: str) -> tuple[int, dict[str, Any], str]:
    done = subprocess.run(
        [sys.executable, "-m", "seamfill", "doctor", "--json"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout), done.stdout


def wrong(lines: dict[str, Any]) -> list[str]:
    assert all(line["do"] for line in lines.values() if not line["ok"])
    return [name for name, line in lines.items() if not line["ok"]]


def test_a_good_installation(own_home: Path) -> None:
    code, lines, text = doctor()
    assert (code, wrong(lines)) == (0, [])
    assert list(lines) == [
        *("Seamfill", "environment", "GIMP", "worker", "certificates", "proxy"),
        *("endpoint", "key", "model", "offline endpoint", "disk", "journal"),
    ]
    assert str(Path.home()) not in text


def test_an_endpoint_and_its_key() -> None:
    server = serve()
    try:
        _code, lines, text = doctor(OPENAI_BASE_URL=server.base_url, OPENAI_API_KEY=KEY)
    finally:
        server.close()
    assert lines["endpoint"]["ok"], lines["endpoint"]
    assert "reached" in lines["endpoint"]["says"]
    assert lines["key"] == {"ok": True, "says": "present", "do": ""}
    assert KEY not in text


def test_what_is_wrong_is_said_with_what_to_do(own_home: Path, tmp_path: Path) -> None:
    plugin = tmp_path / "GIMP" / "3.0" / "plug-ins" / "seamfill"
    plugin.mkdir(parents=True)
    (plugin / "seamfill.py").touch(mode=0o755)
    mark(plugin, "0.0.1")
    write_notes(own_home, Notes((plugin,)), "0.0.1")
    code, lines, text = doctor(
        OPENAI_BASE_URL="http://127.0.0.1:9/v1",
        OPENAI_API_KEY=KEY,
        HTTPS_PROXY="http://me:secret@127.0.0.1:9",
        REQUESTS_CA_BUNDLE="/nowhere/é.pem",
        NO_PROXY="127.0.0.1",
    )
    assert code == 1
    assert wrong(lines) == ["GIMP", "certificates", "endpoint"]
    assert "0.0.1" in lines["GIMP"]["says"]
    assert "install.py" in lines["GIMP"]["do"]
    assert "REQUESTS_CA_BUNDLE" in lines["certificates"]["do"]
    assert KEY not in text
    assert "secret" not in text
    plugin.joinpath("seamfill.py").chmod(0o644)
    mark(plugin, __version__)
    assert "chmod +x" in doctor()[1]["GIMP"]["do"]


@pytest.fixture(scope="module")
def piped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with Seamfill's wheel in it, as pipx makes one; its Python."""
    folder = tmp_path_factory.mktemp("pipx é")
    venv.EnvBuilder(symlinks=True).create(folder / "venv")
    (packages,) = folder.glob("venv/lib/python3.*/site-packages")
    with zipfile.ZipFile(folder / build_wheel(str(folder))) as wheel:
        wheel.extractall(packages)
    return folder / "venv" / "bin" / "python"


def test_the_wheel_puts_its_plugin_into_gimp(piped: Path, tmp_path: Path, own_home: Path) -> None:
    profile = tmp_path / "GIMP é" / "3.2"
    command = [str(piped), "-m", "seamfill", "gimp"]
    for action in ("install", "install"):  # again is an upgrade
        subprocess.run([*command, action, "--gimp", str(profile)], check=True)
    plugin = profile / "plug-ins" / "seamfill"
    state = find(plugin)
    assert state.fits
    assert state.python == piped
    assert state.version == __version__
    assert os.access(plugin / "seamfill.py", os.X_OK)
    subprocess.run([*command, "uninstall", "--gimp", str(profile)], check=True)
    assert list(profile.iterdir()) == [profile / "plug-ins"]
    assert not plugin.exists()
