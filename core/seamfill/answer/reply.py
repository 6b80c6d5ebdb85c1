"""What an endpoint replied, in whatever shape."""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from seamfill.answer.picture import AnswerImage

__all__ = ["Item", "Parsed", "Reply", "decode_base64", "parse_document", "salvage"]

_QUOTED = 4  # so often is a reply at most quoted inside another's text
_UNQUOTED = {b'"': b'"', b"\\": b"\\", b"n": b"\n"}


@dataclass(frozen=True)
class Reply:
    """The answers of one request.

    Parameters
    ----------
    images : tuple of AnswerImage
        At least one.
    usage : mapping, optional
        What was billed, as the endpoint told it.
    request_id : str, optional
        The endpoint's own name for the request.
    problems : tuple of str
        What is wrong though there are answers: sentences for the user.
    """

    images: tuple[AnswerImage, ...]
    usage: Mapping[str, Any] | None = None
    request_id: str | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """One answer as the reply holds it: bytes, or an address to fetch them from."""

    data: bytes | None = field(default=None, repr=False)
    url: str | None = None
    revised_prompt: str | None = None


@dataclass
class Parsed:
    """What was found in a reply so far.

    Parameters
    ----------
    items : list of Item
    usage : mapping, optional
    error : mapping, optional
        An error that came instead of answers, or after some.
    task : str, optional
        The name of a task, where the endpoint answers later and elsewhere.
    broken : int
        Answers that were there and could not be read.
    """

    items: list[Item] = field(default_factory=list)
    usage: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None
    task: str | None = None
    broken: int = 0

    def add(self, document: Any) -> None:
        """Take in one JSON document, or one event of a stream."""
        found = parse_document(document)
        self.items += found.items
        self.usage = _added(self.usage, found.usage)
        self.error = self.error or found.error
        self.task = self.task or found.task
        self.broken += found.broken


def parse_document(document: Any) -> Parsed:
    """What one JSON document holds; never raises.

    Parameters
    ----------
    document : any JSON value
    """
    parsed = Parsed()
    if isinstance(document, list):
        document = {"data": document}
    if not isinstance(document, Mapping):
        return parsed
    usage = document.get("usage")
    parsed.usage = usage if isinstance(usage, Mapping) else None
    parsed.error = find_error(document)
    for entry in _entries(document):
        item = _item(entry)
        if item is None:
            parsed.broken += 1
        else:
            parsed.items.append(item)
    if not parsed.items:
        parsed.task = _task(document)
    return parsed


def find_error(document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """An error of any of the shapes in use, as ``{"message", "type", "code", "param", …}``.

    OpenAI's is ``{"error": {…}}``; others write ``{"error": "text"}``, ``{"detail": …}``,
    ``{"code", "message"}`` or ``{"errors": […]}``.
    """
    error = document.get("error")
    if isinstance(error, list):
        error = error[0] if error else None
    if isinstance(error, Mapping):
        return {**error, "message": _text(error.get("message") or error.get("detail"))}
    if isinstance(error, str) and error:
        return {"message": _text(document.get("message")) or error, "code": error}
    detail = document.get("detail") or document.get("errors")
    if detail:
        return {"message": _text(detail)}
    if isinstance(document.get("message"), str) and _is_failure(document):
        return {"message": document["message"], "code": document.get("code")}
    return None


def salvage(raw: bytes) -> list[bytes]:
    """Whole images in a reply that is cut off, garbled, or quoted inside an error's message.

    Parameters
    ----------
    raw : bytes
        Any part of a reply.

    Returns
    -------
    list of bytes
        Encoded images; those of partial previews are left out.
    """
    for _ in range(_QUOTED):
        if images := _salvaged(raw):
            return images
        if b'\\"b64_json' not in raw:
            break
        raw = re.sub(rb'\\(["\\n])', lambda found: _UNQUOTED[found[1]], raw)
    return []


def _salvaged(raw: bytes) -> list[bytes]:
    images = []
    for match in re.finditer(rb'"b64_json"\s*:\s*"([A-Za-z0-9+/=_\\-]{64,})"', raw):
        line_start = raw.rfind(b"\n", 0, match.start()) + 1
        line_end = raw.find(b"\n", match.end())
        line = raw[line_start : line_end if line_end >= 0 else len(raw)]
        head = line[: match.start() - line_start] + line[match.end() - line_start :]
        if b"partial_image" in head:
            continue
        data = decode_base64(match[1].replace(b"\\/", b"/").decode())
        if data:
            images.append(data)
    return images


def decode_base64(text: str) -> bytes | None:
    """Base64 in either alphabet, with or without padding, line breaks or a data URL's head."""
    if text.startswith("data:"):
        head, comma, text = text.partition(",")
        if not comma:
            return None
        if not head.endswith(";base64"):
            return unquote_to_bytes(text) or None
    with contextlib.suppress(binascii.Error, ValueError):  # as it nearly always is
        return base64.b64decode(text, validate=True) or None
    text = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _entries(document: Mapping[str, Any]) -> list[Any]:
    for key in ("data", "images"):
        entries = document.get(key)
        if isinstance(entries, list):
            return entries
        if isinstance(entries, Mapping):
            if nested := _entries(entries):
                return nested
            if "url" in entries or "b64_json" in entries:
                return [entries]
    return [document] if "b64_json" in document else []


def _item(entry: Any) -> Item | None:
    if isinstance(entry, str):
        entry = {"url" if entry.startswith(("http:", "https:", "data:")) else "b64_json": entry}
    if not isinstance(entry, Mapping):
        return None
    prompt = entry.get("revised_prompt")
    revised = prompt if isinstance(prompt, str) and prompt else None
    encoded, url = entry.get("b64_json"), entry.get("url")
    if isinstance(encoded, str) and encoded:
        data = decode_base64(encoded)
        return Item(data=data, revised_prompt=revised) if data else None
    if isinstance(url, str) and url.startswith("data:"):
        data = decode_base64(url)
        return Item(data=data, revised_prompt=revised) if data else None
    return Item(url=url, revised_prompt=revised) if isinstance(url, str) and url else None


def _task(document: Mapping[str, Any]) -> str | None:
    data = document.get("data")
    candidates = [document, *(data if isinstance(data, list) else [data])]
    for candidate in candidates:
        if not isinstance(candidate, Mapping):
            continue
        for key in ("task_id", "taskId", "polling_url", "request_id"):
            if key in candidate and (key != "request_id" or "status" in candidate):
                return str(candidate[key])
        if "id" in candidate and "status" in candidate:
            return str(candidate["id"])
    return None


def _is_failure(document: Mapping[str, Any]) -> bool:
    code = document.get("code")
    return (
        document.get("type") == "error"
        or document.get("success") is False
        or (code not in {None, 0, 200, "", "success", "ok"} and "data" not in document)
    )


def _text(value: Any) -> str:
    """A message out of whatever stands in its place."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return _text(value.get("message") or value.get("msg") or value.get("error") or "")
    if isinstance(value, list):
        return "; ".join(filter(None, map(_text, value)))
    return ""


def _added(
    total: Mapping[str, Any] | None, more: Mapping[str, Any] | None
) -> Mapping[str, Any] | None:
    """Usage of several completed events, added up where it is numbers."""
    if total is None or more is None:
        return more if total is None else total
    return {key: _sum(total.get(key), more.get(key)) for key in {**total, **more}}


def _sum(one: Any, other: Any) -> Any:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return _added(one, other)
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one + other
    return one if other is None else other
