"""What a fit is asked for, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seamfill.image.arrays import FloatPixels, SelectionMap

__all__ = ["FitReport", "Fitted", "rank"]


# Truths of the benchmark have seam steps of 0.65 to 2.9, by chance of what lies along the edge.
_LEAST_STEP, _LARGEST_STEP = 0.4, 3.0
# On a part of the edge, good fits of the benchmark have up to 1.2, and shadows that stay outside
# while the answer has none 2.2 to 11.
_LARGEST_LOCAL_STEP = 1.5

_WARNINGS = {
    "mismatch": "The answer does not match its surroundings; it was placed as it came.",
    "seam": "A seam may show along the selection's edge.",
}


@dataclass(frozen=True)
class FitReport:
    """What the fit found and did.

    Parameters
    ----------
    registered : bool
        Whether the answer matched the context, so that its drift could be undone.
    scale : float
        Zoom that was found, 1 for none.
    dx, dy : float
        Shift that was found at the region's centre, in region pixels.
    agreement : float
        How well the context matches after registration, 0..1.
    seam_before, seam_after : float
        Step across the selection's edge relative to the steps beside it; about 1 where no seam
        shows.
    outside_changed : int or None
        Pixels outside the selection in which the composed result differs from the original; None
        until somebody has composed and compared them.
    layout : str
        How the answer lies over the region: ``"stretched"`` for the whole of it, ``"cropped"`` for
        its middle, ``"letterboxed"`` where bars were added.
    matrix : tuple of six float
        Row by row, the affine map from region pixels to the pixels of the answer laid over the
        region: the drift.
    rotation : float
        In degrees, counter-clockwise in the answer.
    warp : float
        The largest local displacement beyond `matrix`, in region pixels; 0 for none.
    gain, bias : tuple of three float
        Of the tones, for each channel: original = gain x answer + bias about mid-grey.
    known : bool
        Whether the context held enough to judge a match by at all.
    sharpness : float
        By how much the answer's fine detail was amplified, at a quarter of a cycle a pixel; 1 where
        it was left alone.
    grain : float
        Standard deviation of the grain that was added, 0..1; 0 for none.
    calmed : float
        The share of the answer's own noise that was taken away, 0..1.
    seam_local : float
        The strongest step on a part of the selection's edge that the answer itself does not have,
        relative to those beside it; 0 for none.
    """

    registered: bool
    scale: float
    dx: float
    dy: float
    agreement: float
    seam_before: float
    seam_after: float
    outside_changed: int | None = None
    layout: str = "stretched"
    matrix: tuple[float, float, float, float, float, float] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    rotation: float = 0.0
    warp: float = 0.0
    gain: tuple[float, float, float] = (1.0, 1.0, 1.0)
    bias: tuple[float, float, float] = (0.0, 0.0, 0.0)
    known: bool = True
    sharpness: float = 1.0
    grain: float = 0.0
    calmed: float = 0.0
    seam_local: float = 0.0

    @property
    def flags(self) -> tuple[str, ...]:
        """What is not as it should be: ``"mismatch"``, ``"seam"``; empty for a good answer."""
        found = []
        if self.known and not self.registered:
            found.append("mismatch")
        all_round = _LEAST_STEP <= self.seam_after <= _LARGEST_STEP
        if not all_round or self.seam_local > _LARGEST_LOCAL_STEP:
            found.append("seam")
        return tuple(found)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know before keeping this answer; empty for a good one."""
        return tuple(_WARNINGS[flag] for flag in self.flags)

    @property
    def flagged(self) -> bool:
        """Whether there is anything to warn of."""
        return bool(self.flags)


@dataclass(frozen=True)
class Fitted:
    """A fitted answer in region pixels.

    Parameters
    ----------
    pixels : array of float32, shape (h, w, 3 or 4)
        RGB or RGBA, 0..1.
    mask : array of uint8, shape (h, w)
        The layer mask; 0 wherever the selection is 0.
    report : FitReport
    """

    pixels: FloatPixels
    mask: SelectionMap
    report: FitReport


def rank(reports: Sequence[FitReport]) -> list[int]:
    """Order several answers to one upload from best to worst fit.

    Parameters
    ----------
    reports : sequence of FitReport

    Returns
    -------
    list of int
        Indices into `reports`: those without warnings first, then by how well the context agrees
        and how little of a seam is left.
    """

    def penalty(index: int) -> tuple[int, float]:
        report = reports[index]
        return len(report.flags), abs(report.seam_after - 1) - report.agreement

    return sorted(range(len(reports)), key=penalty)
