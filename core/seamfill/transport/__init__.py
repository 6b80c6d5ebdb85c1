"""HTTP: sending, retrying, streaming, downloading."""

from seamfill.transport.listing import list_models
from seamfill.transport.restoring import restore
from seamfill.transport.sending import send

__all__ = ["list_models", "restore", "send"]
