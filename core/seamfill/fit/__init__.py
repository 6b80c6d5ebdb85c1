"""Register, tone, texture, edge: what turns an answer into a patch, with a report of it all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seamfill.fit.report import FitReport, Fitted, rank
from seamfill.options import FitOptions

if TYPE_CHECKING:
    from seamfill.fit.original import Original
    from seamfill.image.arrays import Pixels, SelectionMap

__all__ = ["FitOptions", "FitReport", "Fitted", "fit", "fit_prepared", "prepare", "rank"]


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
    return fit_prepared(prepare(original, selection, known=known, painted=painted), answer, options)


def prepare(
    original: Pixels,
    selection: SelectionMap,
    *,
    known: SelectionMap | None = None,
    painted: SelectionMap | None = None,
) -> Original:
    """Make ready what a fit needs of the original alone, as while an answer is awaited.

    Parameters
    ----------
    original, selection, known, painted : array
        As `fit` takes them.

    Returns
    -------
    Original
        For any number of answers; what is not made yet is made when it is needed.
    """
    # OpenCV takes 0.1 s to load, so it waits until there is something to fit.
    from seamfill.fit.original import Original

    return Original(original, selection, known, painted)


def fit_prepared(
    original: Original,
    answer: Pixels,
    options: FitOptions = FitOptions(),  # noqa: B008 (frozen)
) -> Fitted:
    """Fit an answer to what `prepare` made.

    Parameters
    ----------
    original : Original
    answer : array
    options : FitOptions
        As `fit` takes them.

    Returns
    -------
    Fitted
        As `fit` returns it.
    """
    from seamfill.fit.fitting import fit_answer

    return fit_answer(original, answer, options)
