"""What unpacks a Debian system: the machine's own, or one that is fetched into a private folder.

Fetching it leaves the machine as it is: nothing is installed, and apt's lists and caches are
private ones.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gimp_plugin.setup.children import checked
from gimp_plugin.setup.files import put

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["DebianTools", "fetch_packages", "find_tools"]

_PACKAGES = ("mmdebstrap", "debian-archive-keyring")
_KEYS = Path("usr/share/keyrings/debian-archive-keyring.gpg")
_PERL = ("usr/share/perl5", "usr/share/perl/5.*", "usr/lib/*/perl/5.*", "usr/lib/*/perl-base")
"""Where Debian's Perl has its modules; a small system has only some of them."""

_APT = """
Dir::State::Lists "{work}/lists";
Dir::Cache "{work}";
Dir::Cache::Archives "{work}/archives";
Debug::NoLocking "true";
APT::Sandbox::User "root";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
"""


@dataclass(frozen=True)
class DebianTools:
    """Where the tools are.

    Parameters
    ----------
    mmdebstrap : str
        The command.
    keys : Path
        Debian's own keys.
    environment : dict
        The variables to run it with.
    """

    mmdebstrap: str
    keys: Path
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))


def find_tools(folder: Path, say: Callable[[str], None]) -> DebianTools:
    """Find the machine's own tools, or fetch them.

    Parameters
    ----------
    folder : Path
        For fetched ones; made if it is needed.
    say : callable
        Takes a sentence for the user before something slow begins.

    Raises
    ------
    SetupError
        If they cannot be fetched.
    """
    own, keys = shutil.which("mmdebstrap"), Path("/") / _KEYS
    if own and keys.exists():
        return DebianTools(own, keys)
    if not (folder / _KEYS).exists():
        say(f"Fetching {' and '.join(_PACKAGES)} into {folder}; nothing is installed.")
        fetch_packages(folder, _PACKAGES)
    libraries = [str(path) for pattern in _PERL for path in folder.glob(pattern)]
    environment = {
        **os.environ,
        "PERL5LIB": os.pathsep.join(libraries),
        "PATH": f"{os.environ['PATH']}{os.pathsep}{folder / 'usr/bin'}",
    }
    return DebianTools(str(folder / "usr/bin/mmdebstrap"), folder / _KEYS, environment)


def fetch_packages(folder: Path, packages: Sequence[str]) -> None:
    """Unpack packages, and what they need and this machine lacks, into a folder.

    Parameters
    ----------
    folder : Path
        Made if missing, replaced if there.
    packages : sequence of str
        Debian's names.

    Raises
    ------
    SetupError
        If they cannot be fetched.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tools.", dir=folder.parent) as name:
        work = Path(name)
        for part in ("lists/partial", "archives/partial", "root"):
            (work / part).mkdir(parents=True)
        settings = work / "apt.conf"
        settings.write_text(_APT.format(work=work))
        apt = ["apt-get", "--config-file", str(settings), "--yes", "--no-install-recommends"]
        checked([*apt, "update"])
        checked([*apt, "--reinstall", "--download-only", "install", *packages])
        for package in (work / "archives").glob("*.deb"):
            checked(["dpkg-deb", "--extract", str(package), str(work / "root")])
        if folder.exists():
            folder.rename(work / "old")
        put(work / "root", folder)
