"""What can be chosen about a fit."""

from __future__ import annotations

from dataclasses import dataclass

from seamfill.options.schema import FITTED, Option, described, of, option

__all__ = ["EDGE", "FitOptions", "fit_options"]

EDGE = Option(
    "Width over which old and new mix inside the selection; 0 is a hard edge.", FITTED,
    unit="pixels", least=0, largest=4096, unset="adaptive",
)  # fmt: skip


@described
@dataclass(frozen=True)
class FitOptions:
    """How an answer is fitted."""

    register: bool = option(
        True, "Undo the shift, zoom and warp of the answer.", FITTED, off="Leave it where it lies."
    )
    tone: bool = option(
        True, "Fit the answer's tones to the picture.", FITTED, off="Leave its tones."
    )
    edge: float | None = of(None, EDGE)


def fit_options(
    fit: bool, edge: float | None, *, register: bool = True, tone: bool = True
) -> FitOptions:
    """Say how an answer is fitted.

    Parameters
    ----------
    fit : bool
        False for the answer as it came: neither registered nor toned, and with a hard edge where
        no other is asked for.
    edge : float, optional
        In region pixels; see `FitOptions`.
    register, tone : bool
        See `FitOptions`; they count where `fit` is true.

    Returns
    -------
    FitOptions
    """
    if not fit:
        return FitOptions(register=False, tone=False, edge=edge or 0.0)
    return FitOptions(register=register, tone=tone, edge=edge)
