"""Colour profiles by primaries: ICC version 2, matrix and curves."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["PROFILES", "matrix_profile"]

D50 = (0.9642, 1.0, 0.8249)
BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)

PROFILES = {
    # Primaries and white as in Adobe RGB (1998), Display P3 and ITU-R BT.2020.
    "adobe": ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), 2.19921875),
    "p3": ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), 2.2),
    "rec2020": ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), 2.4),
}
WHITE = (0.3127, 0.3290)


def matrix_profile(name: str) -> bytes:
    """Make one of `PROFILES` as the bytes of an ICC file."""
    *primaries, gamma = PROFILES[name]
    columns = _to_d50(np.array([_xyz(*xy) for xy in primaries]).T)
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    tags = {
        b"desc": _description(name),
        b"cprt": b"text" + bytes(4) + b"CC0\0",
        b"wtpt": _xyz_tag(D50),
        **{tag: _xyz_tag(columns[:, i]) for i, tag in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    return _assemble(tags)


def _xyz(x: float, y: float) -> tuple[float, float, float]:
    return x / y, 1.0, (1 - x - y) / y


def _to_d50(primaries: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    white = np.array(_xyz(*WHITE))
    scaled = primaries * np.linalg.solve(primaries, white)
    gain = (BRADFORD @ np.array(D50)) / (BRADFORD @ white)
    adapted: npt.NDArray[np.float64] = np.linalg.inv(BRADFORD) @ np.diag(gain) @ BRADFORD @ scaled
    return adapted


def _xyz_tag(values: Iterable[float]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(float(v) * 65536) for v in values))


def _description(name: str) -> bytes:
    text = name.encode() + b"\0"
    return b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(78)


def _assemble(tags: dict[bytes, bytes]) -> bytes:
    offset = 128 + 4 + 12 * len(tags)
    table, data = b"", b""
    for tag, content in tags.items():
        padded = content + bytes(-len(content) % 4)
        table += tag + struct.pack(">II", offset + len(data), len(content))
        data += padded
    size = offset + len(data)
    header = struct.pack(">I4xI4s4s4s", size, 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(28)
    header += struct.pack(">3i", *(round(v * 65536) for v in D50))
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + data
