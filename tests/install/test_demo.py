"""The README's first command, and what it leaves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from tools.demo import OBJECT, RESULTS
from tools.private_gimp import PrivateGimpError, cache_folder

PROJECT = Path(__file__).parents[2]


@pytest.mark.gimp
def test_the_demonstration_removes_the_mast_and_nothing_else(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(PROJECT / "install.py"), "--demo"],
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(cache_folder().parent)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    results = tmp_path / "seamfill-demo"
    if "core alone" in done.stdout:
        if "CI" in os.environ:
            raise PrivateGimpError(done.stdout)
        pytest.skip(done.stdout.splitlines()[1])
    assert all(str(results / name) in done.stdout for name in RESULTS)
    before, after = (_picture(results / f"{name}.png") for name in ("before", "after"))
    changed = np.abs(before - after).max(axis=2)
    x, y, w, h = OBJECT
    inside = changed[y : y + h, x : x + w].copy()
    changed[y : y + h, x : x + w] = 0
    assert not changed.any()
    assert (inside > 40).sum() > 500  # the bright mast is gone
    assert _picture(results / "side-by-side.png").shape[1] > 2 * before.shape[1]


def _picture(path: Path) -> npt.NDArray[np.int64]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(np.int64)
