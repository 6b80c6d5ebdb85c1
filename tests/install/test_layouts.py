"""Every packaging's layout, simulated from what is documented of it: which profiles are found.

Sources: GIMP's own build files for the bundles, the Flatpak's and the snap's manifests, and reports
of users for the folders of plug-ins (Windows, macOS, Flatpak, Snap). None of these packages ran.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gimp_plugin.setup import places
from gimp_plugin.setup.children import clean_environment
from gimp_plugin.setup.making import own_python, wanted_python
from installer.places import gimp_profiles, unstarted

LAYOUTS = {
    "distribution": ("linux", [".config/GIMP/3.0", ".config/GIMP/3.2"]),
    "Flatpak": ("linux", [".config/GIMP/3.2"]),
    "Snap": ("linux", ["snap/gimp/current/.config/GIMP/3.0"]),
    "distribution and Snap": (
        "linux",
        [".config/GIMP/3.2", "snap/gimp/current/.config/GIMP/3.0"],
    ),
    "AppImage": ("linux", [".config/GIMP/3.0"]),
    "Windows": ("win32", ["AppData/Roaming/GIMP/3.0", "AppData/Roaming/GIMP/3.2"]),
    "macOS": ("darwin", ["Library/Application Support/GIMP/3.0"]),
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "Zoë 日本"
    home.mkdir()
    for name in ("GIMP3_DIRECTORY", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "SEAMFILL_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("APPDATA", str(home / "AppData/Roaming"))
    monkeypatch.setenv("LOCALAPPDATA", str(home / "AppData/Local"))
    monkeypatch.setenv("PATH", str(tmp_path))
    return home


def gimp_on_path(folder: Path, version: str) -> None:
    program = folder / "gimp-console-3.2"
    program.write_text(f"#!/bin/sh\necho 'GNU Image Manipulation Program version {version}'\n")
    program.chmod(0o755)


@pytest.mark.parametrize("name", LAYOUTS)
def test_profiles_are_found_by_what_is_on_disk(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    system, profiles = LAYOUTS[name]
    monkeypatch.setattr(sys, "platform", system)
    for each in (*profiles, *(f"{Path(profiles[0]).parent}/{v}" for v in ("2.10", "3.1", "3"))):
        (home / each).mkdir(parents=True, exist_ok=True)
    assert gimp_profiles() == [home / each for each in profiles]
    assert unstarted() == ""


def test_a_gimp_that_was_never_started_gets_its_profile(home: Path) -> None:
    gimp_on_path(home.parent, "3.2.6")
    assert gimp_profiles() == [home / ".config/GIMP/3.2"]


@pytest.mark.parametrize("older", ["2.10", "3.0"])
def test_settings_of_an_older_gimp_are_left_to_move_on(home: Path, older: str) -> None:
    """A first start copies the older profile only where the new one is not there yet."""
    gimp_on_path(home.parent, "3.2.6")
    (home / ".config/GIMP" / older).mkdir(parents=True)
    assert [each.name for each in gimp_profiles()] == [older] * (older == "3.0")
    assert unstarted() == "3.2"


@pytest.mark.parametrize(
    ("packaging", "variables"),
    [("snap", {"SNAP_NAME": "gimp"}), ("appimage", {"APPDIR": sys.base_prefix})],
)
def test_a_package_has_a_python_brought(
    home: Path, monkeypatch: pytest.MonkeyPatch, packaging: str, variables: dict[str, str]
) -> None:
    assert places.packaging() == "system"
    assert not own_python()
    assert Path(wanted_python()).exists()
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert places.packaging() == packaging
    assert own_python()
    assert wanted_python().startswith("cpython-3.")


def test_a_snap_keeps_its_data_where_refreshes_leave_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SNAP_USER_COMMON", str(home / "snap/gimp/common"))
    assert places.data_directory() == home / ".local/share/seamfill"  # another snap's terminal
    monkeypatch.setenv("SNAP_NAME", "gimp")
    assert places.data_directory() == home / "snap/gimp/common/seamfill"


def test_a_terminal_that_is_an_appimage_is_no_gimp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPDIR", "/tmp/.mount_terminal")  # noqa: S108
    assert places.packaging() == "system"


def test_what_a_package_sets_for_itself_does_not_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("LD_PRELOAD", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "GI_TYPELIB_PATH")
    for name in names:
        monkeypatch.setenv(name, "/somewhere")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:1")
    kept = clean_environment()
    assert not set(names) & set(kept)
    assert kept["HTTPS_PROXY"] == "http://proxy:1"
