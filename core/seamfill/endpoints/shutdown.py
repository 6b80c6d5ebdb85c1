"""Models that are switched off soon, or were."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seamfill.endpoints.entries import Model

__all__ = ["shutdown_warning"]

_SOON = 60  # days before its end at which a model is warned of


def shutdown_warning(model: Model, today: datetime.date | None = None) -> str:
    """A sentence where a model is switched off or soon will be; else empty.

    Parameters
    ----------
    model : Model
    today : datetime.date, optional
    """
    today = today or datetime.datetime.now(datetime.UTC).date()
    if model.shutdown is None or not model.closes_within(_SOON, today):
        return ""
    instead = f" Use {model.successor} instead." if model.successor else ""
    if model.shutdown <= today:
        return f"{model.name} was switched off on {model.shutdown}.{instead}"
    return f"{model.name} will be switched off on {model.shutdown}.{instead}"
