"""A GIMP of its own in a private folder, for the demonstration and for the tests.

On Debian and Ubuntu machines with root, ``mmdebstrap`` unpacks a small Debian system with GIMP
into the user's cache. Commands run in it as an ordinary user, in mount and process namespaces of
their own that end with the command, so nothing of the machine's system is touched: the only
mounts are a ``proc`` and memory-backed folders, and the machine's own ``/dev`` and ``/proc`` are
never visible in the folder.

Standard library only. `PrivateGimp.prepare` is the way in.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from gimp_plugin.setup.children import checked
from gimp_plugin.setup.errors import SetupError
from gimp_plugin.setup.lock import locked
from tools.debian_tools import DebianTools, find_tools

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["PACKAGES", "SUITES", "PrivateGimp", "PrivateGimpError", "cache_folder"]

SUITES = {"3.0": "trixie", "3.2": "forky"}
"""Debian's name for the release that carries each GIMP."""

PACKAGES = (
    *("gimp", "python3-gi", "python3-venv", "locales", "imagemagick", "xvfb", "openbox"),
    *("xdotool", "dbus", "dbus-x11", "at-spi2-core", "gir1.2-atspi-2.0", "gir1.2-gtk-3.0"),
)
"""GIMP, the Python that its plug-ins need, and what drives its windows on a virtual screen."""

_TESTING = ("forky",)
"""Releases whose index is only valid for some days."""

_DPKG_OPTIONS = (
    "force-unsafe-io",
    "path-exclude=/usr/share/doc/*",
    "path-exclude=/usr/share/man/*",
)
"""Nobody reads manuals there, and a folder that a crash of the machine spoils is made again."""

USER = 1717
"""User and group number of the ordinary user; in no distribution's usual ranges."""

_ENTER = """
mount -t proc proc "$0/proc"
mount -t tmpfs -o mode=1777 tmpfs "$0/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$0/tmp"
chroot --userspec={user}:{user} "$0" env -i -C "$@"
"""


class PrivateGimpError(SetupError):
    """A private GIMP cannot be had on this machine; the message says why and what would help."""


def cache_folder() -> Path:
    """Where Seamfill keeps what can be made again.

    Returns
    -------
    Path
        ``$XDG_CACHE_HOME/seamfill`` or ``~/.cache/seamfill``; may not exist yet.
    """
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "seamfill"


