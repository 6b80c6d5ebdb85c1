"""Register, tone, edge: what turns an answer into a patch, with a report of what it measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seamfill.picture import FloatPixels, Pixels, SelectionMap

__all__ = ["FitOptions", "FitReport", "Fitted", "fit"]


@dataclass(frozen=True)
class FitOptions:
    """How an answer is fitted.

    Parameters
    ----------
    register : bool
        Undo the model's shift, zoom and warp.
    tone : bool
        Fit the answer's tones to the original.
    edge : float, optional
        Width in region pixels over which old and new mix inside the selection; adaptive if None.
    """

    register: bool = True
    tone: bool = True
    edge: float | None = None


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
    outside_changed : int
        Pixels outside the selection that the patch would change; always 0.
    """

    registered: bool
    scale: float
    dx: float
    dy: float
    agreement: float
    seam_before: float
    seam_after: float
    outside_changed: int = 0


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


def fit(original: Pixels, answer: Pixels, selection: SelectionMap, options: FitOptions) -> Fitted:
    """Fit an answer to the region it came from.

    Parameters
    ----------
    original : array of uint8, uint16 or float32 (0..1), shape (h, w, 3)
        The region as it was, in region pixels, transparency flattened.
    answer : array of uint8, shape (ah, aw, 3 or 4)
        The decoded answer, in whatever size it came.
    selection : array of uint8, shape (h, w)
        The selection over the region.
    options : FitOptions

    Returns
    -------
    Fitted
    """
    raise NotImplementedError
