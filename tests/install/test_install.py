"""The installer on a home of its own: install, use, upgrade, uninstall, prove that all is gone."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from tests.install.homes import Home


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

    upgraded = home.install("--yes")
    assert upgraded.returncode == 0, upgraded.stderr
    assert "upgrade" in upgraded.stdout

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
