"""Make an environment: uv, a Python, the locked packages, and Seamfill's core."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .children import checked, clean_environment
from .environments import environment_python
from .errors import SetupError
from .fetching import trusts_somebody
from .indexes import Indexes, user_indexes
from .marks import mark, marked_version, remove_whole
from .places import packaging
from .uv import PINNED, fetch_uv, run_uv, uv_wheel

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "CACHE",
    "LOCKED",
    "Maker",
    "core_version",
    "core_wheel",
    "megabytes",
    "offline_packages",
    "own_python",
    "wanted_python",
]

CACHE = "install-cache"
"""The folder beside the environments that is there while one is made, and taken up again."""

LOCKED = Path(__file__).with_name("requirements.txt")
"""Every package with its version and hashes; `tools.lock` writes it."""

OLDEST, NEWEST = (3, 11), (3, 14)
"""Pythons for which all packages are there."""

_LOCKED_ONLY = (
    *("--only-binary", ":all:", "--require-hashes"),
    # All are pinned by their hashes, so that it is the same whichever index has them.
    *("--index-strategy", "unsafe-best-match", "--requirements"),
)

_UNWANTED = (
    *("UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_PROJECT", "UV_WORKING_DIR", "UV_NO_CACHE"),
    *("UV_FIND_LINKS", "UV_CONSTRAINT", "UV_OVERRIDE", "UV_EXCLUDE_NEWER", "UV_NO_BINARY"),
    *("UV_NO_VERIFY_HASHES", "UV_SKIP_WHEEL_FILENAME_CHECK", "UV_INSECURE_NO_ZIP_VALIDATION"),
    *("UV_INSECURE_HOST",),
)
"""Variables of uv's that would change what is installed, or where, or let it be unchecked."""

_UV_PART = 0.15
"""How much of all is done when uv is here."""

OWN_PYTHON = "cpython-3.13"
"""What uv brings where the system has none."""


def own_python() -> bool:
    """Whether an environment needs a Python of its own: this one is none to build on.

    That of a package such as the Flatpak goes, or changes, whenever the package is upgraded, and
    some load no packages from elsewhere.
    """
    fits = OLDEST <= sys.version_info[:2] <= NEWEST and sys.implementation.name == "cpython"
    return not fits or packaging() != "system" or sys.maxsize < 1 << 32


def wanted_python() -> str:
    """What uv makes the environment of: this Python's own program, or a version to bring."""
    if not own_python():
        # Within an environment, the Python that it was made of.
        return getattr(sys, "_base_executable", sys.executable) or sys.executable
    return OWN_PYTHON + ("-windows-x86_64" if sys.platform == "win32" else "")


def megabytes() -> int:
    """About how much an environment takes on the disk."""
    sizes = _sizes()
    return sizes["packages"] + (sizes["python"] if own_python() else 0)


def _sizes() -> dict[str, int]:
    sizes: dict[str, int] = json.loads(PINNED.read_text("utf-8"))["megabytes"]
    return sizes


def core_wheel(folder: Path) -> Path:
    """The core that lies in a plug-in's folder.

    Raises
    ------
    SetupError
        If none does: this is a copy of the source, or of a part of it.
    """
    version = marked_version(folder)
    wheel = next(folder.glob(f"core/seamfill-{version}-*.whl"), None)
    if wheel is None:
        raise SetupError(
            f"{folder} has no core of Seamfill in it: it is no whole plug-in.",
            "Unzip the plug-in's archive again, or run install.py.",
            "no_core",
        )
    return wheel


def offline_packages(folder: Path) -> Path | None:
    """Find the folder with all packages in an unzipped offline archive, wherever it was opened.

    Returns
    -------
    Path or None
        None if there is none in it.
    """
    for place in ("packages", "seamfill/packages", "."):
        if next((folder / place).glob("uv-*.whl"), None):
            return folder / place
    return None


def core_version(wheel: Path) -> str:
    """The version of a core, by the name of its file."""
    return wheel.name.split("-")[1]


