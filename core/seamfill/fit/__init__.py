"""Register, tone, texture, edge: what turns an answer into a patch, with a report of it all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seamfill.fit.report import FitReport, Fitted, rank
from seamfill.options import FitOptions

if TYPE_CHECKING:
    from seamfill.image.arrays import Pixels, SelectionMap

__all__ = ["FitOptions", "FitReport", "Fitted", "fit", "rank"]


def fit(
    original: Pixels,
    answer: Pixels,
    selection: SelectionMap,
    options: FitOptions = FitOptions(),  # noqa: B008 (frozen)
    *,
    known: SelectionMap | None = None,
    painted: SelectionMap | None = None,
) -> Fitted:
    """Fit an answer to the region it came from.

    Parameters
    ----------
    original : array of uint8, uint16 or float32 (0..1), shape (h, w, 3)
        The region as it was, in region pixels, transparency flattened.
    answer : array of uint8, uint16 or float32 (0..1), shape (ah, aw, 3 or 4)
        The decoded answer, in whatever size it came.
    selection : array of uint8, shape (h, w)
        The selection over the region.
    options : FitOptions
    known : array of uint8, shape (h, w), optional
        0 where `original` was made up, since the source is transparent there or does not reach so
        far: such pixels are no evidence of anything. All is known when omitted.
    painted : array of uint8, shape (h, w), optional
        Anything but 0 where the model was free to paint, which is usually a little more than the
        selection. What it painted there tells nothing of drift and tone. Just the selection when
        omitted.

    Returns
    -------
    Fitted
        Where the answer equals the upload, its pixels come back exactly.
    """
    # OpenCV takes 0.1 s to load, so it waits until there is something to fit.
    from seamfill.fit.fitting import fit_answer

    return fit_answer(original, answer, selection, options, known, painted)
