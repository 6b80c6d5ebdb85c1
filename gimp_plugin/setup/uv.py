"""uv, which makes environments and installs packages: the pinned one, fetched and checked.

``pinned.json`` beside this file says which file it is on each platform; `tools.lock` writes it.
"""

from __future__ import annotations

import json
import platform
import re
import shutil
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .children import checked
from .errors import SetupError
from .fetching import fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .indexes import Indexes

__all__ = ["PINNED", "Wheel", "fetch_uv", "run_uv", "this_platform", "uv_wheel"]

PINNED = Path(__file__).with_name("pinned.json")

_MACHINES = {"amd64": "x86_64", "x64": "x86_64", "aarch64": "arm64"}


@dataclass(frozen=True)
class Wheel:
    """A pinned wheel of uv.

    Parameters
    ----------
    name : str
        Of the file.
    sha256 : str
        Hexadecimal digits.
    size : int
        Bytes.
    """

    name: str
    sha256: str
    size: int


def this_platform() -> str:
    """Name this platform as ``pinned.json`` calls it, such as ``linux-x86_64``.

    On Windows it is always ``windows-x86_64``: there are no packages for its other machines, which
    run these too.
    """
    if sys.platform == "win32":
        return "windows-x86_64"
    system = "macos" if sys.platform == "darwin" else sys.platform
    machine = platform.machine().lower()
    return f"{system}-{_MACHINES.get(machine, machine)}"


def uv_wheel(name: str = "") -> Wheel:
    """The wheel for a platform; this one's when omitted.

    Raises
    ------
    SetupError
        If there is none.
    """
    name = name or this_platform()
    found = json.loads(PINNED.read_text("utf-8"))["wheels"].get(name)
    if found is None:
        raise SetupError(
            f"Seamfill's packages are not made for {name}.",
            "They are made for Linux, Windows and macOS on x86-64 and ARM processors of 64 bits.",
            "no_platform",
        )
    return Wheel(found["file"], found["sha256"], found["size"])


def fetch_uv(folder: Path, indexes: Indexes, tick: Callable[[int], None]) -> Path:
    """Fetch the pinned uv, or take the one that is there.

    Parameters
    ----------
    folder : Path
        Where it goes; Seamfill's own.
    indexes : Indexes
    tick : callable
        Takes the bytes that are here so far; if it raises, the fetch ends.

    Returns
    -------
    Path
        The program.

    Raises
    ------
    SetupError
        If it cannot be had. Nothing of another file than the pinned one is ever run.
    """
    wheel = uv_wheel()
    program = folder / f"uv-{wheel.sha256[:16]}" / ("uv.exe" if sys.platform == "win32" else "uv")
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        archive = folder / wheel.name
        fetch(wheel.name, "uv", wheel.sha256, archive, indexes, tick)
        program.parent.mkdir(exist_ok=True)
        _unpack(archive, program)
        archive.unlink()
    return program


def _unpack(wheel: Path, program: Path) -> None:
    fresh = program.with_name(f"{program.name}.new")
    with zipfile.ZipFile(wheel) as archive:
        inside = next(
            each for each in archive.namelist() if each.endswith(f".data/scripts/{program.name}")
        )
        with archive.open(inside) as source, fresh.open("wb") as target:
            shutil.copyfileobj(source, target)
    fresh.chmod(0o755)
    fresh.replace(program)


def run_uv(
    program: Path,
    arguments: Sequence[str],
    env: Mapping[str, str],
    keep_open: Sequence[int],
    tick: Callable[[], None],
) -> None:
    """Run uv.

    Parameters
    ----------
    program : Path
        From `fetch_uv`.
    arguments, env, keep_open, tick
        See `children.checked`.

    Raises
    ------
    SetupError
        If it fails, with what it said and what would help.
    """
    try:
        checked(
            [str(program), "--no-progress", "--color", "never", *arguments], env, keep_open, tick
        )
    except SetupError as error:
        said = error.message.partition("failed:\n")[2] or error.message
        raise SetupError(f"uv {arguments[0]} failed: {said}", *_kind(said)) from None


_CHECK = "Check the connection, the proxy and the package index that are set, and try again."
_KINDS = (
    ("No space left|not enough space|disk full", "disk_full", "Make room, and try again."),
    (
        "[Hh]ash mismatch", "wrong_file",
        "Your index, or something on the way to it, changes packages. Ask who looks after it.",
    ),
    (
        "certificate|UnknownIssuer", "no_certificates",
        "Set SSL_CERT_FILE to a file of the authorities that you trust.",
    ),
    ("fetch|download|request|connect|timed out|resolve|index", "index_not_reached", _CHECK),
)  # fmt: skip
"""What uv says of a failure, by the first pattern that fits."""


def _kind(said: str) -> tuple[str, str]:
    for pattern, code, hint in _KINDS:
        if re.search(pattern, said):
            return hint, code
    return "", "setup_failed"