@dataclass(frozen=True)
class PrivateGimp:
    """A folder that holds a small system with GIMP.

    Parameters
    ----------
    root : Path
        The folder, as the machine sees it.
    """

    root: Path

    @classmethod
    def prepare(
        cls,
        suite: str,
        cache: Path | None = None,
        packages: Sequence[str] = PACKAGES,
        say: Callable[[str], None] = print,
    ) -> PrivateGimp:
        """Make the folder, or take the one that is there.

        Parameters
        ----------
        suite : str
            Debian's name of a release, see `SUITES`.
        cache : Path, optional
            Where to keep it; `cache_folder` when omitted.
        packages : sequence of str
            What has to be in it.
        say : callable
            Takes a sentence for the user before something slow begins.

        Returns
        -------
        PrivateGimp
            Ready to use.

        Raises
        ------
        PrivateGimpError
            If this machine cannot do it.
        """
        if not Path("/etc/debian_version").exists():
            raise PrivateGimpError("A private GIMP can only be made on Debian and Ubuntu machines.")
        home = (cache or cache_folder()) / "gimp"
        home.mkdir(parents=True, exist_ok=True)
        root = home / suite
        with locked(home / f"{suite}.lock"):
            if not _holds(root, packages):
                tools = _require_tools(say)
                say(f"Putting GIMP from Debian {suite} into {root} (about a minute, 900 MB).")
                _build(tools, suite, root, packages)
        return cls(root)

    @property
    def python_version(self) -> str:
        """The version of the system's Python, such as ``3.13``."""
        found = sorted((self.root / "usr/bin").glob("python3.*[0-9]"))
        return found[-1].name.removeprefix("python")

    def new_home(self, name: str) -> Path:
        """Make an empty home folder; one of the same name is emptied.

        Parameters
        ----------
        name : str
            A file name.

        Returns
        -------
        Path
            As the machine sees it. The user of the private system owns it.
        """
        home = self.root / "home" / name
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        self.give(home)
        return home

    def give(self, path: Path) -> None:
        """Let the private system's user own a file or a folder and all that is in it."""
        for each in (path, *path.rglob("*")):
            os.chown(each, USER, USER, follow_symlinks=False)

    def path_inside(self, path: Path) -> str:
        """How the private system calls a path.

        Parameters
        ----------
        path : Path
            As the machine sees it, inside `root`.
        """
        return str(PurePosixPath("/") / path.absolute().relative_to(self.root.absolute()))

    def command(
        self, argv: Sequence[str], *, home: Path, env: Mapping[str, str] | None = None
    ) -> list[str]:
        """Make the command line that runs another one in the private system.

        Parameters
        ----------
        argv : sequence of str
            The command as the private system sees it.
        home : Path
            From `new_home`; the command starts there.
        env : mapping, optional
            Further variables. Nothing of the caller's own environment is passed on.
        """
        inside = self.path_inside(home)
        variables = {"HOME": inside, "PATH": "/usr/bin:/bin:/usr/games", "LANG": "C.UTF-8"}
        variables |= {"USER": "user", "LOGNAME": "user", **(env or {})}
        pairs = [f"{name}={value}" for name, value in variables.items()]
        return [
            *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"),
            *("sh", "-ec", _ENTER.format(user=USER), str(self.root)),
            *(inside, *pairs, *argv),
        ]

    def run(
        self,
        argv: Sequence[str],
        *,
        home: Path,
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
        stdin: str = "",
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the private system and wait for it.

        Parameters
        ----------
        argv, home, env
            See `command`.
        timeout : float, optional
            Seconds; everything that the command started is ended then.
        stdin : str
            What the command reads.

        Returns
        -------
        subprocess.CompletedProcess
            With ``stdout`` and ``stderr`` as text.
        """
        return subprocess.run(
            self.command(argv, home=home, env=env),
            input=stdin, capture_output=True, encoding="utf-8", errors="replace",
            timeout=timeout, check=False,
        )  # fmt: skip


def _stamp(root: Path) -> Path:
    return root / "etc" / "seamfill-packages"


def _holds(root: Path, packages: Sequence[str]) -> bool:
    """Whether the folder was finished and has all of the packages."""
    with contextlib.suppress(OSError):
        return set(packages) <= set(_stamp(root).read_text().split())
    return False


def _require_tools(say: Callable[[str], None]) -> DebianTools:
    """Find what makes the folder.

    Raises
    ------
    PrivateGimpError
        If this machine cannot do it.
    """
    if os.geteuid() != 0:
        raise PrivateGimpError("Making a private GIMP needs root; run the command with sudo.")
    try:
        return find_tools(cache_folder() / "tools", say)
    except SetupError as error:
        raise PrivateGimpError(str(error)) from error


def _build(tools: DebianTools, suite: str, root: Path, packages: Sequence[str]) -> None:
    """Make the folder under another name first, so that a half-made one is never taken."""
    with tempfile.TemporaryDirectory(prefix=f"{suite}.", dir=root.parent) as work:
        fresh = Path(work) / "root"
        _checked(
            [
                *(tools.mmdebstrap, "--variant=apt", "--mode=root", f"--keyring={tools.keys}"),
                *(f"--aptopt={option}" for option in _apt_options(suite)),
                *(f"--dpkgopt={option}" for option in _DPKG_OPTIONS),
                f"--include={','.join(packages)}",
                *(suite, str(fresh), *_mirror()),
            ],
            tools.environment,
        )
        _add_user(fresh)
        _stamp(fresh).write_text("\n".join(packages) + "\n")
        if root.exists():
            root.rename(Path(work) / "old")
        fresh.rename(root)


def _add_user(root: Path) -> None:
    lines = {"passwd": f"user:x:{USER}:{USER}:User:/home/user:/bin/sh", "group": f"user:x:{USER}:"}
    for name, line in lines.items():
        with (root / "etc" / name).open("a") as file:
            file.write(line + "\n")


def _mirror() -> list[str]:
    """Find the Debian mirror of the machine's own apt; none leaves the choice to mmdebstrap."""
    lines = _checked(["apt-get", "indextargets", "--format", "$(SITE) $(REPO_URI)"]).splitlines()
    for uri in (line.split()[-1] for line in lines if line.strip()):
        if re.search(r"/debian/?$", uri):
            return [uri.rstrip("/")]
    return []


def _apt_options(suite: str) -> list[str]:
    """Read what the machine's own apt is told about reaching its mirrors."""
    dump = _checked(["apt-config", "dump"])
    wanted = re.compile(r'Acquire::(Check-Valid-Until|(http|https)::(Proxy|CaInfo)\b).* ".+";')
    options = [line for line in dump.splitlines() if wanted.match(line)]
    if suite in _TESTING:
        # A mirror may lag behind a release's short-lived index; its signature is checked all the
        # same.
        options.append('Acquire::Check-Valid-Until "false";')
    return options


def _checked(argv: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    try:
        return checked(argv, environment)
    except SetupError as error:
        raise PrivateGimpError(str(error)) from error
