"""Endpoints and models as data: the built-in catalogue and the user's own additions."""

from seamfill.endpoints.entries import ANY, Catalog, Endpoint, MaskStyle, Model, Price
from seamfill.endpoints.loading import load_catalog

__all__ = ["ANY", "Catalog", "Endpoint", "MaskStyle", "Model", "Price", "load_catalog"]
