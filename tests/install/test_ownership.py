"""Nothing is deleted or replaced that Seamfill did not make."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from gimp_plugin.setup.errors import Unsuitable
from gimp_plugin.setup.notes import require_own
from tests.install.homes import PROJECT, Home, run

if TYPE_CHECKING:
    from pathlib import Path


def test_a_home_is_no_data_folder(small_home: Home) -> None:
    precious = small_home.folder / "environment" / "thesis.txt"
    precious.parent.mkdir()
    precious.write_text("years of work")
    small_home.variables = {"SEAMFILL_HOME": str(small_home.folder)}
    before = sorted(small_home.folder.rglob("*"))
    refused = small_home.install("--yes")
    assert refused.returncode == 2
    assert "SEAMFILL_HOME" in refused.stderr
    assert sorted(small_home.folder.rglob("*")) == before
    assert small_home.install("--uninstall", "--yes").returncode == 0
    assert sorted(small_home.folder.rglob("*")) == before
    assert precious.read_text() == "years of work"


def test_a_data_folder_that_the_core_made_can_be_installed_into(
    own_home: Path, tmp_path: Path
) -> None:
    Image.new("RGB", (80, 60), "grey").save(tmp_path / "photo.png")
    edit = [*("edit", "photo.png", "--box", "20,20,20,20"), *("--prompt", "é", "-o", "out.png")]
    done = run([sys.executable, "-m", "seamfill", *edit], tmp_path, dict(os.environ))
    assert done.returncode == 0, done.stderr
    (own_home / "keys.json").touch()
    (own_home / "catalog.toml").touch()
    assert any(own_home.iterdir())
    require_own(own_home)
    (own_home / "thesis.txt").touch()
    with pytest.raises(Unsuitable, match=r"thesis\.txt"):
        require_own(own_home)


@pytest.mark.parametrize("how", ["folder", "link", "dangling link"])
def test_a_plugin_folder_of_somebody_else_stays(small_home: Home, how: str) -> None:
    plugin, elsewhere = small_home.plugins[0], small_home.folder / "elsewhere"
    if how != "dangling link":
        elsewhere.mkdir()
        (elsewhere / "seamfill.py").write_text("mine")
        (elsewhere / "seamfill.json").write_text('{"python": "/usr/bin/python3"}')
    if how == "folder":
        elsewhere.rename(plugin)
    else:
        plugin.symlink_to(elsewhere)
    done = small_home.install("--yes")
    assert done.returncode == 2  # not everywhere where it should be
    assert "Traceback" not in done.stderr
    assert f"{plugin} is there and was not made by Seamfill" in done.stdout
    assert small_home.works(small_home.plugins[1])
    removed = small_home.install("--uninstall", "--yes")
    assert removed.returncode == 0
    assert str(plugin) in removed.stdout
    assert not small_home.plugins[1].exists()
    assert plugin.is_symlink() == (how != "folder")
    if how != "dangling link":
        assert (plugin / "seamfill.py").read_text() == "mine"


def test_a_link_in_the_place_of_the_environment_is_not_followed(
    small_home: Home, tmp_path: Path
) -> None:
    kept = tmp_path / "big disk"
    kept.mkdir()
    (kept / "pyvenv.cfg").touch()
    (kept / "made-by-seamfill.json").write_text('{"made_by": "Seamfill", "files": []}')
    small_home.data.mkdir(parents=True)
    for name in ("environment", "environment-1"):
        (small_home.data / name).symlink_to(kept)
    assert small_home.install("--yes").returncode == 0
    assert all(small_home.works(plugin) for plugin in small_home.plugins)
    removed = small_home.install("--uninstall", "--yes")
    assert "environment, environment-1" in removed.stdout
    assert len(list(kept.iterdir())) == 2


def test_what_the_user_put_into_the_plugin_folder_is_kept(small_home: Home, new: Path) -> None:
    small_home.install("--yes")
    plugin = small_home.plugins[0]
    (plugin / "notes").mkdir()
    (plugin / "notes" / "my prompts.txt").write_text("é 日本")
    (plugin / "link").symlink_to(small_home.folder)
    small_home.project = new
    upgraded = small_home.install("--yes")
    assert upgraded.returncode == 0, upgraded.stderr
    assert small_home.works(plugin)
    assert (plugin / "notes" / "my prompts.txt").read_text() == "é 日本"
    removed = small_home.install("--uninstall", "--yes")
    assert f"Left in {plugin}" in removed.stdout
    assert {each.name for each in plugin.rglob("*")} >= {"notes", "my prompts.txt", "link"}
    assert not list(plugin.glob("*.py"))
    assert small_home.folder.exists()


def test_files_that_a_new_version_lacks_are_gone(small_home: Home, new: Path) -> None:
    small_home.install("--yes")
    plugin = small_home.plugins[0]
    listed = json.loads((plugin / "made-by-seamfill.json").read_text())
    (plugin / "of_an_older_version.py").touch()
    listed["files"].append("of_an_older_version.py")
    (plugin / "made-by-seamfill.json").write_text(json.dumps(listed))
    small_home.project = new
    assert small_home.install("--yes").returncode == 0
    assert not (plugin / "of_an_older_version.py").exists()


@pytest.mark.parametrize("target", ["nowhere", "somewhere"])
def test_the_command_of_somebody_else_is_left_alone(small_home: Home, target: str) -> None:
    small_home.command.parent.mkdir(parents=True)
    (small_home.command.parent / "somewhere").touch()
    small_home.command.symlink_to(target)
    assert str(small_home.command) not in small_home.install("--dry-run").stdout
    assert small_home.install("--yes").returncode == 0
    assert small_home.install("--uninstall", "--yes").returncode == 0
    assert str(small_home.command.readlink()) == target


@pytest.mark.parametrize("noted", ["[]", "{", "", '{"plugins": 7}', '{"plugins": [7, "/etc"]}'])
def test_a_damaged_note_is_no_reason_to_fail(small_home: Home, noted: str) -> None:
    small_home.data.mkdir(parents=True)
    (small_home.data / "installed.json").write_text(noted)
    dry = small_home.install("--dry-run")
    assert dry.returncode == 0, dry.stderr
    removed = small_home.install("--uninstall", "--yes")
    assert removed.returncode == 0, removed.stderr
    assert not small_home.data.exists()


def test_uninstalled_without_the_note(small_home: Home) -> None:
    before = small_home.files()
    assert small_home.install("--yes").returncode == 0
    (small_home.data / "installed.json").write_text("[]")
    assert small_home.install("--uninstall", "--yes").returncode == 0
    made = {small_home.data.parent, small_home.command.parent}
    assert small_home.files() - before <= made


def test_a_note_that_names_folders_of_others_deletes_nothing(small_home: Home) -> None:
    precious = small_home.folder / "work" / "plug-ins" / "seamfill" / "thesis.txt"
    precious.parent.mkdir(parents=True)
    precious.touch()
    small_home.data.mkdir(parents=True)
    noted = {"plugins": [str(precious.parent)], "environment": "../../.."}
    (small_home.data / "installed.json").write_text(json.dumps(noted))
    assert small_home.install("--uninstall", "--yes").returncode == 0
    assert precious.exists()


def test_the_first_version_is_known_and_upgraded(small_home: Home) -> None:
    """It left no marks: an environment, plug-ins that name it, a link and a note."""
    home = small_home
    environment = home.data / "environment"
    made = [sys.executable, "-m", "venv", "--without-pip", str(environment)]
    subprocess.run(made, check=True)
    (packages,) = environment.glob("lib/python3.*/site-packages")
    (packages / "seamfill-0.1.0.dist-info").mkdir()
    for plugin in home.plugins:
        plugin.mkdir()
        for name in ("seamfill.py", "launch.py", "worker.py", "tally.py", "notes.txt"):
            (plugin / name).write_text("first version")
        noted = {"python": str(environment / "bin" / "python")}
        (plugin / "seamfill.json").write_text(json.dumps(noted))
    noted_plugins = {"plugins": [str(plugin) for plugin in home.plugins]}
    (home.data / "installed.json").write_text(json.dumps(noted_plugins))
    home.command.parent.mkdir(parents=True)
    home.command.symlink_to(environment / "bin" / "seamfill")
    shutil.copytree(home.folder, home.folder.with_name("copy"), symlinks=True)

    done = home.install("--yes")
    assert done.returncode == 0, done.stderr
    assert "upgrade" in done.stdout
    assert all(home.works(plugin) for plugin in home.plugins)
    assert home.environments() == ["environment", "environment-1"]
    assert environment.is_symlink()
    assert home.run([str(home.command)]).returncode == 0
    assert (home.plugins[0] / "notes.txt").read_text() == "first version"
    assert not (home.plugins[0] / "worker.py").exists()

    first = home.folder.with_name("copy")
    shutil.rmtree(home.folder)
    first.rename(home.folder)
    assert home.install("--uninstall", "--yes").returncode == 0
    assert not home.data.exists()
    assert not home.command.is_symlink()
    assert [each.name for each in home.plugins[0].iterdir()] == ["notes.txt"]


def test_the_demonstration_leaves_the_users_pictures(tmp_path: Path) -> None:
    mine = tmp_path / "seamfill-demo"
    mine.mkdir()
    for name in ("after.png", "holiday.png"):
        (mine / name).write_text("mine")
    home = Home(tmp_path / "home")
    done = subprocess.run(
        [sys.executable, str(PROJECT / "install.py"), "--demo"],
        cwd=tmp_path,
        env=home.env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert str(mine) in done.stderr
    assert (mine / "after.png").read_text() == "mine"
