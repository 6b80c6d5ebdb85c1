"""The set-up of a plug-in that stands alone, with a stand-in for uv: stopped, broken, refused."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from gimp_plugin.setup.errors import SetupError, Stopped, Unsuitable
from gimp_plugin.setup.lock import locked
from gimp_plugin.setup.making import offline_packages
from gimp_plugin.setup.notes import LOCK
from gimp_plugin.setup.setting_up import set_up
from gimp_plugin.setup.state import find, works
from installer.building import core_members, write_wheel
from installer.plugin import write_plugin

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path, old: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, and an index that has what stands in for uv and nothing else."""
    for name in list(os.environ):
        if name.startswith(("PIP_", "UV_", "XDG_", "SEAMFILL_HOME")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "é 日本"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", (old / "packages").as_uri())
    pinned = old / "gimp_plugin" / "setup"
    monkeypatch.setattr("gimp_plugin.setup.uv.PINNED", pinned / "pinned.json")
    monkeypatch.setattr("gimp_plugin.setup.making.PINNED", pinned / "pinned.json")
    monkeypatch.setattr("gimp_plugin.setup.making.LOCKED", pinned / "requirements.txt")
    return tmp_path / "é 日本"


def unzipped(home: Path, project: Path, version: str) -> Path:
    """A plug-in's folder, over one that is there already."""
    plugin = home / "GIMP/3.0/plug-ins/seamfill"
    fresh = home / "fresh"
    fresh.mkdir(parents=True)
    wheel = write_wheel(home, core_members(project), project)
    write_plugin(fresh, project / "gimp_plugin", version, wheel)
    shutil.copytree(fresh, plugin, dirs_exist_ok=True)
    shutil.rmtree(fresh)
    return plugin


def data(home: Path) -> Path:
    return home / ".local/share/seamfill"


def silent(_step: str, _done: float) -> None:
    pass


def stops_at(wanted: str) -> Callable[[str, float], None]:
    def report(step: str, _done: float) -> None:
        if step == wanted:
            raise Stopped

    return report


def test_stopped_at_every_step_and_taken_up_again(home: Path, old: Path, new: Path) -> None:
    plugin = unzipped(home, old, "1.0")
    for step in ("python", "packages", "core"):
        with pytest.raises(Stopped):
            set_up(plugin, stops_at(step))
        assert find(plugin).python is None
        assert list(data(home).glob("environment*")) == []
    set_up(plugin, silent)
    state = find(plugin)
    assert state.fits
    assert state.python
    assert works(state.python)
    plugin = unzipped(home, new, "2.0")
    assert not find(plugin).fits
    for step in ("python", "packages", "core"):
        with pytest.raises(Stopped):
            set_up(plugin, stops_at(step))
        assert find(plugin).python == state.python  # what is there works on
        assert works(state.python)
    set_up(plugin, silent)
    assert find(plugin).version == "2.0"
    assert [each.name for each in data(home).glob("environment-*")] == ["environment-2"]
    assert [each.name for each in (plugin / "core").iterdir()] == ["seamfill-2.0-py3-none-any.whl"]


def test_two_profiles_of_two_versions_keep_both(home: Path, old: Path, new: Path) -> None:
    set_up(unzipped(home, old, "1.0"), silent)
    other = unzipped(home / "other", new, "2.0")
    set_up(other, silent)
    assert find(home / "GIMP/3.0/plug-ins/seamfill").version == "1.0"
    assert find(other).version == "2.0"
    assert find(home / "GIMP/3.0/plug-ins/seamfill").fits


def test_a_broken_environment_is_made_anew(home: Path, old: Path) -> None:
    plugin = unzipped(home, old, "1.0")
    set_up(plugin, silent)
    first = find(plugin).python
    assert first
    (module,) = first.parent.parent.glob("lib/python3.*/site-packages/seamfill/__main__.py")
    module.unlink()
    assert not works(first)
    set_up(plugin, silent)
    second = find(plugin).python
    assert second
    assert second != first
    assert works(second)
    assert not first.exists()
    set_up(plugin, silent)
    assert find(plugin).python == second  # one that works is not made anew
    set_up(plugin, silent, anew=True)
    assert find(plugin).python not in (None, second)


def test_a_python_that_is_gone_is_noticed(home: Path, old: Path) -> None:
    plugin = unzipped(home, old, "1.0")
    set_up(plugin, silent)
    python = find(plugin).python
    assert python
    python.unlink()
    python.symlink_to("/nowhere/python3.12")  # as after an upgrade of the system
    assert find(plugin).python is None
    set_up(plugin, silent)
    assert find(plugin).fits


def test_one_waits_for_the_other_and_can_stop_waiting(home: Path, old: Path) -> None:
    plugin = unzipped(home, old, "1.0")
    data(home).mkdir(parents=True)
    with locked(data(home) / LOCK), pytest.raises(Stopped):
        set_up(plugin, stops_at("waiting"))
    waiting = threading.Event()
    with locked(data(home) / LOCK):
        other = threading.Thread(target=set_up, args=(plugin, lambda *_: waiting.set()))
        other.start()
        assert waiting.wait(30)
    other.join(60)
    assert find(plugin).fits


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("error: Hash mismatch for `numpy`", "wrong_file"),
        ("error: Failed to fetch: http://127.0.0.1:9/simple/numpy/", "index_not_reached"),
        ("cause: invalid peer certificate: UnknownIssuer", "no_certificates"),
        ("error: No space left on device (os error 28)", "disk_full"),
        ("error: something else", "setup_failed"),
    ],
)
def test_what_uv_says_is_told_in_kinds(
    home: Path, old: Path, monkeypatch: pytest.MonkeyPatch, said: str, code: str
) -> None:
    monkeypatch.setenv("SAYS", said)
    with pytest.raises(SetupError) as raised:
        set_up(unzipped(home, old, "1.0"), silent)
    assert raised.value.code == code
    assert said in raised.value.message
    assert said in (data(home) / "install.log").read_text("utf-8")


def test_what_cannot_be_set_up(home: Path, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = unzipped(home, old, "1.0")
    (wheel,) = (plugin / "core").iterdir()
    wheel.rename(home / wheel.name)
    with pytest.raises(SetupError, match="no whole plug-in"):
        set_up(plugin, silent)
    (home / wheel.name).rename(wheel)
    pinned = json.loads((old / "gimp_plugin/setup/pinned.json").read_text())
    pinned["megabytes"]["packages"] = 10**9
    (home / "pinned.json").write_text(json.dumps(pinned))
    with monkeypatch.context() as huge:
        huge.setattr("gimp_plugin.setup.making.PINNED", home / "pinned.json")
        with pytest.raises(SetupError, match="MB left") as raised:
            set_up(plugin, silent)
    assert raised.value.code == "disk_full"
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(sys, "platform", "freebsd14")
        with pytest.raises(SetupError, match="not made for freebsd"):
            set_up(plugin, silent)
    (home / "thesis.txt").touch()
    monkeypatch.setenv("SEAMFILL_HOME", str(home))
    with pytest.raises(Unsuitable):
        set_up(plugin, silent)


def test_an_offline_archive_needs_no_index(
    home: Path, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = unzipped(home, old, "1.0")
    shutil.copytree(old / "packages", plugin / "packages")
    monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")
    for opened in (plugin, plugin.parent, plugin / "packages"):
        assert offline_packages(opened) == plugin / "packages"
    set_up(plugin, silent)
    assert find(plugin).fits
