"""When a request may be repeated, and after which pause.

Never where it may have been paid for: only where the endpoint cannot have had all of it, or says
itself that it did nothing.
"""

from __future__ import annotations

import email.utils
import random
import re
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["asked", "backoff", "may_retry", "pause"]

_LONGEST = 120.0  # seconds; who asks for more is told to the user instead


def may_retry(status: int, headers: Mapping[str, str], *, arrived: bool) -> bool:
    """Whether a reply allows the same request once more.

    Once the endpoint has the whole request, only 429 says that nothing was done: a gateway answers
    503 as well while the model behind it works on, and what asks for a retry does not pay for it.

    Parameters
    ----------
    status : int
        Of HTTP, as it came.
    headers : mapping of str to str
        Names in lower case.
    arrived : bool
        Whether the endpoint may have had the whole request.
    """
    if headers.get("x-should-retry", "").lower() == "false":
        return False
    return status == 429 or (status == 503 and not arrived)


def pause(headers: Mapping[str, str], message: str, attempt: int) -> float | None:
    """Seconds to wait before the next attempt.

    Parameters
    ----------
    headers : mapping of str to str
        Names in lower case.
    message : str
        The endpoint's, which may say how long as well.
    attempt : int
        The one that failed, from 1.

    Returns
    -------
    float or None
        None where the wait would be too long to be made in silence.
    """
    seconds = asked(headers, message)
    if seconds is None:
        return backoff(attempt)
    return seconds if seconds <= _LONGEST else None


def backoff(attempt: int) -> float:
    """Seconds that double from half a second to eight, spread so that clients do not march.

    Parameters
    ----------
    attempt : int
        From 1.

    Returns
    -------
    float
    """
    spread = 1 - 0.25 * random.random()  # noqa: S311 (no secret)
    return min(0.5 * 2.0 ** (attempt - 1), 8.0) * spread


def asked(headers: Mapping[str, str], message: str) -> float | None:
    """Seconds that an endpoint asks to wait; None where it says nothing.

    Parameters
    ----------
    headers : mapping of str to str
        Names in lower case.
    message : str
        The endpoint's, which may say how long as well.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    after = headers.get("retry-after", "")
    seconds = _number(after)
    seconds = _until(after) if seconds is None else seconds
    if seconds is not None:
        return seconds
    spent = [
        _duration(headers.get(f"x-ratelimit-reset-{kind}", ""))
        for kind in ("requests", "tokens", "images")
        if _number(headers.get(f"x-ratelimit-remaining-{kind}", "")) in {0.0, None}
    ]
    resets = [seconds for seconds in spent if seconds is not None]
    if resets:
        return max(resets)
    match = re.search(r"try again (?:in|after) ([\d.]+ ?(?:ms|s|seconds?|m|minutes?)\b)", message)
    return _duration(match[1].replace(" ", "")) if match else None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def _until(text: str) -> float | None:
    """Seconds until an HTTP date."""
    try:
        moment = email.utils.parsedate_to_datetime(text)
        return max(0.0, moment.timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None


_UNITS = {"ms": 0.001, "s": 1.0, "second": 1.0, "m": 60.0, "minute": 60.0, "h": 3600.0}


def _duration(text: str) -> float | None:
    """Seconds of a text such as ``12ms``, ``1.5s`` or ``6m0s``."""
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|seconds?|s|minutes?|m|h)", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return _number(text)
    return sum(float(number) * _UNITS[_singular(unit)] for number, unit in parts)


def _singular(unit: str) -> str:
    return unit if unit in _UNITS else unit.removesuffix("s")
