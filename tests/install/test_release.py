"""A release: equal to the byte, of one version, read by others' code, resolved for everybody."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename

from gimp_plugin.setup.fetching import fetch
from gimp_plugin.setup.indexes import default_index, user_indexes
from gimp_plugin.setup.making import LOCKED
from gimp_plugin.setup.uv import PINNED
from seamfill.version import __version__
from tests.install.homes import PROJECT
from tools.debian_tools import fetch_packages
from tools.wheels import PLATFORMS, PYTHONS, resolved

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two builds of this source, the second with another clock, mask and language."""
    folders = [tmp_path_factory.mktemp(name) for name in ("one", "two")]
    for folder, variables in zip(folders, ({}, {"TZ": "Asia/Tokyo", "LC_ALL": "C"}), strict=True):
        subprocess.run(
            [sys.executable, "tools/release.py", str(folder), "--no-offline"],
            cwd=PROJECT,
            env={**os.environ, **variables},
            umask=0o077 if variables else -1,
            check=True,
        )
    return folders


def test_two_builds_are_equal(releases: list[Path]) -> None:
    one, two = (
        {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in folder.iterdir()}
        for folder in releases
    )
    assert one == two
    lines = (releases[0] / "SHA256SUMS").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert listed == {name: digest for name, digest in one.items() if name != "SHA256SUMS"}


def test_the_version_stands_in_one_place(releases: list[Path]) -> None:
    names = {each.name for each in releases[0].iterdir()}
    assert {n for n in names if __version__ in n} == {
        f"seamfill-{__version__}-gimp.zip",
        f"seamfill-{__version__}-py3-none-any.whl",
        f"seamfill-{__version__}.tar.gz",
        f"seamfill-{__version__}-notes.md",
    }
    for path in [*PROJECT.glob("*.toml"), *PROJECT.glob("installer/*.py")]:
        assert f'"{__version__}"' not in path.read_text("utf-8"), path


def test_the_plugins_archive_is_one_folder_that_knows_its_files(releases: list[Path]) -> None:
    with zipfile.ZipFile(releases[0] / f"seamfill-{__version__}-gimp.zip") as archive:
        names = set(archive.namelist())
        entry = archive.getinfo("seamfill/seamfill.py")
        mark = json.loads(archive.read("seamfill/made-by-seamfill.json"))
        index = archive.read("seamfill/setup/index.txt").decode().strip()
    assert entry.external_attr >> 16 == 0o100755
    assert {name.partition("/")[0] for name in names} == {"seamfill"}
    assert names == {f"seamfill/{name}" for name in [*mark["files"], "made-by-seamfill.json"]}
    assert mark["version"] == __version__
    assert f"seamfill/core/seamfill-{__version__}-py3-none-any.whl" in names
    assert index == default_index()


def test_the_wheel_is_what_others_read(releases: list[Path]) -> None:
    path = releases[0] / f"seamfill-{__version__}-py3-none-any.whl"
    assert str(parse_wheel_filename(path.name)[1]) == __version__
    with zipfile.ZipFile(path) as wheel:
        about = f"seamfill-{__version__}.dist-info"
        metadata = Metadata.from_email(wheel.read(f"{about}/METADATA"), validate=True)
        records = [line.rsplit(",", 2) for line in wheel.read(f"{about}/RECORD").decode().split()]
        assert {name for name, _, _ in records} == set(wheel.namelist())
    assert str(metadata.version) == __version__
    needs = {requirement.name for requirement in metadata.requires_dist or []}
    assert {"requests", "pillow", "numpy"} <= needs


def test_the_source_archive_builds_the_same_wheel(releases: list[Path], tmp_path: Path) -> None:
    with tarfile.open(releases[0] / f"seamfill-{__version__}.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    build = "from installer.building import build_wheel; build_wheel('.')"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True)
    name = f"seamfill-{__version__}-py3-none-any.whl"
    assert (source / name).read_bytes() == (releases[0] / name).read_bytes()


def test_metadata_and_notes(releases: list[Path]) -> None:
    root = ET.parse(releases[0] / "org.gimp.GIMP.Plugin.Seamfill.metainfo.xml").getroot()  # noqa: S314
    assert root.findtext("extends") == "org.gimp.GIMP"
    assert [each.get("version") for each in root.iter("release")] == [__version__]
    notes = (releases[0] / f"seamfill-{__version__}-notes.md").read_text("utf-8")
    assert "Installing is unzipping" in notes


def test_the_metadata_is_what_appstream_has(releases: list[Path], tmp_path: Path) -> None:
    program, environment = shutil.which("appstreamcli"), dict(os.environ)
    if program is None:
        if os.geteuid() or not shutil.which("apt-get"):
            pytest.skip("appstreamcli comes from Debian's package appstream")
        fetch_packages(tmp_path / "tools", ["appstream"])
        program = str(tmp_path / "tools/usr/bin/appstreamcli")
        libraries = (tmp_path / "tools/usr/lib").glob("*-linux-gnu")
        environment["LD_LIBRARY_PATH"] = os.pathsep.join(map(str, libraries))
    metadata = releases[0] / "org.gimp.GIMP.Plugin.Seamfill.metainfo.xml"
    done = subprocess.run(
        [program, "validate", "--no-net", str(metadata)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_lock_file_is_of_hashes_and_names_no_host() -> None:
    text = LOCKED.read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all("==" in each and "--hash=sha256:" in each for each in entries)
    assert "://" not in text + PINNED.read_text("utf-8")
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {Requirement(each).name for each in project["dependencies"]}
    locked = {each.partition("==")[0] for each in entries}
    assert wanted <= locked, "bring the lock file up to date: python3 -m tools.lock"


def test_every_platform_and_python_has_wheels() -> None:
    """A dry run of the resolver; the machine's own index is asked."""
    ends = (PYTHONS[0], PYTHONS[-1])
    cases = [(python, platform) for platform in PLATFORMS for python in ends]
    cases += [(python, "linux-x86_64") for python in PYTHONS[1:-1]]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda case: resolved(*case), cases))
    for (python, platform), text in zip(cases, found, strict=True):
        for name in ("numpy", "opencv-python-headless", "pillow", "pypatchmatch"):
            assert re.search(rf"^{name}==\S+ +\\$", text, re.MULTILINE), (python, platform, name)
        assert ("secretstorage==" in text) == platform.startswith("linux")
        assert ("pywin32-ctypes==" in text) == platform.startswith("windows")


def test_every_platforms_uv_is_where_it_is_pinned(tmp_path: Path) -> None:
    """The index has a file of that name and hash for each; this machine's is fetched."""
    from gimp_plugin.setup.uv import uv_wheel

    own = uv_wheel()
    fetch(own.name, "uv", own.sha256, tmp_path / own.name, user_indexes(), lambda _: None)
    assert (tmp_path / own.name).stat().st_size == own.size
    assert {uv_wheel(platform).name.rpartition("-")[0] for platform in PLATFORMS} == {
        own.name.rpartition("-")[0]
    }
