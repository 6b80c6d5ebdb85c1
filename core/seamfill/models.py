"""What an endpoint offers: what the catalogue says, and what the endpoint itself lists."""

from __future__ import annotations

import contextlib
import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from seamfill.errors import SeamfillError
from seamfill.servers import may_edit
from seamfill.transport.listing import list_models

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping

    from seamfill.catalog import Model
    from seamfill.settings import Target

__all__ = ["ModelReport", "Offer", "report", "shutdown_warning"]

_SOON = 60  # days before its end at which a model is warned of


@dataclass(frozen=True)
class Offer:
    """One model at one endpoint.

    Parameters
    ----------
    model : Model
        With the date of its shutdown as the endpoint tells it, where it does.
    listed : bool or None
        Whether the endpoint lists it; None where it was not asked or does not say.
    default : bool
        Whether it is used when none is named.
    warning : str
        A sentence for the user; empty where all is well.
    """

    model: Model
    listed: bool | None
    default: bool
    warning: str


@dataclass(frozen=True)
class ModelReport:
    """All models of an endpoint.

    Parameters
    ----------
    offers : tuple of Offer
        Those of the catalogue first, then what else the endpoint lists that edits images, as
        far as it, the catalogue or the name tells; at a server of one's own, all that may.
    trouble : str
        Why the endpoint could not be asked; empty where it was, or is embedded.
    """

    offers: tuple[Offer, ...]
    trouble: str = ""


def report(
    target: Target,
    *,
    ask: bool = True,
    today: datetime.date | None = None,
    cancel: threading.Event | None = None,
) -> ModelReport:
    """Tell what an endpoint offers.

    Parameters
    ----------
    target : Target
        From `settings.resolve`.
    ask : bool
        Whether to ask the endpoint itself as well, with its key.
    today : datetime.date, optional
        What warnings go by.
    cancel : threading.Event, optional

    Returns
    -------
    ModelReport
        An endpoint that cannot be asked is no error.

    Raises
    ------
    Cancelled
        If the user cancelled.
    """
    today = today or datetime.datetime.now(datetime.UTC).date()
    listed: Mapping[str, Mapping[str, Any]] | None = None
    trouble = ""
    if ask:
        try:
            listed = list_models(target, cancel)
        except SeamfillError as error:
            if error.code == "cancelled":
                raise
            trouble = str(error)
    names = [*target.endpoint.models]
    names += [name for name in listed or {} if name not in names and _edits(name, target, listed)]
    offers = [_offer(name, target, listed, today) for name in names]
    return ModelReport(tuple(offers), trouble)


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


def _edits(name: str, target: Target, listed: Mapping[str, Mapping[str, Any]] | None) -> bool:
    """Whether a listed model is worth showing."""
    endpoint = target.endpoint
    found = may_edit(name, (listed or {}).get(name, {}))
    if found is None:
        own = not endpoint.model(endpoint.default_model).named
        return own or endpoint.model(name).known
    return found


def _offer(
    name: str,
    target: Target,
    listed: Mapping[str, Mapping[str, Any]] | None,
    today: datetime.date,
) -> Offer:
    model = target.endpoint.model(name)
    told = (listed or {}).get(name, {}).get("shutdown_date")
    if isinstance(told, str):
        with contextlib.suppress(ValueError):  # a date in no form that is known says nothing
            model = replace(model, shutdown=datetime.date.fromisoformat(told[:10]))
    return Offer(
        model=model,
        listed=None if listed is None else name in listed,
        default=name == target.endpoint.default_model,
        warning=shutdown_warning(model, today),
    )
