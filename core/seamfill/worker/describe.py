"""What can be chosen, told as plain data for the plug-in's dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seamfill.endpoints import keys, load_catalog
from seamfill.endpoints.own import KINDS
from seamfill.endpoints.resolve import default_entry
from seamfill.endpoints.telling import told
from seamfill.version import __version__
from seamfill.worker.messages import (
    Description,
    EndpointDescription,
    KindDescription,
    ModelDescription,
)

if TYPE_CHECKING:
    from seamfill.endpoints import Endpoint, Model

__all__ = ["describe"]


def describe() -> Description:
    """Tell endpoints, models and what each of them takes; no key is in it."""
    catalog = load_catalog()
    default = default_entry(catalog)
    endpoints = {**catalog.endpoints, default.name: default}
    stored = keys.stored()
    return Description(
        version=__version__,
        default_endpoint=default.name,
        kinds=[KindDescription(kind, catalog.endpoints[kind].title) for kind in KINDS],
        endpoints=[_endpoint(endpoint, stored) for endpoint in endpoints.values()],
    )


def _endpoint(endpoint: Endpoint, stored: frozenset[str]) -> EndpointDescription:
    return EndpointDescription(
        **told(endpoint, stored),
        needs_key=endpoint.auth != "none",
        models=[_model(model) for model in endpoint.models.values()],
    )


def _model(model: Model) -> ModelDescription:
    return ModelDescription(
        name=model.name,
        title=model.title,
        sizes=[f"{size.w}x{size.h}" for size in model.sizes.fixed],
        qualities=list(model.qualities),
        backgrounds=list(model.backgrounds),
        moderations=list(model.moderations),
        output_formats=list(model.output_formats),
        fidelities=list(model.fidelities),
        response_formats=list(model.response_formats),
        complexities=list(model.complexities),
        compression=model.compression,
        max_n=model.max_n,
        max_images=model.max_images,
        markup=model.markup,
        stream=model.stream,
        reads_prompt=model.reads_prompt,
        shutdown=model.shutdown.isoformat() if model.shutdown else None,
    )
