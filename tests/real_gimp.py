"""A real GIMP with Seamfill installed in it as a user installs it."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tools.private_gimp import SUITES, PrivateGimp, PrivateGimpError
from tools.wheels import prepare_wheels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["PROJECT", "InstalledGimp", "install"]

PROJECT = Path(__file__).resolve().parent.parent
PARTS = (
    "core",
    "gimp_plugin",
    "installer",
    "tools",
    "install.py",
    "pyproject.toml",
    "README.md",
    "LICENSE",
)
CACHES = shutil.ignore_patterns("__pycache__", ".*_cache")
LOCALES = {"ja": "ja_JP", "zh_CN": "zh_CN"}
"""Where a language is not spoken in a country of the same letters alone."""
BATCH = ("gimp-console", "-i", "--batch-interpreter=python-fu-eval", "-b", "-", "--quit")

EAR = """#!/bin/sh
case "$*" in
  *worker) tee -a "$HOME/asked.jsonl" | "$0-heard" "$@" ;;
  *) exec "$0-heard" "$@" ;;
esac
"""
"""Stands in for an environment's Python, and keeps what a worker reads."""


@dataclass
class InstalledGimp:
    """A GIMP in a private folder, with a home in which install.py has run."""

    version: str
    system: PrivateGimp
    home: Path
    env: dict[str, str] = field(default_factory=dict)
    said: str = ""
    """What GIMP wrote while the last script ran, messages to the user among it."""

    @property
    def profile(self) -> Path:
        """GIMP's configuration folder."""
        return self.home / ".config" / "GIMP" / self.version

    def use_endpoint(self, base_url: str) -> None:
        """Let Seamfill send to an endpoint, as the environment of a user would."""
        self.env |= {"OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": "test-key"}

    def script(self, source: str, timeout: float = 300, **given: Any) -> Any:
        """Run Python in GIMP without windows.

        Parameters
        ----------
        source : str
            Finds what it was given in ``given``, and leaves JSON in ``result``.
        timeout : float
            Seconds.

        Returns
        -------
        object
            What it left in ``result``.
        """
        result = self.home / "result.json"
        result.unlink(missing_ok=True)
        # GIMP runs the batch line by line as an interactive interpreter would.
        (self.home / "given.json").write_text(json.dumps(given))
        (self.home / "script.py").write_text(
            "import json, os, sys\n"
            "sys.path.insert(0, os.environ['HOME'])\n"
            "given = json.load(open('given.json'))\n"
            f"{source}\n"
            "json.dump(result, open('result.json', 'w'))\n"
        )
        self.system.give(self.home)
        run = "exec(compile(open('script.py').read(), 'script.py', 'exec'), globals())\n"
        done = self.system.run(BATCH, home=self.home, env=self.env, stdin=run, timeout=timeout)
        self.said = done.stdout + done.stderr
        assert result.exists(), f"GIMP failed:\n{done.stdout}\n{done.stderr[-6000:]}"
        return json.loads(result.read_text())

    def overhear(self) -> list[dict[str, Any]]:
        """What plug-ins asked of their workers since this was called last.

        From the first call on; it lets all that a worker reads be kept in a file.
        """
        kept = self.home / "asked.jsonl"
        [python] = self.home.glob(".local/share/seamfill/*/bin/python")
        if python.is_symlink():
            python.rename(python.with_name("python-heard"))
            python.write_text(EAR)
            python.chmod(0o755)
            self.system.give(self.home)
        asked = kept.read_text("utf-8") if kept.exists() else ""
        kept.unlink(missing_ok=True)
        return [json.loads(line) for line in asked.splitlines()]

    def speaking(self, language: str) -> dict[str, str]:
        """Variables with which GIMP speaks a language, such as ``de``; none for English."""
        if not language:
            return {}
        name = LOCALES.get(language, f"{language}_{language.upper()}")
        if not (self.home / name).is_dir():
            make = [
                "localedef",
                "-i",
                name,
                "-f",
                "UTF-8",
                self.system.path_inside(self.home / name),
            ]
            done = self.system.run(make, home=self.home)
            assert (self.home / name).is_dir(), done.stderr
        home = self.system.path_inside(self.home)
        return {"LANG": name, "LC_ALL": name, "LANGUAGE": language, "LOCPATH": home}

    def bring(self, folder: Path) -> None:
        """Copy a folder of scripts to where those that run in GIMP find it."""
        shutil.copytree(folder, self.home / "inside", dirs_exist_ok=True, ignore=CACHES)
        self.system.give(self.home)


@contextmanager
def install(version: str, name: str) -> Iterator[InstalledGimp]:
    """Get a GIMP and install Seamfill in it, for as long as the context lasts.

    Parameters
    ----------
    version : str
        ``3.0`` or ``3.2``.
    name : str
        Of the home folder, together with this process's number.
    """
    try:
        system = PrivateGimp.prepare(SUITES[version])
        wheels = prepare_wheels(system)
    except PrivateGimpError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no GIMP {version} here: {error}")
    home = system.new_home(f"{name} é 日本 {os.getpid()}")  # as people are called
    try:
        yield _installed(version, system, home, wheels)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _installed(
    version: str, system: PrivateGimp, home: Path, wheels: Mapping[str, str]
) -> InstalledGimp:
    _copy_project(home / "seamfill")
    gimp = InstalledGimp(version, system, home)
    (gimp.profile / "plug-ins").mkdir(parents=True)
    _know_own_plug_ins(gimp)
    system.give(home)
    done = system.run(["python3", "seamfill/install.py", "--yes"], home=home, env=wheels)
    assert done.returncode == 0, done.stdout + done.stderr
    return gimp


def _know_own_plug_ins(gimp: InstalledGimp) -> None:
    """Spare GIMP what its first start takes longest for: to start each of its own plug-ins."""
    known = gimp.system.root / "home" / "known"
    if not known.exists():
        home = gimp.system.new_home(f"first start {os.getpid()}")
        done = gimp.system.run(("gimp-console", "-i", "--quit"), home=home)
        assert done.returncode == 0, done.stdout + done.stderr
        with suppress(OSError):  # another process may have been faster
            (home / ".config" / "GIMP" / gimp.version).rename(known)
        shutil.rmtree(home)
    for name in ("pluginrc", "extensionrc", "gimprc"):
        shutil.copy(known / name, gimp.profile)


def _copy_project(target: Path) -> None:
    target.mkdir()
    for part in PARTS:
        if (PROJECT / part).is_dir():
            shutil.copytree(PROJECT / part, target / part, ignore=CACHES)
        else:
            shutil.copy(PROJECT / part, target)
