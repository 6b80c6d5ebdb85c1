"""HTTP: sending, retrying, streaming, downloading."""

from seamfill.transport.sending import send

__all__ = ["send"]
