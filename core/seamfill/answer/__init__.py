"""Replies of every shape, turned into images and usage, within limits."""

from seamfill.answer.picture import AnswerImage
from seamfill.answer.reply import Item, Parsed, Reply, parse_document, salvage

__all__ = ["AnswerImage", "Item", "Parsed", "Reply", "parse_document", "salvage"]
