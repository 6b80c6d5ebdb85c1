"""What can be chosen about a fit."""

from __future__ import annotations

import math
from dataclasses import dataclass

from seamfill.errors import BadInput

__all__ = ["FitOptions", "fit_options"]


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
        See `FitOptions`.
    register, tone : bool
        See `FitOptions`; they count where `fit` is true.

    Raises
    ------
    BadInput
        If the edge is negative or endless.
    """
    if edge is not None and not 0 <= edge < math.inf:
        raise BadInput(f"The edge cannot be {edge:g} pixels wide.", "Use 0 for a hard edge.")
    if not fit:
        return FitOptions(register=False, tone=False, edge=edge or 0.0)
    return FitOptions(register=register, tone=tone, edge=edge)
