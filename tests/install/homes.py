"""Somebody's home to install into, and a small Seamfill that is installed there fast."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

__all__ = ["PROJECT", "Home", "run", "small_project"]

PROJECT = Path(__file__).parents[2]

_HIDDEN = ("SEAMFILL_HOME", "XDG_", "GIMP3_", "PYTHONPATH")

_BACKEND = """
import os, signal, zipfile
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    if "KILL_THE_INSTALLER" in os.environ:
        os.kill(int(os.environ["INSTALLER"]), signal.SIGKILL)
    if "WAIT_FOR" in os.environ:
        open(os.environ["WAIT_FOR"]).read()  # a named pipe
    name = "seamfill-{version}-py3-none-any.whl"
    with zipfile.ZipFile(f"{{wheel_directory}}/{{name}}", "w") as wheel:
        wheel.writestr("seamfill/__init__.py", "")
        wheel.writestr("seamfill/__main__.py", "def main(): print('{version}')\\nif __name__ == '__main__': main()\\n")
        about = "seamfill-{version}.dist-info/"
        wheel.writestr(about + "METADATA", "Metadata-Version: 2.1\\nName: seamfill\\nVersion: {version}\\n")
        wheel.writestr(about + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(about + "entry_points.txt", "[console_scripts]\\nseamfill = seamfill.__main__:main\\n")
        wheel.writestr(about + "RECORD", "")
    return name
"""  # noqa: E501
_PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["core"]
[project]
name = "seamfill"
version = "{version}"
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

    def install(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run(self.command_line(*arguments))

    def command_line(self, *arguments: str) -> list[str]:
        return [sys.executable, str(self.project / "install.py"), *arguments]

    def killed(self, before: str, nth: int = 1, *arguments: str) -> None:
        """Install, and be killed before the nth write that matches."""
        killed = str(Path(__file__).with_name("killed.py"))
        script = [str(self.project / "install.py"), "--yes", *arguments]
        done = self.run([sys.executable, killed, before, str(nth), *script])
        assert done.returncode == -signal.SIGKILL, f"{before}: {done.stdout}{done.stderr}"

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return run(command, self.folder, self.env, self.umask)

    @property
    def env(self) -> dict[str, str]:
        env = {k: v for k, v in os.environ.items() if not k.startswith(_HIDDEN)}
        return env | {"HOME": str(self.folder), **self.variables}

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
    (folder / "core" / "seamfill").mkdir(parents=True)
    for name in ("install.py", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, folder)
    for name in ("installer", "tools", "gimp_plugin"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "core" / "seamfill" / "version.py").write_text(f'__version__ = "{version}"\n')
    (folder / "core" / "backend.py").write_text(_BACKEND.format(version=version))
    (folder / "pyproject.toml").write_text(_PYPROJECT.format(version=version))
    return folder
