"""The benchmark's rows as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

METHODS = (
    "raw paste",
    "feathered paste",
    "seamlessClone",
    "mean-colour match",
    "without texture",
    "Seamfill",
    "oracle",
)
COLUMNS: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "outside, max": ("outside", max, "{:.0f}"),
    "PSNR dB": ("psnr", np.mean, "{:.2f}"),
    "SSIM": ("ssim", np.mean, "{:.4f}"),
    "edge dE2000": ("dE", np.mean, "{:.2f}"),
    "seam step": ("seam", np.mean, "{:.2f}"),
    "drift left px": ("drift_px", np.mean, "{:.3f}"),
    "worst drift px": ("drift_px", max, "{:.2f}"),
    "s": ("s", np.mean, "{:.3f}"),
}


def report(rows: list[dict[str, Any]]) -> str:
    """All tables."""
    parts = []
    for task in ("add", "remove"):
        parts += [f"### {task}\n", _by_method([r for r in rows if r["task"] == task])]
    parts += ["### By drift\n", _by_drift(rows), _worst(rows)]
    return "\n".join(parts)


def _by_method(rows: list[dict[str, Any]]) -> str:
    lines = [_line(["method", *COLUMNS]), _line(["---"] * (len(COLUMNS) + 1))]
    for method in METHODS:
        own = [row for row in rows if row["method"] == method]
        cells = [_cell(own, key, how, text) for key, how, text in COLUMNS.values()]
        lines.append(_line([method, *cells]))
    return "\n".join(lines) + "\n"


def _by_drift(rows: list[dict[str, Any]]) -> str:
    head = [
        "drift",
        "px before",
        "px left",
        "raw dB",
        "Seamfill dB",
        "oracle dB",
        "add Δ",
        "remove Δ",
        "seam",
    ]
    lines = [_line(head), _line(["---"] * len(head))]
    for drift in dict.fromkeys(row["drift"] for row in rows):
        mine = _only(rows, drift=drift, method="Seamfill")
        cells = [
            _cell(mine, "drift_before", np.mean, "{:.2f}"),
            _cell(mine, "drift_px", np.mean, "{:.3f}"),
            *(
                _cell(_only(rows, drift=drift, method=method), "psnr", np.mean, "{:.2f}")
                for method in ("raw paste", "Seamfill", "oracle")
            ),
            *(f"{_gap(_only(rows, drift=drift, task=task)):.2f}" for task in ("add", "remove")),
            _cell(mine, "seam", np.mean, "{:.2f}"),
        ]
        lines.append(_line([drift, *cells]))
    return "\n".join(lines) + "\n"


def _worst(rows: list[dict[str, Any]]) -> str:
    mine = [row for row in rows if row["method"] == "Seamfill"]
    against = max(row["drift_px"] - row["drift_before"] for row in mine)
    seams, true_seams = (
        np.percentile([row[key] for row in mine], [5, 95]) for key in ("seam", "seam_truth")
    )
    unregistered = sum(not row["registered"] for row in mine)
    return (
        f"Registration against none, worst case: {against:+.3f} px. Not registered: {unregistered} "
        f"of {len(mine)}. Seam step, 5th to 95th percentile: {seams[0]:.2f} to {seams[1]:.2f}, "
        f"of the truths {true_seams[0]:.2f} to {true_seams[1]:.2f}. "
        f"Behind the oracle: add {_gap(_only(rows, task='add')):.2f} dB, "
        f"remove {_gap(_only(rows, task='remove')):.2f} dB.\n"
    )


def _gap(rows: list[dict[str, Any]]) -> float:
    means = [np.mean([r["psnr"] for r in _only(rows, method=m)]) for m in ("oracle", "Seamfill")]
    return float(means[0] - means[1])


def _only(rows: Iterable[dict[str, Any]], **wanted: str) -> list[dict[str, Any]]:
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def _cell(
    rows: list[dict[str, Any]], key: str, how: Callable[[list[float]], float], text: str
) -> str:
    values = [row[key] for row in rows if key in row]
    return text.format(how(values)) if values else ""


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
