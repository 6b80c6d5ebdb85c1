"""What an edit was made of, told as JSON: for the journal, and for the layers that came of it."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from seamfill.endpoints.addresses import masked_url

if TYPE_CHECKING:
    from seamfill.edits.plan import Plan
    from seamfill.image.source import Source
    from seamfill.options import EditRequest

__all__ = ["recipe", "summary_of"]


def recipe(request: EditRequest) -> dict[str, Any]:
    """Tell a request as JSON, leaving out all that was left to be chosen.

    Parameters
    ----------
    request : EditRequest

    Returns
    -------
    dict
        Name to value; paths as text, boxes as lists.
    """
    told: dict[str, Any] = {}
    for item in dataclasses.fields(request):
        value = getattr(request, item.name)
        if item.name == "base_url" and value:
            value = masked_url(value)
        if value != item.default:
            told[item.name] = json.loads(json.dumps(value, default=str))
    return told


def summary_of(request: EditRequest, source: Source, plan: Plan, origin: str) -> dict[str, Any]:
    """Tell an edit for the journal, enough for a later refit.

    Parameters
    ----------
    request : EditRequest
    source : Source
    plan : Plan
    origin : str
        What the source is called.

    Returns
    -------
    dict
        As JSON takes it.
    """
    return {
        "origin": origin,
        "source_size": list(source.size),
        "uploads": [
            {"region": list(placement.region), "size": list(placement.size)}
            for placement in plan.placements
        ],
        "endpoint": plan.target.endpoint.name,
        "model": plan.target.model.name,
        "request": recipe(request),
    }
