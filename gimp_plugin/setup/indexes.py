"""Where this user's packages come from: what is set for uv, or else for pip.

Both tools' variables and files count, uv's before pip's. Certificates and proxies too; verification
of a server's certificate is never switched off, whatever is set.
"""

from __future__ import annotations

import configparser
import os
import re
import sys
import tomllib
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Indexes", "default_index", "user_indexes"]

_RELEASED = Path(__file__).with_name("index.txt")
"""Written when a release is made; a source tree has none."""

_PIP_FOUND = re.compile(r'PyPI = PackageIndex\(\s*"(https://[^"]+)"')


@dataclass(frozen=True)
class Indexes:
    """Where packages are looked for.

    Parameters
    ----------
    index : str
        Address of the main index; empty where none is known but by uv itself.
    extra : tuple of str
        Addresses of further indexes.
    links : tuple of str
        Folders and pages with packages.
    only_links : bool
        Ask no index at all.
    certificates : str
        A file of authorities that is to be trusted; empty for the system's own.
    proxy : str
        Of all requests; empty for what the usual variables and the system say.
    timeout : str
        Seconds until a silent server is given up; empty for the tool's own choice.
    """

    index: str = ""
    extra: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    only_links: bool = False
    certificates: str = ""
    proxy: str = ""
    timeout: str = ""

    @classmethod
    def folder(cls, folder: Path) -> Indexes:
        """A folder of packages and nothing else."""
        return cls(links=(str(folder),), only_links=True)

    def for_uv(self) -> dict[str, str]:
        """The same as uv's own variables."""
        variables = {
            "UV_DEFAULT_INDEX": self.index,
            "UV_INDEX": " ".join(self.extra),
            "SSL_CERT_FILE": self.certificates,
            "ALL_PROXY": self.proxy,
            "UV_HTTP_TIMEOUT": self.timeout,
        }
        return {name: value for name, value in variables.items() if value}

    def options(self) -> list[str]:
        """The rest of it as options of ``uv pip``."""
        options = ["--no-index"] if self.only_links else []
        for link in self.links:
            options += ["--find-links", link]
        return options


def user_indexes() -> Indexes:
    """Read what is set; what is not set has its default."""
    pip, uv = _Pip.read(), _Uv.read()
    links = pip if uv is None else uv
    return Indexes(
        links.index or default_index(), links.extra, links.links, links.only_links,
        os.environ.get("SSL_CERT_FILE") or pip.certificates, pip.proxy,
        os.environ.get("UV_HTTP_TIMEOUT") or pip.timeout,
    )  # fmt: skip


def default_index() -> str:
    """The index that pip and uv ask where nothing is set.

    A release carries its address; a source tree takes it from a pip of this Python, the one with
    which Python makes environments among them.

    Returns
    -------
    str
        Empty if there is none.
    """
    with suppress(OSError):
        return _RELEASED.read_text("utf-8").strip()
    inside = "pip/_internal/models/index.py"
    for folder in map(Path, sys.path):
        with suppress(OSError, UnicodeDecodeError):
            if found := _PIP_FOUND.search((folder / inside).read_text("utf-8")):
                return f"{found.group(1).rstrip('/')}/simple"
    bundled = Path(os.__file__).parent / "ensurepip" / "_bundled"
    wheels = [*bundled.glob("pip-*.whl"), *Path("/usr/share/python-wheels").glob("pip-*.whl")]
    for wheel in wheels:
        with suppress(OSError, KeyError, zipfile.BadZipFile), zipfile.ZipFile(wheel) as archive:
            if found := _PIP_FOUND.search(archive.read(inside).decode("utf-8", "replace")):
                return f"{found.group(1).rstrip('/')}/simple"
    return ""


class _Uv:
    """uv's variables and files; its files are read by uv itself, too."""

    @staticmethod
    def read() -> Indexes | None:
        """Read them; None if they say nothing about indexes."""
        given, kept = os.environ, _Uv._file()
        named = [each for each in kept.get("index", []) if isinstance(each, dict)]
        own = [str(each["url"]) for each in named if each.get("default") and each.get("url")]
        more = [str(each["url"]) for each in named if not each.get("default") and each.get("url")]
        index = given.get("UV_DEFAULT_INDEX") or given.get("UV_INDEX_URL") or ""
        extra = f"{given.get('UV_INDEX', '')} {given.get('UV_EXTRA_INDEX_URL', '')}".split()
        links = [each for each in given.get("UV_FIND_LINKS", "").split(",") if each]
        only_links = _is_true(given.get("UV_NO_INDEX", ""))
        found = Indexes(
            index or (own[0] if own else str(kept.get("index-url", ""))),
            tuple(each.partition("=")[2] if "=" in each.split(":")[0] else each for each in extra)
            or (*more, *map(str, kept.get("extra-index-url", []))),
            tuple(links) or tuple(map(str, kept.get("find-links", []))),
            only_links or kept.get("no-index") is True,
        )
        return None if found == Indexes() else found

    @staticmethod
    def _file() -> dict[str, Any]:
        home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        if sys.platform == "win32":
            home = Path(os.environ.get("APPDATA", ""))
        places = [home / "uv/uv.toml", Path("/etc/uv/uv.toml")]
        if own := os.environ.get("UV_CONFIG_FILE"):
            places = [Path(own)]
        for place in places:
            with suppress(OSError, ValueError):
                kept = tomllib.loads(place.read_text("utf-8"))
                return {**kept, **kept.get("pip", {})}
        return {}


class _Pip:
    """pip's variables and files (https://pip.pypa.io/en/stable/topics/configuration/)."""

    @staticmethod
    def read() -> Indexes:
        """Read them."""
        kept: dict[str, str] = {}
        for place in _Pip._files():
            parser = configparser.RawConfigParser()
            with suppress(OSError, configparser.Error, UnicodeDecodeError):
                parser.read_string(place.read_text("utf-8"))
            for section in ("global", "download", "install"):
                kept |= dict(parser[section]) if section in parser else {}
        for name, value in os.environ.items():
            if name.startswith("PIP_"):
                kept[name[4:].lower().replace("_", "-")] = value
        return Indexes(
            kept.get("index-url", ""),
            tuple(kept.get("extra-index-url", "").split()),
            tuple(kept.get("find-links", "").split()),
            _is_true(kept.get("no-index", "")),
            kept.get("cert", ""),
            kept.get("proxy", ""),
            kept.get("timeout", kept.get("default-timeout", "")),
        )

    @staticmethod
    def _files() -> list[Path]:
        """From the weakest to the strongest."""
        own = os.environ.get("PIP_CONFIG_FILE")
        if own == os.devnull:
            return []
        home = Path.home()
        if sys.platform == "win32":
            every = [Path(os.environ.get("PROGRAMDATA", "C:/ProgramData")) / "pip/pip.ini"]
            mine = [home / "pip/pip.ini", Path(os.environ.get("APPDATA", home)) / "pip/pip.ini"]
        else:
            config = os.environ.get("XDG_CONFIG_HOME") or home / ".config"
            every = [Path("/etc/xdg/pip/pip.conf"), Path("/etc/pip.conf")]
            mine = [home / ".pip/pip.conf", Path(config) / "pip/pip.conf"]
            if sys.platform == "darwin":
                every.insert(0, Path("/Library/Application Support/pip/pip.conf"))
                mine.append(home / "Library/Application Support/pip/pip.conf")
        return [*every, *mine, *([Path(own)] if own else [])]


def _is_true(text: str) -> bool:
    return text.strip().lower() in ("1", "true", "yes", "on", "t", "y")
