"""The installer on a home of its own: install, use, upgrade, uninstall, prove that all is gone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

PROJECT = Path(__file__).parents[2]


class Home:
    """Somebody's home with two GIMP profiles and a folder that is nobody's business."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.profiles = [folder / ".config" / "GIMP" / name for name in ("3.0", "3.2")]
        for profile in self.profiles:
            (profile / "plug-ins" / "other").mkdir(parents=True)
        (folder / ".config" / "GIMP" / "2.10").mkdir()
        self.data = folder / ".local" / "share" / "seamfill"
        self.command = folder / ".local" / "bin" / "seamfill"

    def install(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run([sys.executable, str(PROJECT / "install.py"), *arguments])

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        hidden = ("SEAMFILL_HOME", "XDG_", "GIMP3_", "PYTHONPATH")
        env = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
        return subprocess.run(
            command,
            env=env | {"HOME": str(self.folder)},
            cwd=self.folder,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=600,
            check=False,
        )

    def files(self) -> set[Path]:
        """All but what pip leaves: its cache, and what other programs it asks for their version."""
        places = (".config", ".local")
        return {path for place in places for path in (self.folder / place).rglob("*")}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_installed_used_upgraded_and_gone(home: Home) -> None:
    before = home.files()
    done = home.install("--yes")
    assert done.returncode == 0, done.stderr
    for profile in home.profiles:
        plugin = profile / "plug-ins" / "seamfill"
        assert os.access(plugin / "seamfill.py", os.X_OK)
        python = json.loads((plugin / "seamfill.json").read_text())["python"]
        assert Path(python).exists()
        assert str(plugin) in done.stdout
    assert not (home.folder / ".config" / "GIMP" / "2.10" / "plug-ins").exists()

    Image.new("RGB", (80, 60), "grey").save(home.folder / "photo.png")
    edited = home.run(
        [str(home.command), "edit", "photo.png", "--box", "20,20,20,20", "--prompt", "x"]
    )
    assert edited.returncode == 0, edited.stderr
    result = home.folder / "photo-seamfill.png"
    assert result.exists()
    journal = home.data / "journal"
    assert journal.is_dir()

    stale = home.profiles[0] / "plug-ins" / "seamfill" / "of-an-older-version.py"
    stale.touch()
    upgraded = home.install("--yes")
    assert upgraded.returncode == 0, upgraded.stderr
    assert "upgrade" in upgraded.stdout
    assert not stale.exists()

    removed = home.install("--uninstall", "--yes")
    assert removed.returncode == 0, removed.stderr
    assert str(home.data) in removed.stdout  # says that the journal is still there
    left = home.files() - before
    made = {home.folder / ".local" / "share", home.command.parent}
    assert {path for path in left if not path.is_relative_to(journal)} <= made | {home.data}


def test_a_dry_run_changes_nothing(home: Home) -> None:
    before = home.files()
    done = home.install("--dry-run")
    assert done.returncode == 0
    assert str(home.profiles[1] / "plug-ins" / "seamfill") in done.stdout
    assert str(home.data) in done.stdout
    assert home.files() == before


def test_an_environment_that_cannot_be_made_leaves_the_old_one(home: Home, tmp_path: Path) -> None:
    environment = home.data / "environment"
    environment.mkdir(parents=True)
    (environment / "marker").touch()
    broken = tmp_path / "broken"
    broken.mkdir()
    for name in ("install.py", "README.md", "LICENSE"):
        (broken / name).write_text((PROJECT / name).read_text())
    for name in ("installer", "core", "gimp_plugin"):
        shutil.copytree(PROJECT / name, broken / name)
    (broken / "pyproject.toml").write_text("[project]\nname = 'seamfill'\n")
    done = home.run([sys.executable, str(broken / "install.py"), "--yes"])
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert (environment / "marker").exists()


def test_the_command_of_somebody_else_is_left_alone(home: Home) -> None:
    home.command.parent.mkdir(parents=True)
    home.command.write_text("mine")
    assert str(home.command) not in home.install("--dry-run").stdout
