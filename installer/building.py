"""Build Seamfill's wheel and source archive from a folder of its source, with nothing but Python.

So ``install.py`` can build without a network, and a release is the same to the byte whenever it is
built. Also the back end that ``pyproject.toml`` names, as PEP 517 and PEP 660 have it.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import re
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "core_members",
    "project_version",
    "write_wheel",
    "write_zip",
]

PROJECT = Path(__file__).resolve().parent.parent
EPOCH = (2020, 1, 1, 0, 0, 0)
"""The time of every file in an archive, so that two builds are equal."""

SOURCES = (
    *("core", "gimp_plugin", "installer", "tools"),
    *("install.py", "pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"),
)
"""What a source archive holds."""

BUNDLE = "seamfill/bundle"
"""Where the wheel holds the plug-in, for ``seamfill gimp install``."""

_LEFT_OUT = re.compile(r"(^|/)(__pycache__|\.[^/]*|test-artifacts|[^/]*\.egg-info)(/|$)|\.pyc$")


def project_version(project: Path = PROJECT) -> str:
    """The version of the Seamfill in a project folder.

    Raises
    ------
    ValueError
        If there is none.
    """
    text = (project / "core" / "seamfill" / "version.py").read_text("utf-8")
    found = re.search(r'"(\d[^"]*)"', text)
    if not found:
        raise ValueError(f"{project} holds no Seamfill")
    return found.group(1)


def core_members(project: Path = PROJECT) -> dict[str, bytes]:
    """The core's files by their names in a wheel."""
    return dict(_files(project / "core", ""))


def write_wheel(folder: Path, members: Mapping[str, bytes], project: Path = PROJECT) -> Path:
    """Write a wheel of Seamfill.

    Parameters
    ----------
    folder : Path
        Where it goes.
    members : mapping
        What it holds beside its metadata, by name.
    project : Path
        The folder with ``pyproject.toml``.
    """
    version = project_version(project)
    about = f"seamfill-{version}.dist-info"
    held = {
        **members,
        f"{about}/METADATA": _metadata(project, version).encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nGenerator: seamfill\nRoot-Is-Purelib: true\n"
        b"Tag: py3-none-any\n",
        f"{about}/entry_points.txt": _entry_points(project).encode(),
        f"{about}/licenses/LICENSE": (project / "LICENSE").read_bytes(),
    }
    record = "".join(f"{name},{_digest(held[name])},{len(held[name])}\n" for name in sorted(held))
    record += f"{about}/RECORD,,\n"
    path = folder / f"seamfill-{version}-py3-none-any.whl"
    write_zip(path, {**held, f"{about}/RECORD": record.encode()})
    return path


def write_zip(
    path: Path, members: Mapping[str, bytes], executable: frozenset[str] = frozenset()
) -> None:
    """Write an archive that is the same to the byte whenever it is written.

    Parameters
    ----------
    path : Path
    members : mapping
        By their names in it.
    executable : frozenset of str
        Those that are programs.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3
            entry.external_attr = (0o100755 if name in executable else 0o100644) << 16
            packed = name.endswith((".whl", ".gz"))
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, members[name])


def build_wheel(
    wheel_directory: str,
    config_settings: Any = None,
    metadata_directory: str | None = None,
) -> str:
    """Build the wheel: the core, and the plug-in for ``seamfill gimp install``."""
    del config_settings, metadata_directory
    held = core_members()
    for part in ("gimp_plugin", "installer"):
        held |= dict(_files(PROJECT / part, f"{BUNDLE}/{part}/"))
    return write_wheel(Path(wheel_directory), held).name


def build_editable(
    wheel_directory: str,
    config_settings: Any = None,
    metadata_directory: str | None = None,
) -> str:
    """Build a wheel that leads to the source."""
    del config_settings, metadata_directory
    leads = {"seamfill.pth": f"{PROJECT / 'core'}\n".encode()}
    return write_wheel(Path(wheel_directory), leads).name


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    """Build the source archive."""
    del config_settings
    version = project_version()
    top = f"seamfill-{version}"
    held = {f"{top}/PKG-INFO": _metadata(PROJECT, version).encode()}
    for part in SOURCES:
        if (PROJECT / part).is_dir():
            held |= dict(_files(PROJECT / part, f"{top}/{part}/"))
        else:
            held[f"{top}/{part}"] = (PROJECT / part).read_bytes()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(held):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(held[name]), 0o644
            archive.addfile(entry, io.BytesIO(held[name]))
    path = Path(sdist_directory) / f"{top}.tar.gz"
    path.write_bytes(gzip.compress(packed.getvalue(), 9, mtime=0))
    return path.name


def _files(folder: Path, before: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not _LEFT_OUT.search(name):
            yield before + name, path.read_bytes()


def _digest(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
    return "sha256=" + digest.rstrip(b"=").decode()


def _project_table(project: Path) -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    return table["project"]  # type: ignore[no-any-return]


def _metadata(project: Path, version: str) -> str:
    table = _project_table(project)
    lines = [
        "Metadata-Version: 2.4",
        "Name: seamfill",
        f"Version: {version}",
        f"Summary: {table.get('description', '')}",
        f"License-Expression: {table.get('license', 'MIT')}",
        "License-File: LICENSE",
        f"Requires-Python: {table.get('requires-python', '>=3.11')}",
        *(f"Requires-Dist: {each}" for each in table.get("dependencies", [])),
    ]
    for extra, needs in table.get("optional-dependencies", {}).items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f"Requires-Dist: {each} ; extra == '{extra}'" for each in needs]
    lines += ["Description-Content-Type: text/markdown", ""]
    return "\n".join(lines) + "\n" + (project / "README.md").read_text("utf-8")


def _entry_points(project: Path) -> str:
    scripts = _project_table(project).get("scripts", {})
    return "[console_scripts]\n" + "".join(f"{name} = {at}\n" for name, at in scripts.items())
