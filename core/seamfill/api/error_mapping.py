"""Which error an endpoint's failure is, in the user's words and with what to do next."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from seamfill.api.error_reply import safe_text
from seamfill.api.retry import asked
from seamfill.errors import (
    BadKey,
    ModelUnavailable,
    Moderated,
    PerhapsPaid,
    QuotaExceeded,
    RateLimited,
    Refused,
    RequestRejected,
    SeamfillError,
    ServerTrouble,
)

if TYPE_CHECKING:
    from seamfill.api.error_reply import Failure
    from seamfill.endpoints.target import Target

__all__ = ["PAID_HINT", "is_refusal", "judge", "no_key"]

PAID_HINT = (
    "It may have been billed, so it was not sent again. Look at the usage page of the endpoint "
    "before you repeat the edit."
)
_LONGEST = 30 * 86_400.0  # seconds; who asks for a longer pause means nothing by it


def judge(failure: Failure, target: Target) -> SeamfillError:
    """The error to raise for a failure.

    Parameters
    ----------
    failure : Failure
    target : Target
    """
    found = (judging(failure, target) for judging in _JUDGES)
    error = next(filter(None, found), None) or _server_trouble(failure, target)
    error.request_id = failure.request_id
    return error


def is_refusal(failure: Failure, target: Target) -> bool:
    """Whether the endpoint said no, which no waiting cures.

    Parameters
    ----------
    failure : Failure
    target : Target

    Returns
    -------
    bool
    """
    return isinstance(judge(failure, target), Refused)


def no_key(target: Target) -> BadKey:
    """The error for an endpoint that needs a key and has none.

    Parameters
    ----------
    target : Target

    Returns
    -------
    BadKey
    """
    endpoint = target.endpoint
    variables = " or ".join(endpoint.key_variables)
    return BadKey(
        f"{target.title} wants a key, and there is none.",
        f"Store one with: seamfill key set --endpoint {endpoint.name}"
        f"{f', or set {variables}' if variables else ''}.",
        advice="key",
    )


def _moderated(failure: Failure, target: Target) -> SeamfillError | None:
    codes = {"moderation_blocked", "content_policy_violation", "content_filter", "contentfilter"}
    text = failure.message
    if failure.code.lower() not in codes and "safety system" not in text.lower():
        return None
    details = failure.details.get("moderation_details")
    details = details if isinstance(details, Mapping) else {}
    categories = details.get("categories")
    if not isinstance(categories, list):
        named = re.search(r"safety_violations=\[([^\]]*)\]", text)
        categories = named[1].split(",") if named else []
    said = [safe_text(str(name), target).replace("_", " ") for name in categories[:8]]
    names = ", ".join(filter(None, said))
    subject = {"output": "the answer", "input": "the prompt or the picture"}.get(
        str(details.get("moderation_stage")), "the prompt, the picture or the answer"
    )
    return Moderated(
        f"{target.title}'s safety system refused {subject}{f' ({names})' if names else ''}.",
        "Word the prompt differently, or select less of the picture.",
    )


def _no_money(failure: Failure, target: Target) -> SeamfillError | None:
    if not failure.is_quota:
        return None
    return QuotaExceeded(
        f"The account at {target.title} has no money or allowance left{_said(failure)}",
        "Add credit or raise the limit there.",
    )


def _unverified(failure: Failure, target: Target) -> SeamfillError | None:
    if "must be verified" not in failure.message.lower():
        return None
    return ModelUnavailable(
        f"{target.model.name} is only open to verified organisations.",
        "Verify yours at https://platform.openai.com/settings/organization/general; it takes up "
        "to 15 minutes to count. Or choose another model.",
    )


def _bad_key(failure: Failure, target: Target) -> SeamfillError | None:
    name = target.title
    command = f"seamfill key set --endpoint {target.endpoint.name}"
    if failure.status == 401 or failure.code == "invalid_api_key":
        if target.key is None:
            return no_key(target)
        return BadKey(
            f"{name} does not accept the key{_said(failure)}", f"Store another: {command}."
        )
    if failure.status == 403:
        if failure.html:
            return BadKey(
                f"{name} refused the connection (HTTP 403).",
                "Check the base URL.",
                advice="address",
            )
        return BadKey(
            f"The key is not allowed to do this at {name}{_said(failure)}",
            "Check the key's permissions there.",
        )
    return None


def _no_model(failure: Failure, target: Target) -> SeamfillError | None:
    text = failure.message.lower()
    gone = (
        failure.code in {"model_not_found", "model_deprecated", "deploymentnotfound"}
        or (failure.status in {400, 404} and failure.parameter == "model")
        or ("deprecated" in text and "model" in text)
        or (failure.status == 404 and "model" in text)
    )
    if gone:
        model, endpoint = target.model, target.endpoint
        other = model.successor or next(
            (name for name in (endpoint.default_model,) if name != model.name), None
        )
        return ModelUnavailable(
            f"{target.title} does not serve {model.name} to this account{_said(failure)}",
            f"Use {other} instead."
            if other
            else f"See: seamfill models --endpoint {endpoint.name}.",
        )
    if failure.status in {404, 405, 501}:
        return RequestRejected(
            f"{target.title} has no image editing at {_shown_url(target)}{_said(failure)}",
            "Check the base URL and the endpoint.",
            advice="address",
        )
    return None


def _too_large(failure: Failure, target: Target) -> SeamfillError | None:
    if failure.status != 413:
        return None
    return RequestRejected(
        f"The upload is too large for {target.title}.",
        "Use a smaller selection, less context, or a smaller size.",
        advice="selection",
    )


def _busy(failure: Failure, target: Target) -> SeamfillError | None:
    limited = "rate_limit" in failure.code + failure.kind
    seconds = asked(failure.headers, failure.message)
    if failure.status != 429 and not limited:
        return None
    return RateLimited(
        f"{target.title} takes no more requests for now{_said(failure)}",
        f"It asks to wait {_spoken(seconds)}."
        if seconds and seconds < _LONGEST
        else "Wait a little and try again.",
    )


def _spoken(seconds: float) -> str:
    if seconds < 120:
        return f"{math.ceil(seconds)} seconds"
    return f"{math.ceil(seconds / 60)} minutes"


def _timed_out(failure: Failure, target: Target) -> SeamfillError | None:
    if failure.status not in {408, 504, 524} and failure.code.lower() != "timeout":
        return None
    return _trouble(
        failure,
        f"{target.title}, or a proxy in front of it, gave up waiting for the answer "
        f"(HTTP {failure.status}).",
        PAID_HINT + " Streaming keeps such connections open.",
    )


def _redirected(failure: Failure, target: Target) -> SeamfillError | None:
    if not 300 <= failure.status < 400:
        return None
    place = safe_text(failure.headers.get("location", ""), target)
    return RequestRejected(
        f"{target.title} points to another address"
        f"{f' ({place})' if place else ''}; the key and the picture were not sent there.",
        "If that address is right, make it the base URL.",
        advice="address",
    )


def _rejected(failure: Failure, target: Target) -> SeamfillError | None:
    if not 400 <= failure.status < 500:
        return None
    name = target.title
    if "mask" in failure.code or "mask" in failure.message.lower() or failure.parameter == "mask":
        return RequestRejected(
            f"{name} does not take the mask{_said(failure)}",
            "Set another mask style for it in the catalogue, or choose another model.",
            advice="model",
        )
    if failure.parameter == "size" or "invalid size" in failure.message.lower():
        return RequestRejected(
            f"{name} does not take that size{_said(failure)}", "Choose another size, or auto."
        )
    if failure.unknown_parameter:
        return RequestRejected(
            f"{name} does not know {failure.unknown_parameter}.",
            "Leave it out if you chose it; else choose the endpoint's own entry in the catalogue.",
        )
    what = f" (HTTP {failure.status})" if failure.html or not failure.message else ""
    return RequestRejected(f"{name} refused the request{what}{_said(failure)}")


_JUDGES = (
    _redirected, _moderated, _no_money, _unverified, _bad_key, _no_model, _too_large, _busy,
    _timed_out, _rejected,
)  # fmt: skip


def _said(failure: Failure) -> str:
    if not failure.message:
        return "."
    return f": {failure.message.rstrip('.')}."


def _shown_url(target: Target) -> str:
    return target.url.partition("?")[0] if target.base_url else target.title


def _server_trouble(failure: Failure, target: Target) -> SeamfillError:
    name = target.title
    if failure.html:
        return _trouble(
            failure,
            f"{name} answered with a web page (HTTP {failure.status}), as a proxy in front of it "
            "does when it cannot reach it.",
        )
    return _trouble(failure, f"{name} failed (HTTP {failure.status}){_said(failure)}")


def _trouble(failure: Failure, message: str, hint: str = PAID_HINT) -> SeamfillError:
    """A failure of the endpoint's own, which may have come after the model had done its work."""
    if failure.sent:
        return PerhapsPaid(message, hint)
    return ServerTrouble(message, "Try again later.")
