"""Imports go down only: rooms import rooms below them, and there is no circle."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.drawing import PAGE, drawn

PROJECT = Path(__file__).resolve().parent.parent.parent
RUN = "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"
HOUSES = {"core": "core", "plugin": "gimp_plugin"}


def checked(house: str, folder: Path) -> subprocess.CompletedProcess[str]:
    config = Path(__file__).with_name(f"{house}.ini")
    command = [sys.executable, "-c", RUN, str(config), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("house", HOUSES)
def test_imports_go_down_only(house: str) -> None:
    done = checked(house, PROJECT / HOUSES[house])
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "planted",
    [
        "from commands.fill import run\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import commands.fill\n",
        "def late():\n    from commands import fill\n",
    ],
)
def test_an_import_that_goes_up_is_seen(planted: str, tmp_path: Path) -> None:
    copy = tmp_path / "plugin"
    shutil.copytree(PROJECT / "gimp_plugin", copy, ignore=shutil.ignore_patterns(".*", "__pyc*"))
    room = copy / "text" / "reports.py"
    room.write_text(room.read_text("utf-8") + planted, "utf-8")
    done = checked("plugin", copy)
    assert done.returncode == 1
    assert "text.reports -> commands.fill" in done.stdout


def test_the_drawings_are_those_of_the_code() -> None:
    page = PAGE.read_text("utf-8")
    assert drawn(page) == page, "draw them anew: python -m tests.house.drawing"