@dataclass
class Maker:
    """Makes an environment.

    Parameters
    ----------
    wheel : Path
        Seamfill's core.
    lock : int
        From `lock.locked`, held by whatever still writes there when this is killed.
    report : callable
        Takes what is done just now (``uv``, ``python``, ``packages`` or ``core``) and how much of
        all is done, 0 to 1; if it raises `Stopped`, nothing is left of the environment.
    offline : Path, optional
        A folder with all packages, from which alone they are taken.
    """

    wheel: Path
    lock: int
    report: Callable[[str, float], None] = lambda _what, _done: None
    offline: Path | None = None
    _done: float = 0.0

    def make(self, environment: Path) -> None:
        """Make it.

        Parameters
        ----------
        environment : Path
            Where; from `environments.next_environment`.

        Raises
        ------
        SetupError, Stopped, OSError
            If it is not made; nothing of it is left then, but what was fetched.
        """
        cache = environment.parent / CACHE
        _require_room(environment.parent)
        environment.mkdir()
        try:
            mark(environment, core_version(self.wheel))
            cache.mkdir(exist_ok=True)
            mark(cache, core_version(self.wheel))
            self._fill(environment, cache)
        except BaseException:
            with contextlib.suppress(OSError):  # the next start clears away what is left
                remove_whole(environment)
            raise
        with contextlib.suppress(OSError):
            remove_whole(cache)

    def _fill(self, environment: Path, cache: Path) -> None:
        indexes = Indexes.folder(self.offline) if self.offline else user_indexes()
        size = uv_wheel().size
        uv = fetch_uv(cache, indexes, lambda here: self.report("uv", _UV_PART * here / size))
        variables = _variables(indexes, cache, self.offline)

        def run(step: str, arguments: list[str], until: float, grows: Growth | None = None) -> None:
            start = self._done

            def tick() -> None:
                self._done = start + (until - start) * (grows.part() if grows else 0.0)
                self.report(step, self._done)

            run_uv(uv, arguments, variables, [self.lock], tick)
            self._done = until

        self._done = _UV_PART
        python = wanted_python()
        if own_python():
            inside = environment / "python"
            where = ["--install-dir", str(inside), "--no-bin", "--no-registry"]
            grows = Growth(inside, _sizes()["python"])
            run("python", ["python", "install", *where, python], 0.3, grows)
            python = str(_found_python(inside))
        run("python", ["venv", "--allow-existing", "--python", python, str(environment)], 0.32)
        installed = environment_python(environment)
        install = ["pip", "install", "--python", str(installed), "--no-deps"]
        grows = Growth(cache, _sizes()["packages"])
        run("packages", [*install, *indexes.options(), *_LOCKED_ONLY, str(LOCKED)], 0.95, grows)
        run("core", [*install, "--no-index", str(self.wheel)], 0.98)
        command = [str(installed), "-I", "-m", "seamfill", "--version"]
        checked(command, clean_environment(), [self.lock], lambda: self.report("core", 0.98))


def _variables(indexes: Indexes, cache: Path, offline: Path | None) -> dict[str, str]:
    """The variables for uv: the user's own, with pip's settings in uv's words."""
    variables = clean_environment() | indexes.for_uv()
    for name in _UNWANTED:
        variables.pop(name, None)
    variables["UV_CACHE_DIR"] = str(cache / "packages")
    variables["UV_PYTHON_DOWNLOADS"] = "automatic" if own_python() else "never"
    if not indexes.only_links and trusts_somebody(indexes):
        variables.setdefault("UV_SYSTEM_CERTS", "1")
    if offline:
        variables["UV_PYTHON_CACHE_DIR"] = str(offline / "python")
    return variables


class Growth:
    """How much of what is expected has come into a folder.

    Parameters
    ----------
    folder : Path
        Need not exist.
    expected : int
        Megabytes.
    """

    def __init__(self, folder: Path, expected: int) -> None:
        self._folder = folder
        self._expected = expected * 1e6
        self._before = _size(folder)
        self._part = 0.0
        self._looked = time.monotonic()

    def part(self) -> float:
        """0 to 1; looks at the disk not more than twice a second."""
        if time.monotonic() - self._looked > 0.5:
            self._part = min((_size(self._folder) - self._before) / self._expected, 1.0)
            self._looked = time.monotonic()
        return self._part


def _size(folder: Path) -> int:
    """Bytes of all files in a folder, while others write there."""
    total = 0
    for top, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += (Path(top) / name).lstat().st_size
    return total


def _found_python(folder: Path) -> Path:
    name = "python.exe" if sys.platform == "win32" else "bin/python3"
    for each in sorted(folder.glob("cpython-*")):
        if not each.is_symlink() and (each / name).exists():
            return each / name
    raise SetupError("uv brought no Python that can be found.")


def _require_room(folder: Path) -> None:
    needed, free = megabytes() * 1_000_000, shutil.disk_usage(folder).free
    if free < needed:
        raise SetupError(
            f"{folder} has {free / 1e6:.0f} MB left, and Seamfill's packages need about "
            f"{needed / 1e6:.0f} MB.",
            "Make room there, or set SEAMFILL_HOME to a folder on another disk.",
            "disk_full",
        )
