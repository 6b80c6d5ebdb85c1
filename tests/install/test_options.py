"""The options of install.py: where to, from where, only upgrades, and all that was kept."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.install.homes import Home


def test_into_one_profile(small_home: Home, tmp_path: Path) -> None:
    own = tmp_path / "another disk é" / "3.0"
    assert small_home.install("--yes", "--gimp", str(own)).returncode == 0
    assert small_home.works(own / "plug-ins" / "seamfill")
    assert not any(plugin.exists() for plugin in small_home.plugins)
    assert small_home.install("--yes", "--uninstall").returncode == 0
    assert not (own / "plug-ins" / "seamfill").exists()


def test_an_upgrade_installs_nothing_new(small_home: Home, new: Path) -> None:
    done = small_home.install("--yes", "--upgrade")
    assert done.returncode == 2
    assert "No Seamfill is installed" in done.stderr
    assert not small_home.data.exists()
    first = str(small_home.profiles[0])
    assert small_home.install("--yes", "--gimp", first).returncode == 0
    small_home.project = new
    assert small_home.install("--yes", "--upgrade").returncode == 0
    assert small_home.works(small_home.plugins[0])
    assert not small_home.plugins[1].exists()


def test_without_an_index(small_home: Home, old: Path, tmp_path: Path) -> None:
    packages = tmp_path / "é 日本, with a comma"
    shutil.copytree(old / "packages", packages / "seamfill" / "packages")
    small_home.variables = {"PIP_FIND_LINKS": "/nowhere"}
    done = small_home.install("--yes")
    assert done.returncode == 4
    assert "is not in /nowhere" in done.stderr
    assert small_home.install("--yes", "--offline", str(packages)).returncode == 0
    assert all(small_home.works(plugin) for plugin in small_home.plugins)
    done = small_home.install("--yes", "--offline", str(tmp_path))
    assert done.returncode == 2
    assert "no packages in it" in done.stderr


def test_purged_of_all_that_it_kept(small_home: Home, tmp_path: Path) -> None:
    home = small_home
    before = home.files()
    assert home.install("--yes").returncode == 0
    precious = tmp_path / "answers on another disk"
    precious.mkdir()
    (precious / "mine").touch()
    (home.data / "journal").symlink_to(precious)
    (home.data / "keys.json").touch()
    (home.profiles[0] / "seamfill-prompts.json").touch()
    (home.profiles[0] / "seamfill-notes.txt").touch()
    assert home.install("--yes", "--uninstall").returncode == 0
    assert (home.data / "keys.json").exists()
    assert home.install("--yes", "--uninstall", "--purge").returncode == 0
    assert (precious / "mine").exists()  # a link goes, and what it leads to stays
    made = {home.data.parent, home.command.parent}
    assert home.files() - before - made == {home.profiles[0] / "seamfill-notes.txt"}
