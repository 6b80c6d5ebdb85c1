"""The plug-in's archive, unzipped into a real GIMP: told, set up, used, upgraded, gone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.install.brought import python_served
from tests.real_gimp import PROJECT, InstalledGimp
from tools.private_gimp import SUITES, PrivateGimp, PrivateGimpError
from tools.wheels import prepare_wheels

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.gimp

CALL = """
image = Gimp.Image.new(96, 64, Gimp.ImageBaseType.RGB)
kind, mode = Gimp.ImageType.RGB_IMAGE, Gimp.LayerMode.NORMAL
layer = Gimp.Layer.new(image, "é 日本", 96, 64, kind, 100, mode)
image.insert_layer(layer, None, 0)
layer.fill(Gimp.FillType.WHITE)
image.select_rectangle(Gimp.ChannelOps.REPLACE, 32, 16, 24, 24)
procedure = Gimp.get_pdb().lookup_procedure("plug-in-seamfill-remove")
result = {"there": procedure is not None}
if procedure:
    config = procedure.create_config()
    config.set_property("image", image)
    config.set_core_object_array("drawables", [layer])
    answer = procedure.run(config)
    result["status"] = answer.index(0).value_nick
    result["layers"] = len(image.get_layers())
    result["says"] = "" if result["status"] == "success" else answer.index(1)
image.delete()
"""
SET_UP = """
import sys
from pathlib import Path
plugin = Path.home() / ".config/GIMP/VERSION/plug-ins/seamfill"
sys.path.insert(0, str(plugin))
from setup.setting_up import set_up
set_up(plugin, lambda step, done: print(step, f"{done:.2f}"))
"""


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The plug-in's archive, of this version and of a later one."""
    folder = tmp_path_factory.mktemp("releases")
    later = folder / "later"
    for part in ("core", "gimp_plugin", "installer", "tools"):
        caches = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(PROJECT / part, later / part, ignore=caches)
    for part in ("install.py", "pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md"):
        shutil.copy(PROJECT / part, later)
    shutil.copy(PROJECT / "LICENSE", later)
    (later / "core/seamfill/version.py").write_text('"""V."""\n\n__version__ = "99.1"\n')
    for project, name in ((PROJECT, "this"), (later, "new")):
        command = [sys.executable, "tools/release.py", str(folder / name), "--no-offline"]
        subprocess.run(command, cwd=project, check=True, stdout=subprocess.DEVNULL)
    return {name: next((folder / name).glob("*-gimp.zip")) for name in ("this", "new")} | {
        "source": later
    }


@contextmanager
def fresh_gimp(version: str) -> Iterator[tuple[InstalledGimp, dict[str, str]]]:
    try:
        system = PrivateGimp.prepare(SUITES[version])
        wheels = prepare_wheels(system)
    except PrivateGimpError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no GIMP {version} here: {error}")
    home = system.new_home(f"unzipped é 日本 {os.getpid()}")
    try:
        gimp = InstalledGimp(version, system, home)
        (gimp.profile / "plug-ins").mkdir(parents=True)
        (home / ".local/share").mkdir(parents=True)  # the desktop's, not Seamfill's
        system.give(home)
        yield gimp, wheels
    finally:
        shutil.rmtree(home, ignore_errors=True)


def unzip(archive: Path, gimp: InstalledGimp) -> None:
    """Unzip as people do, with the modes that are in it."""
    into = gimp.profile / "plug-ins"
    with zipfile.ZipFile(archive) as opened:
        for each in opened.infolist():
            (into / opened.extract(each, into)).chmod(each.external_attr >> 16)
    gimp.system.give(into)


def set_up(gimp: InstalledGimp, env: dict[str, str]) -> list[str]:
    """Set up as the dialog does, in GIMP's own Python; the names of the steps."""
    script = SET_UP.replace("VERSION", gimp.version)
    done = gimp.system.run(["python3", "-c", script], home=gimp.home, env=env)
    assert done.returncode == 0, done.stderr
    return list(dict.fromkeys(line.split()[0] for line in done.stdout.splitlines()))


def files(gimp: InstalledGimp) -> set[str]:
    """All in the home but what GIMP and the fonts of its system keep for themselves."""
    found = {str(each.relative_to(gimp.home)) for each in gimp.home.rglob("*")}
    own = (".cache", ".config/GIMP", "result.json", "given.json", "script.py", ".local/share/")
    seamfill = ("plug-ins/seamfill", "share/seamfill", "seamfill-", "plug-in-seamfill")
    return {e for e in found if not e.startswith(own) or any(each in e for each in seamfill)}


@pytest.mark.parametrize("version", ["3.0", "3.2"])
def test_unzipped_set_up_used_upgraded_and_gone(version: str, archives: dict[str, Path]) -> None:
    with fresh_gimp(version) as (gimp, wheels):
        before = files(gimp)
        data = gimp.home / ".local/share/seamfill"
        unzip(archives["this"], gimp)
        told = gimp.script(CALL)
        assert told["status"] == "execution-error"
        assert "Seamfill is not set up. Choose a command" in told["says"]
        assert told["layers"] == 1
        assert not data.exists()  # nothing is fetched without being asked

        assert set_up(gimp, wheels) == ["uv", "python", "packages", "core"]
        used = gimp.script(CALL)
        assert (used["status"], used["layers"]) == ("success", 2)
        assert sorted(each.name for each in data.iterdir() if each.name != "journal") == [
            "environment",
            "environment-1",
            "installed.json",
        ]

        unzip(archives["new"], gimp)
        assert not (data / "environment-2").exists()
        set_up(gimp, wheels)
        used = gimp.script(CALL)
        assert (used["status"], used["layers"]) == ("success", 2)
        environments = [each.name for each in data.glob("environment-*")]
        assert environments == ["environment-2"]
        assert json.loads((data / "installed.json").read_text())["version"] == "99.1"

        shutil.copytree(archives["source"], gimp.home / "source")
        gimp.system.give(gimp.home / "source")
        gone = ["python3", "source/install.py", "--uninstall", "--purge", "--yes"]
        done = gimp.system.run(gone, home=gimp.home)
        assert done.returncode == 0, done.stderr
        shutil.rmtree(gimp.home / "source")
        assert files(gimp) - before == set()
        assert not gimp.script(CALL)["there"]


def test_a_python_is_brought_where_gimp_has_its_own(archives: dict[str, Path]) -> None:
    """Simulated as an AppImage: its variables say that GIMP's Python lies in the package.

    The packages lie in the plug-in, as an offline archive has them; nothing else is asked for them.
    """
    with fresh_gimp("3.0") as (gimp, wheels):
        unzip(archives["this"], gimp)
        packages = gimp.profile / "plug-ins/seamfill/packages"
        packages.mkdir()
        for wheel in (gimp.system.root / wheels["PIP_FIND_LINKS"].lstrip("/")).glob("*.whl"):
            (packages / wheel.name).hardlink_to(wheel)
        gimp.system.give(packages)
        gimp.env |= {"APPDIR": "/usr", "LD_PRELOAD": "", "PYTHONHOME": ""}
        with python_served(gimp.system, 5) as (address, asked):
            set_up(gimp, {**gimp.env, "UV_PYTHON_DOWNLOADS_JSON_URL": address})
        assert asked == ["/list.json", "/python.tar.gz"]
        data = gimp.home / ".local/share/seamfill"
        python = (data / "environment-1/bin/python").readlink()
        assert "environment-1/python/cpython-3.13.5" in str(python)
        used = gimp.script(CALL)
        assert (used["status"], used["layers"]) == ("success", 2)
