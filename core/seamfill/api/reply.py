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

from seamfill.api.json_reading import Encoded, tidy

if TYPE_CHECKING:
    from collections.abc import Callable

    from seamfill.api.image import AnswerImage

__all__ = ["MAX_ITEMS", "Item", "Parsed", "Reply", "decode_base64", "parse_document", "salvage"]

_QUOTED = 4  # so often is a reply at most quoted inside another's text
_QUOTED_BYTES = 128 * 1024 * 1024  # and is then no longer than this
MAX_ITEMS = 100  # ten times what anybody may ask for
_MAX_URL = 8192  # characters
_TELLS = {"error", "detail", "message", "status", "task_id", "polling_url"}
"""What stands beside an address that is no picture's: a failure's, or a task's."""
_PICTURE = re.compile(rb'"b64_json"\s*+:\s*+"([A-Za-z0-9+/=_\\-]{64,}+)"')
_ALPHABET = bytes.maketrans(b"-_", b"+/")
_PREVIEW = re.compile(rb"partial_image(?!s)")


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
        """Take in one JSON document, or one event of a stream.

        Parameters
        ----------
        document : any
            As JSON has it.
        """
        found = parse_document(document)
        self.items += found.items[: MAX_ITEMS - len(self.items)]
        self.usage = _added(self.usage, found.usage)
        self.error = self.error or found.error
        self.task = self.task or found.task
        self.broken += found.broken

    def told(self, hide: Callable[[str], str]) -> Parsed:
        """The same, with all that may be shown or written made fit for it.

        Parameters
        ----------
        hide : callable
            Takes the key out of a text.
        """
        return Parsed(
            items=[
                Item(item.data, _told(item.url, hide), _told(item.revised_prompt, hide))
                for item in self.items
            ],
            usage=tidy(self.usage, hide),
            error=tidy(self.error, hide),
            task=_told(self.task, hide),
            broken=self.broken,
        )


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


def salvage(raw: bytes | bytearray) -> list[bytes]:
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
        if len(raw) > _QUOTED_BYTES or b'\\"b64_json' not in raw:
            break
        raw = raw.replace(b'\\"', b'"').replace(b"\\n", b"\n").replace(b"\\\\", b"\\")
    return []


def _salvaged(raw: bytes | bytearray) -> list[bytes]:
    """Look once through all of it, however many lines and pictures there are."""
    images: list[bytes] = []
    line_end, preview = -1, False
    for match in _PICTURE.finditer(raw):
        if match.start() > line_end:
            line_start = raw.rfind(b"\n", line_end + 1, match.start()) + 1
            line_end = raw.find(b"\n", match.end())
            line_end = len(raw) if line_end < 0 else line_end
            preview = _PREVIEW.search(raw, max(line_start, 0), line_end) is not None
        data = None if preview else decode_base64(Encoded(memoryview(match[1])))
        if data:
            images.append(data)
        if len(images) == MAX_ITEMS:
            break
    return images


