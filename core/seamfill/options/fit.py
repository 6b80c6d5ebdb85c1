"""What can be chosen about a fit."""

from __future__ import annotations

from dataclasses import dataclass

from seamfill.options.schema import FITTED, Option, described, of, option

__all__ = ["EDGE", "TEXTURE", "TEXTURE_SEED", "FitOptions", "fit_options"]

EDGE = Option(
    "Width over which old and new mix inside the selection; 0 is a hard edge.", FITTED,
    unit="pixels", least=0, largest=4096, unset="adaptive",
)  # fmt: skip


TEXTURE = Option(
    "Make the answer as sharp and as grainy as the picture around it.", FITTED,
    choices=("auto", "off"),
)  # fmt: skip

TEXTURE_SEED = Option(
    "Which of all possible grains is added; the same seed gives the same.", FITTED,
    least=0, largest=2**32 - 1,
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
    texture: str = of("auto", TEXTURE)
    texture_seed: int = of(0, TEXTURE_SEED)


def fit_options(
    fit: bool,
    edge: float | None,
    *,
    register: bool = True,
    tone: bool = True,
    texture: str = "auto",
    texture_seed: int = 0,
) -> FitOptions:
    """Say how an answer is fitted.

    Parameters
    ----------
    fit : bool
        False for the answer as it came: neither registered nor toned nor given texture, and with
        a hard edge where no other is asked for.
    edge : float, optional
        In region pixels; see `FitOptions`.
    register, tone : bool
    texture : str
    texture_seed : int
        See `FitOptions`; they count where `fit` is true.

    Returns
    -------
    FitOptions
    """
    if not fit:
        return FitOptions(register=False, tone=False, edge=edge or 0.0, texture="off")
    return FitOptions(register, tone, edge, texture, texture_seed)
