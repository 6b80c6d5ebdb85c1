"""A reply that is an error, whatever shape the endpoint or a proxy gave it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seamfill.api.json_reading import load_json, tidy
from seamfill.api.reply import find_error

if TYPE_CHECKING:
    from seamfill.endpoints.target import Target

__all__ = [
    "Failure",
    "from_error",
    "hiding",
    "read_failure",
    "request_id_of",
    "safe_text",
    "told_headers",
]

_MAX_HEADER = 2000  # characters

# OpenAI's words, and those of the gateways that are made in China.
_NO_MONEY = re.compile(
    "exceeded your current quota|billing hard limit|insufficient (quota|balance|credit|funds)"
    "|余额不足|额度不足"
)


@dataclass(frozen=True)
class Failure:
    """A reply that is an error.

    Parameters
    ----------
    status : int
        Of HTTP; guessed from the error where that is inside a 200.
    message : str
        The endpoint's own, safe to show.
    code, kind, parameter : str
        ``code``, ``type`` and ``param`` of the error; empty where there is none.
    html : bool
        Whether a web page came instead of an answer.
    sent : bool
        Whether the endpoint may have had a whole upload, and may bill it.
    details : mapping
        The whole error.
    request_id : str, optional
    """

    status: int
    message: str = ""
    code: str = ""
    kind: str = ""
    parameter: str = ""
    html: bool = False
    sent: bool = True
    details: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    request_id: str | None = None

    @property
    def unknown_parameter(self) -> str | None:
        """The parameter that the endpoint does not know."""
        named = re.search(r"(?:unknown|unsupported|unrecognized) parameter:? '?(\w+)", self._text)
        if self.code in {"unknown_parameter", "unsupported_parameter"} or named:
            return self.parameter or (named[1] if named else None)
        return None

    @property
    def _text(self) -> str:
        return self.message.lower()

    @property
    def is_quota(self) -> bool:
        """Whether money or allowance ran out, which no waiting cures."""
        codes = {
            "insufficient_quota", "billing_hard_limit_reached", "billing_not_active",
            "insufficient_user_quota", "insufficient_balance",
        }  # fmt: skip
        return (
            self.status == 402
            or bool(codes & {self.code, self.kind})
            or _NO_MONEY.search(self._text) is not None
        )


def hiding(target: Target) -> Callable[[str], str]:
    """What takes a target's key out of a text.

    Parameters
    ----------
    target : Target
    """
    return target.key.redact if target.key is not None else str


def told_headers(headers: Mapping[str, str], target: Target) -> dict[str, str]:
    """A reply's headers as they may be shown and written.

    Parameters
    ----------
    headers : mapping of str to str
    target : Target
        Whose key is taken out.
    """
    hide = hiding(target)
    return {hide(name[:_MAX_HEADER]): hide(value[:_MAX_HEADER]) for name, value in headers.items()}


def request_id_of(headers: Mapping[str, str]) -> str | None:
    """The endpoint's own name for a request, as far as it can be shown.

    Parameters
    ----------
    headers : mapping of str to str
        Names in lower case.

    Returns
    -------
    str or None
    """
    name = "".join(char for char in headers.get("x-request-id", "")[:200] if char.isprintable())
    return name or None


def read_failure(
    status: int,
    headers: Mapping[str, str],
    body: bytes | bytearray,
    target: Target,
    *,
    sent: bool = True,
) -> Failure:
    """Understand an error reply.

    Parameters
    ----------
    status : int
    headers : mapping of str to str
        Names in lower case.
    body : bytes or bytearray
    target : Target
    sent : bool
        Whether the endpoint may have had a whole upload.
    """
    text = bytes(body[:65536]).decode("utf-8", "replace").strip()
    try:
        document = load_json(text.encode())
    except ValueError:
        document = None
    headers = told_headers(headers, target)
    error = find_error(document) if isinstance(document, Mapping) else None
    html = text[:200].lower().startswith(("<!doctype", "<html")) or "html" in headers.get(
        "content-type", ""
    )
    if error is None:
        if isinstance(document, Mapping):
            text = str(document.get("message") or document.get("msg") or "")
        return Failure(
            status,
            "" if html else safe_text(text, target),
            html=html,
            sent=sent,
            headers=headers,
            request_id=request_id_of(headers),
        )
    return from_error(error, status, headers, target, sent=sent)


def from_error(
    error: Mapping[str, Any],
    status: int,
    headers: Mapping[str, str],
    target: Target,
    *,
    sent: bool = True,
) -> Failure:
    """Understand an error object, wherever it was found.

    Parameters
    ----------
    error : mapping
        As it came.
    status : int
        Of the reply.
    headers : mapping of str to str
    target : Target
    sent : bool
        Whether the request had gone out as a whole.

    Returns
    -------
    Failure
    """
    error = tidy(error, hiding(target))
    message = safe_text(str(error.get("message") or ""), target)
    named = re.search(r"\s*\(request[ _]id: ([\w-]+)\)", message, re.IGNORECASE)
    if named:
        message = message.replace(named[0], "")
    failure = Failure(
        status,
        message,
        code=_word(error.get("code"), target),
        kind=_word(error.get("type"), target),
        parameter=_word(error.get("param"), target),
        sent=sent,
        details=error,
        headers=headers,
        request_id=request_id_of(headers) or (named[1] if named else None),
    )
    if status < 400:
        return Failure(**{**failure.__dict__, "status": _status_of(failure)})
    return failure


def _word(value: Any, target: Target) -> str:
    return safe_text(str(value or ""), target)[:100]


def _status_of(failure: Failure) -> int:
    """The status that an error inside a 200 would have had."""
    if re.fullmatch(r"[45][0-9]{2}", failure.code):
        return int(failure.code)
    if "rate_limit" in failure.code + failure.kind or "rate limit" in failure.message.lower():
        return 429
    if failure.code == "invalid_api_key" or "authentication" in failure.kind:
        return 401
    return 400 if "user_error" in failure.kind or "invalid" in failure.kind + failure.code else 500


_JSON = re.compile(r'\s*(\{|\[\s*[\[{"\]])')  # but not the place that some name first, in brackets
_MAX_READ = 4000  # characters of a stranger's text


def safe_text(text: str, target: Target) -> str:
    """A stranger's text in one line, without keys and markup, at most 300 characters.

    Parameters
    ----------
    text : str
    target : Target
        Whose key is taken out.
    """
    if target.key is not None:
        text = target.key.redact(text[:_MAX_READ])
    text = text[:_MAX_READ]
    if _JSON.match(text):
        return ""
    text = re.sub(r"\bsk-[\w*-]{4,}", "[key]", text)
    text = re.sub(r"<[^>]*>", " ", text)
    text = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return text if len(text) <= 300 else text[:299] + "…"
