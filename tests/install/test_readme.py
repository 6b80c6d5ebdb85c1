"""Every command and example of the README runs as it is written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import skimage.data
from PIL import Image, ImageDraw

PROJECT = Path(__file__).parents[2]
README = (PROJECT / "README.md").read_text("utf-8")

ELSEWHERE = {
    "python3 install.py --demo": "test_demo",
    "python3 install.py": "test_install",
    "python3 tests/run.py": "is what runs this",
}
"""Commands that other tests run."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    photo = Image.fromarray(skimage.data.coffee())
    photo.save(tmp_path / "photo.png")
    mask = Image.new("L", photo.size)
    ImageDraw.Draw(mask).ellipse((420, 180, 480, 320), fill=255)
    mask.save(tmp_path / "mask.png")
    return tmp_path


def _run(command: list[str], folder: Path, stdin: str = "") -> None:
    beside_python = Path(sys.executable).parent
    path = f"{beside_python}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path},
        input=stdin,
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


SHELL = [line for block in blocks("bash") for line in block.strip().splitlines()]


@pytest.mark.parametrize("line", SHELL)
def test_a_shell_command_works(line: str, pictures: Path) -> None:
    if line in ELSEWHERE:
        return
    _run(["sh", "-c", line], pictures, stdin="sk-0123456789abcdef\n")
    if "-o out.png" in line:
        assert (pictures / "out.png").exists()


def test_the_python_example_works(pictures: Path) -> None:
    (example,) = (block for block in blocks("python") if "from seamfill" in block)
    _run([sys.executable, "-c", example], pictures)
    assert (pictures / "table-1.png").exists()
    assert (pictures / "table-2.png").exists()
