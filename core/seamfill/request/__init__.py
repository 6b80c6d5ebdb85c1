"""An edit request: what the user asks for, validated, then turned into multipart fields."""

from seamfill.request.cost import billed_cost, estimate_cost
from seamfill.request.edit import EditRequest, Upload
from seamfill.request.multipart import FilePart, WireRequest
from seamfill.request.upload import build, split
from seamfill.request.validation import check_bounds, validate

__all__ = [
    "EditRequest",
    "FilePart",
    "Upload",
    "WireRequest",
    "billed_cost",
    "build",
    "check_bounds",
    "estimate_cost",
    "split",
    "validate",
]
