"""An edit request: what the user asks for, validated, then turned into multipart fields."""

from seamfill.api.cost import billed_cost, estimate_cost
from seamfill.api.form import FilePart, WireRequest, build, mask_style, split
from seamfill.api.image import AnswerImage
from seamfill.api.reply import Item, Parsed, Reply, parse_document, salvage
from seamfill.api.upload import Upload
from seamfill.api.validation import validate
from seamfill.options import EditRequest

__all__ = [
    "AnswerImage",
    "EditRequest",
    "FilePart",
    "Item",
    "Parsed",
    "Reply",
    "Upload",
    "WireRequest",
    "billed_cost",
    "build",
    "estimate_cost",
    "mask_style",
    "parse_document",
    "salvage",
    "split",
    "validate",
]
