#!/usr/bin/env python3
"""Run every check and every test on this machine, fetching what they need.

    python3 tests/run.py              everything
    python3 tests/run.py -k journal   lint and types, then only these tests (pytest's own options)
    python3 tests/run.py --pdb -n 0   in one process, as a debugger needs it
    python3 tests/run.py --checks     lint and types alone, as a commit should pass them

Standard library only: it makes an environment of its own in the user's cache, with Seamfill and
the tools in it, then runs ruff, mypy and pytest. The tests put GIMP 3.0 and 3.2 into private
folders in the same cache (Debian or Ubuntu, root); elsewhere they are skipped, and pytest's summary
says why. With CI set in the environment nothing may be skipped.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

CHECKS = [
    (".", ["ruff", "check", "."]),
    (".", ["ruff", "format", "--check", "."]),
    (".", ["mypy", "--strict", "core/seamfill", "install.py", "installer", "tools", "tests"]),
    # The plug-in's modules find each other in their own folder, as they do inside GIMP.
    ("gimp_plugin", ["mypy", "--strict", "."]),
]


def main() -> int:
    """Run all; the exit code is 0 only where everything passed."""
    started = time.monotonic()
    python = prepare_environment()
    tests = (".", ["pytest", f"--numprocesses={processes()}", "--dist=loadscope", *sys.argv[1:]])
    steps = CHECKS if "--checks" in sys.argv else [*CHECKS, tests]
    failed = [
        " ".join(check)
        for folder, check in steps
        if run([str(python), "-m", *check], PROJECT / folder)
    ]
    minutes = (time.monotonic() - started) / 60
    print(f"{minutes:.1f} minutes; " + (f"failed: {', '.join(failed)}" if failed else "all passed"))
    return 1 if failed else 0


def prepare_environment() -> Path:
    """Make the environment, or take one that was made for the same dependencies."""
    needs = (PROJECT / "pyproject.toml").read_bytes() + sys.version.encode() + str(PROJECT).encode()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "seamfill" / "tests" / hashlib.sha256(needs).hexdigest()[:16]
    python, finished = folder / "bin" / "python", folder / "finished"
    if not finished.exists():
        print(f"Making an environment for the tests in {folder}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        make_venv(folder)
        install(python)
        finished.touch()
    return python


def install(python: Path) -> None:
    """Install Seamfill for its tests: with uv, which takes seconds where pip takes minutes.

    Where uv does not reach an index, as with one that only pip is told of, pip does it.
    """
    pip = [str(python), "-m", "pip", "install", "--quiet"]
    uv = [str(python), "-m", "uv", "pip", "install", "--quiet", "--python", str(python)]
    what = ["--editable", f"{PROJECT}[test]"]
    subprocess.run([*pip, "uv"], check=True)
    if subprocess.run([*uv, *what], check=False).returncode:
        subprocess.run([*pip, *what], check=True)


def processes() -> int:
    """How many to share the tests among: one more than processors, since GIMPs are waited for."""
    return min((os.cpu_count() or 1) + 1, 5)


def make_venv(folder: Path) -> None:
    """Make a virtual environment; Debian keeps what that needs in a package of its own."""
    make = [sys.executable, "-m", "venv", str(folder)]
    if subprocess.run(make, stdout=subprocess.DEVNULL, check=False).returncode == 0:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        sys.exit("This Python cannot make virtual environments: install the package python3-venv.")
    subprocess.run(["apt-get", "update"], stdout=subprocess.DEVNULL, check=True)
    subprocess.run(["apt-get", "install", "--yes", "python3-venv"], check=True)
    subprocess.run(make, check=True)


def run(command: list[str], folder: Path) -> bool:
    """Run a command in a folder; whether it failed."""
    print("+ " + " ".join(command[2:]), flush=True)
    return subprocess.run(command, cwd=folder, check=False).returncode != 0


if __name__ == "__main__":
    sys.exit(main())