def decode_base64(text: str | Encoded) -> bytes | None:
    """Base64 in either alphabet, with or without padding, line breaks or a data URL's head.

    Parameters
    ----------
    text : str or Encoded

    Returns
    -------
    bytes or None
        None where it is no Base64, or holds nothing.
    """
    raw = text.raw if isinstance(text, Encoded) else memoryview(text.encode("ascii", "replace"))
    if bytes(raw[:5]) == b"data:":
        head, comma, _rest = bytes(raw[:_MAX_URL]).partition(b",")
        if not comma:
            return None
        if not head.endswith(b";base64"):
            return unquote_to_bytes(bytes(raw[len(head) + 1 :])) or None
        raw = raw[len(head) + 1 :]
    with contextlib.suppress(binascii.Error, ValueError):  # as it nearly always is
        return base64.b64decode(raw, validate=True) or None
    plain = bytes(raw)
    for escaped, meant in ((b"\\/", b"/"), (b"\\n", b""), (b"\\r", b"")):
        plain = plain.replace(escaped, meant)
    plain = b"".join(plain.split()).rstrip(b"=").translate(_ALPHABET)
    try:
        return base64.b64decode(plain + b"=" * (-len(plain) % 4), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _entries(document: Mapping[str, Any], depth: int = 8) -> list[Any]:
    for key in ("data", "images"):
        entries = document.get(key)
        if isinstance(entries, list):
            return entries[: MAX_ITEMS + 1]
        if isinstance(entries, Mapping):
            if depth and (nested := _entries(entries, depth - 1)):
                return nested
            if "url" in entries or "b64_json" in entries:
                return [entries]
    bare = "b64_json" in document or (_TELLS.isdisjoint(document) and "url" in document)
    return [document] if bare else []


def _item(entry: Any) -> Item | None:
    if isinstance(entry, str | Encoded):
        address = isinstance(entry, str) and entry.startswith(("http:", "https:", "data:"))
        entry = {"url" if address else "b64_json": entry}
    if not isinstance(entry, Mapping):
        return None
    prompt = entry.get("revised_prompt")
    revised = prompt if isinstance(prompt, str) and prompt else None
    encoded, url = entry.get("b64_json"), entry.get("url")
    if (isinstance(encoded, str) and encoded) or isinstance(encoded, Encoded):
        data = decode_base64(encoded)
        return Item(data=data, revised_prompt=revised) if data else None
    if isinstance(url, Encoded) or (isinstance(url, str) and url.startswith("data:")):
        data = decode_base64(url)
        return Item(data=data, revised_prompt=revised) if data else None
    if isinstance(url, str) and 0 < len(url) <= _MAX_URL:
        return Item(url=url, revised_prompt=revised)
    return None


def _task(document: Mapping[str, Any]) -> str | None:
    data = document.get("data")
    candidates = [document, *(data if isinstance(data, list) else [data])]
    for candidate in candidates:
        if not isinstance(candidate, Mapping):
            continue
        for key in ("task_id", "taskId", "polling_url", "request_id"):
            if key in candidate and (key != "request_id" or "status" in candidate):
                return _name(candidate[key])
        if "id" in candidate and "status" in candidate:
            return _name(candidate["id"])
    return None


def _name(value: Any) -> str:
    if isinstance(value, int):
        return str(value) if abs(value) < 10**18 else ""
    return value if isinstance(value, str) else ""


def _told(text: str | None, hide: Callable[[str], str]) -> str | None:
    return None if text is None else str(tidy(text, hide))


def _is_failure(document: Mapping[str, Any]) -> bool:
    code = document.get("code")
    return (
        document.get("type") == "error"
        or document.get("success") is False
        or (code not in (None, 0, 200, "", "success", "ok") and "data" not in document)
    )


def _text(value: Any, depth: int = 8) -> str:
    """A message out of whatever stands in its place."""
    if isinstance(value, str):
        return value
    if depth and isinstance(value, Mapping):
        inner = value.get("message") or value.get("msg") or value.get("error") or ""
        return _text(inner, depth - 1)
    if depth and isinstance(value, list):
        return "; ".join(filter(None, (_text(item, depth - 1) for item in value[:8])))
    return ""


def _added(
    total: Mapping[str, Any] | None, more: Mapping[str, Any] | None, depth: int = 8
) -> Mapping[str, Any] | None:
    """Usage of several completed events, added up where it is numbers."""
    if total is None or more is None or not depth:
        return more if total is None else total
    names = {**total, **more}
    return {key: _sum(total.get(key), more.get(key), depth - 1) for key in names}


def _sum(one: Any, other: Any, depth: int) -> Any:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return _added(one, other, depth)
    if isinstance(one, int | float) and isinstance(other, int | float):
        with contextlib.suppress(OverflowError):
            return one + other
    return one if other is None else other
