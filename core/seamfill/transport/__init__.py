"""HTTP: sending, retrying, streaming, downloading."""

from seamfill.transport.models import list_models
from seamfill.transport.recovery import restore
from seamfill.transport.sender import send

__all__ = ["list_models", "restore", "send"]
