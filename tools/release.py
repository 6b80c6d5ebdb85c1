"""Build a release: ``python3 tools/release.py DIR``.

DIR gets the source archive, the wheel, the plug-in's archive for every system, an archive with all
packages for each platform, AppStream metadata, the notes out of CHANGELOG.md, and SHA256SUMS over
all of it. Two builds of one source by one Python are the same to the byte. Standard library only;
the machine's own pip fetches the packages. ``--platform NAME`` builds one offline archive alone,
``--no-offline`` none.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import tempfile
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gimp_plugin.setup.children import checked, clean_environment
from gimp_plugin.setup.errors import SetupError
from gimp_plugin.setup.indexes import default_index, user_indexes
from gimp_plugin.setup.making import OWN_PYTHON
from gimp_plugin.setup.marks import MARK
from gimp_plugin.setup.uv import fetch_uv
from installer.building import (
    build_sdist,
    build_wheel,
    core_members,
    project_version,
    write_wheel,
    write_zip,
)
from installer.plugin import write_plugin
from tools.private_gimp import cache_folder
from tools.wheels import PLATFORMS, PYTHONS, fetch_wheels

__all__ = ["build", "plugin_members"]

PROJECT = Path(__file__).resolve().parent.parent
METADATA = "org.gimp.GIMP.Plugin.Seamfill.metainfo.xml"

_OWN_PYTHONS = {"windows-x86_64": "windows-x86_64", "macos-x86_64": "macos-x86_64"}
_OWN_PYTHONS["macos-arm64"] = "macos-aarch64"
"""Platforms on which GIMP's Python is none to build on, and how uv calls them."""

_NO_PYTHON = (
    "{name} holds no Python, since it could not be fetched here: setting up from it needs one, or "
    "the network."
)


def main() -> int:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(description="Build a release of Seamfill.")
    parser.add_argument("folder", type=Path, metavar="DIR", help="made if missing")
    offline = parser.add_mutually_exclusive_group()
    offline.add_argument("--platform", action="append", choices=PLATFORMS, help="repeatable")
    offline.add_argument("--no-offline", action="store_true")
    options = parser.parse_args()
    platforms = [] if options.no_offline else options.platform or list(PLATFORMS)
    for name in build(options.folder, platforms):
        print(options.folder / name)
    return 0


def build(folder: Path, platforms: list[str]) -> list[str]:
    """Build a release.

    Parameters
    ----------
    folder : Path
        Made if missing; files of the same names in it are replaced.
    platforms : list of str
        Those that get an offline archive.

    Returns
    -------
    list of str
        The names of what was built.
    """
    folder.mkdir(parents=True, exist_ok=True)
    version = project_version()
    names = [build_sdist(str(folder)), build_wheel(str(folder))]
    with tempfile.TemporaryDirectory() as work:
        plugin = plugin_members(Path(work))
        names.append(_write(folder, f"seamfill-{version}-gimp.zip", plugin))
        for platform in platforms:
            packages = _packages(Path(work) / platform, platform)
            name = f"seamfill-{version}-gimp-offline-{platform}.zip"
            names.append(_write(folder, name, {**plugin, **packages}))
            if platform in _OWN_PYTHONS and not any("/python/" in each for each in packages):
                print(_NO_PYTHON.format(name=name), file=sys.stderr)
    (folder / METADATA).write_bytes(_metadata(version))
    notes = f"seamfill-{version}-notes.md"
    (folder / notes).write_text(_notes(version), "utf-8")
    names += [METADATA, notes]
    sums = [
        f"{hashlib.sha256((folder / n).read_bytes()).hexdigest()}  {n}\n" for n in sorted(names)
    ]
    (folder / "SHA256SUMS").write_text("".join(sums), "utf-8")
    return [*names, "SHA256SUMS"]


def plugin_members(work: Path) -> dict[str, bytes]:
    """The plug-in's folder as its archive holds it.

    Parameters
    ----------
    work : Path
        An empty folder.
    """
    version, plugin = project_version(), work / "seamfill"
    plugin.mkdir()
    wheel = write_wheel(work, core_members())
    index = default_index()
    if not index:
        raise SetupError("This Python has no pip, whose index a release carries.")
    extra = {"setup/index.txt": index + "\n", "LICENSE": (PROJECT / "LICENSE").read_text("utf-8")}
    write_plugin(plugin, PROJECT / "gimp_plugin", version, wheel, extra=extra)
    paths = sorted(each for each in plugin.rglob("*") if each.is_file())
    return {f"seamfill/{each.relative_to(plugin).as_posix()}": each.read_bytes() for each in paths}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(folder: Path, name: str, members: dict[str, bytes]) -> str:
    assert f"seamfill/{MARK}" in members  # noqa: S101 - by which an installer knows it
    write_zip(folder / name, members, frozenset({"seamfill/seamfill.py"}))
    return name


def _packages(folder: Path, platform: str) -> dict[str, bytes]:
    """All packages for a platform, and a Python where GIMP's own is none to build on."""
    folder.mkdir()
    own = platform in _OWN_PYTHONS
    fetch_wheels(folder, [OWN_PYTHON.removeprefix("cpython-")] if own else PYTHONS, platform)
    if own:
        _fetch_python(folder / "python", _OWN_PYTHONS[platform])
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    at = "seamfill/packages"
    return {f"{at}/{each.relative_to(folder).as_posix()}": each.read_bytes() for each in files}


def _fetch_python(folder: Path, platform: str) -> None:
    """Let uv fetch a Python's archive, which it checks; nothing is there where it cannot."""
    uv = fetch_uv(cache_folder() / "uv", user_indexes(), lambda _: None)
    with tempfile.TemporaryDirectory() as work:
        where = ["--install-dir", work, "--no-bin", "--no-registry"]
        command = [str(uv), "python", "install", *where, f"{OWN_PYTHON}-{platform}"]
        variables = {"UV_PYTHON_CACHE_DIR": str(folder), "UV_HTTP_RETRIES": "0"}
        try:
            checked(command, {**clean_environment(), **user_indexes().for_uv(), **variables})
        except SetupError as error:
            print(error, file=sys.stderr)


def _changes() -> list[tuple[str, str]]:
    """Headings and texts of the changelog, the newest first."""
    text = (PROJECT / "CHANGELOG.md").read_text("utf-8")
    parts = re.split(r"^## +(.+)\n", text, flags=re.MULTILINE)[1:]
    return [
        (title.strip(), body.strip()) for title, body in zip(parts[::2], parts[1::2], strict=True)
    ]


def _notes(version: str) -> str:
    """What is new in this version: its own part of the changelog, or the unreleased one."""
    changes = [(title, body) for title, body in _changes() if body]
    wanted = ("Unreleased", version)
    found = [body for title, body in changes if title.startswith(wanted)]
    return f"# Seamfill {version}\n\n" + "\n\n".join(found) + "\n"


def _metadata(version: str) -> bytes:
    text = Path(__file__).with_name(METADATA).read_text("utf-8")
    return text.replace("@VERSION@", version).encode()


if __name__ == "__main__":
    sys.exit(main())
