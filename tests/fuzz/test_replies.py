"""What endpoints reply, as bytes: documents, streams, headers, pictures."""

from __future__ import annotations

import functools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from seamfill.api.reply_parser import ReplyParser
from tests.fuzz import clean, fuzz

TYPES = ["", "application/json", "text/event-stream", "image/png", "text/html"]


def parsed(body: bytes, content_type: str) -> Any:
    parser = ReplyParser(content_type, lambda *_: None)
    parser.feed(body)
    return parser.end()


@fuzz("replies")
@given(st.binary(max_size=2000))
def test_any_body_is_understood_or_refused(body: bytes) -> None:
    for content_type in TYPES:
        clean(functools.partial(parsed, body, content_type))
