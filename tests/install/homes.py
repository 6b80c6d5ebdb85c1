"""Somebody's home to install into, and a small Seamfill that is installed there fast."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from gimp_plugin.setup.uv import this_platform

__all__ = ["PROJECT", "Home", "run", "small_project", "stop_servers"]

PROJECT = Path(__file__).parents[2]

_HIDDEN = ("SEAMFILL_HOME", "XDG_", "GIMP3_", "PYTHONPATH")

_UV = """#!{python}
import os, pathlib, signal, subprocess, sys, zipfile
words = [each for each in sys.argv[1:] if not each.startswith("-")]
wheel = sys.argv[-1]
if "venv" in words:
    import venv
    venv.EnvBuilder(symlinks=True).create(wheel)
elif wheel.endswith(".whl"):
    python = pathlib.Path(sys.argv[sys.argv.index("--python") + 1])
    (packages,) = python.parent.parent.glob("lib/python3.*/site-packages")
    zipfile.ZipFile(wheel).extractall(packages)
    script = python.with_name("seamfill")
    script.write_text(f'#!/bin/sh\\nexec "{{python}}" -m seamfill "$@"\\n')
    script.chmod(0o755)
else:
    if "KILL_THE_INSTALLER" in os.environ:
        os.kill(int(os.environ["INSTALLER"]), signal.SIGKILL)
    if "WAIT_FOR" in os.environ:
        open(os.environ["WAIT_FOR"]).read()  # a named pipe
    if "SAYS" in os.environ:
        sys.exit(os.environ["SAYS"])
"""
"""Stands in for uv where what is done with it counts, and not what it does: it knows no index."""

_CORE = """
def main():
    print("{version}")
if __name__ == "__main__":
    main()
"""
_PYPROJECT = """
[project]
name = "seamfill"
scripts = {seamfill = "seamfill.__main__:main"}
"""


class Home:
    """Somebody's home with two GIMP profiles and a folder that is nobody's business."""

    def __init__(self, folder: Path, project: Path = PROJECT) -> None:
        self.folder = folder
        self.project = project
        self.variables: dict[str, str] = {}
        self.umask = -1
        self.profiles = [folder / ".config" / "GIMP" / name for name in ("3.0", "3.2")]
        for profile in self.profiles:
            (profile / "plug-ins" / "other").mkdir(parents=True, exist_ok=True)
        (folder / ".config" / "GIMP" / "2.10").mkdir(exist_ok=True)
        self.plugins = [profile / "plug-ins" / "seamfill" for profile in self.profiles]
        self.data = folder / ".local" / "share" / "seamfill"
        self.command = folder / ".local" / "bin" / "seamfill"

    def install(
        self, *arguments: str, kill: tuple[str, int] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run install.py to its end."""
        asked = {
            "arguments": arguments,
            "env": self.env,
            "folder": str(self.folder),
            "umask": self.umask,
            "kill": kill,
        }
        server = _server(self.project)
        assert server.stdin
        assert server.stdout
        server.stdin.write(json.dumps(asked) + "\n")
        server.stdin.flush()
        code, out, err = json.loads(server.stdout.readline())
        return subprocess.CompletedProcess(["install.py", *arguments], code, out, err)

    def command_line(self, *arguments: str) -> list[str]:
        return [sys.executable, str(self.project / "install.py"), *arguments]

    def killed(self, before: str, nth: int = 1, *arguments: str) -> None:
        """Install, and be killed before the nth write that matches."""
        done = self.install("--yes", *arguments, kill=(before, nth))
        assert done.returncode == -signal.SIGKILL, f"{before}: {done.stdout}{done.stderr}"

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return run(command, self.folder, self.env, self.umask)

    @property
    def env(self) -> dict[str, str]:
        env = {k: v for k, v in os.environ.items() if not k.startswith(_HIDDEN)}
        own = {"HOME": str(self.folder)}
        if (packages := self.project / "packages").is_dir():
            own |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": packages.as_uri()}
        return env | own | self.variables

    def files(self) -> set[Path]:
        """All but what pip leaves: its cache, and what other programs it asks for their version."""
        places = (".config", ".local")
        return {path for place in places for path in (self.folder / place).rglob("*")}

    def environments(self) -> list[str]:
        """Names of all that is an environment or looks like one."""
        return sorted(each.name for each in self.data.iterdir() if "environment" in each.name)

    def works(self, plugin: Path) -> bool:
        """Whether a plug-in is whole and finds a Seamfill of its own version."""
        noted = json.loads((plugin / "made-by-seamfill.json").read_text())
        python = json.loads((plugin / "seamfill.json").read_text())["python"]
        answer = self.run([python, "-m", "seamfill"])
        whole = all((plugin / name).is_file() for name in noted["files"])
        return whole and answer.stdout.strip() == noted["version"]


_servers: dict[Path, subprocess.Popen[str]] = {}


def _server(project: Path) -> subprocess.Popen[str]:
    """What runs a project's install.py; started at the first use."""
    if project not in _servers:
        command = [sys.executable, str(Path(__file__).with_name("served.py")), str(project)]
        pipe = subprocess.PIPE
        _servers[project] = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
    return _servers[project]


def stop_servers() -> None:
    """End all of them."""
    while _servers:
        _servers.popitem()[1].communicate()


def run(
    command: list[str], folder: Path, env: dict[str, str], umask: int = -1
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with nothing to read."""
    return subprocess.run(
        command,
        env=env,
        cwd=folder,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=600,
        umask=umask,
        check=False,
    )


def small_project(folder: Path, version: str) -> Path:
    """Make a project whose core only says its version, and needs nothing from any index."""
    package = folder / "core" / "seamfill"
    package.mkdir(parents=True)
    for name in ("install.py", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, folder)
    caches = shutil.ignore_patterns("__pycache__", ".*")
    for name in ("installer", "gimp_plugin/setup", "gimp_plugin/text"):
        shutil.copytree(PROJECT / name, folder / name, ignore=caches)
    for name in ("seamfill.py", "errors.py"):
        shutil.copy(PROJECT / "gimp_plugin" / name, folder / "gimp_plugin")
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(_CORE.format(version=version))
    (package / "version.py").write_text(f'__version__ = "{version}"\n')
    (folder / "pyproject.toml").write_text(_PYPROJECT)
    setup = folder / "gimp_plugin" / "setup"
    (setup / "requirements.txt").write_text("")
    (setup / "pinned.json").write_text(json.dumps(_pinned(folder / "packages")))
    return folder


def _pinned(packages: Path) -> dict[str, Any]:
    """Make a wheel of what stands in for uv, and pin it."""
    packages.mkdir()
    wheel = packages / "uv-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("uv-1.data/scripts/uv", _UV.format(python=sys.executable))
    content = wheel.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    entry = {"file": wheel.name, "sha256": digest, "size": len(content)}
    return {"wheels": {this_platform(): entry}, "megabytes": {"packages": 1, "python": 1}}
