"""What can be chosen, told as plain data for the plug-in's dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seamfill.endpoints import keys, load_catalog
from seamfill.endpoints.own import KINDS
from seamfill.endpoints.resolve import default_entry
from seamfill.endpoints.telling import told
from seamfill.options import EditRequest, options_of
from seamfill.version import __version__

if TYPE_CHECKING:
    from seamfill.endpoints import Endpoint, Model

__all__ = ["describe"]

VALUES = tuple(option.values_of for option in options_of(EditRequest) if option.values_of)
"""What a model lists the values of."""


def describe() -> dict[str, Any]:
    """Tell endpoints, models and what each of them takes.

    Returns
    -------
    dict
        As ``docs/worker.md`` has it; holds no key.
    """
    catalog = load_catalog()
    default = default_entry(catalog)
    endpoints = {**catalog.endpoints, default.name: default}
    return {
        "version": __version__,
        "default_endpoint": default.name,
        "kinds": [{"name": kind, "title": catalog.endpoints[kind].title} for kind in KINDS],
        "endpoints": [_endpoint(endpoint, keys.stored()) for endpoint in endpoints.values()],
    }


def _endpoint(endpoint: Endpoint, stored: frozenset[str]) -> dict[str, Any]:
    return {
        **told(endpoint, stored),
        "needs_key": endpoint.auth != "none",
        "models": [_model(model) for model in endpoint.models.values()],
    }


def _model(model: Model) -> dict[str, Any]:
    return {
        "name": model.name,
        "title": model.title,
        "sizes": [f"{size.w}x{size.h}" for size in model.sizes.fixed],
        **{name: list(getattr(model, name)) for name in VALUES},
        "compression": model.compression,
        "max_n": model.max_n,
        "max_images": model.max_images,
        "markup": model.markup,
        "stream": model.stream,
        "reads_prompt": model.reads_prompt,
        "shutdown": model.shutdown.isoformat() if model.shutdown else None,
    }
