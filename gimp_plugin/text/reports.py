"""What a fit's report means, in a few words."""

import math
from typing import Protocol

from text.i18n import _

__all__ = ["faults", "told"]


class Report(Protocol):
    """What the worker says of a fit; `worker.messages.FitReport`."""

    @property
    def registered(self) -> bool: ...

    @property
    def agreement(self) -> float: ...

    @property
    def seam_before(self) -> float: ...

    @property
    def seam_after(self) -> float: ...

    @property
    def sharpness(self) -> float: ...

    @property
    def grain(self) -> float: ...

    @property
    def matrix(self) -> "tuple[float, ...]": ...

    @property
    def flags(self) -> "tuple[str, ...]": ...


def faults(report: Report) -> "list[str]":
    """Say what the user should know before keeping an answer; nothing for a good one."""
    words = {
        "mismatch": _("Does not match its surroundings"),
        "seam": _("A seam may show"),
    }
    return [words[flag] for flag in report.flags if flag in words]


def told(report: Report, size: "tuple[int, int]") -> str:
    """Tell a report in a few lines.

    Parameters
    ----------
    report : FitReport
    size : (int, int)
        Of the patch, in pixels.
    """
    lines = faults(report)
    if report.registered:
        drift = f"{_drift(report.matrix, size):.1f}"
        lines.append(_("Drift undone: {pixels} px").format(pixels=drift))
        agreement = round(100 * report.agreement)
        lines.append(_("Agreement with the surroundings: {percent} %").format(percent=agreement))
    if round(report.sharpness, 1) != 1:
        lines.append(_("Sharpness: × {factor}").format(factor=f"{report.sharpness:.1f}"))
    if report.grain > 0:
        levels = f"{255 * report.grain:.1f}"
        lines.append(_("Grain added: {levels} of 255 levels").format(levels=levels))
    before, after = f"{report.seam_before:.1f}", f"{report.seam_after:.1f}"
    lines.append(
        _("Seam: {before} → {after} (about 1 where none shows)").format(before=before, after=after)
    )
    return "\n".join(lines)


def _drift(matrix: "tuple[float, ...]", size: "tuple[int, int]") -> float:
    """How far the corner that moved farthest had moved, in pixels."""
    a, b, c, d, e, f = matrix
    corners = [(x, y) for x in (0, size[0]) for y in (0, size[1])]
    return max(math.hypot(a * x + b * y + c - x, d * x + e * y + f - y) for x, y in corners)
