"""Networks and endpoints that fail, and what has to come of each."""

from __future__ import annotations

from dataclasses import dataclass

from seamfill.errors import (
    BadKey,
    ModelUnavailable,
    Moderated,
    PerhapsPaid,
    QuotaExceeded,
    RateLimited,
    RequestRejected,
    SeamfillError,
)
from tests.wire import faults
from tests.wire.faults import Behaviour, fine, says, sends
from tests.wire.harness import KEY

__all__ = ["CLOUDFLARE", "HTML", "REFUSALS", "SAFETY", "Fault"]

HTML = {"Content-Type": "text/html"}
CLOUDFLARE = (
    b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>cf</body></html>"
)
BUSY = says(429, "Rate limit reached", {"Retry-After": "0"}, code="rate_limit_exceeded")
LATER = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "30ms"}
SAFETY = (
    "Your request was rejected by the safety system. If you believe this is an error, contact us "
    "and include the request ID req_1. safety_violations=[violence,self_harm]."
)


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong, and what has to come of it.

    `error` is None where the edit succeeds all the same. `requests` and `retries` count what the
    server saw and what the user was told of. `kept` has to be in the journal's replies.
    """

    name: str
    behaviours: tuple[Behaviour, ...]
    error: type[SeamfillError] | None
    says: str = ""
    requests: int = 1
    retries: int = 0
    kept: bytes = b""
    timeout: float | None = None
    decode: str = ""


REFUSALS = [
    # -- the network
    Fault(
        "reset after headers",
        (faults.before_body(faults.reset),),
        PerhapsPaid,
        "broke before the answer.*may have been billed",
    ),
    Fault(
        "reset after body",
        (faults.after_body(faults.reset),),
        PerhapsPaid,
        "broke before the answer.*may have been billed",
    ),
    Fault(
        "stall before headers",
        (faults.stalls(),),
        PerhapsPaid,
        r"within 0\.3 seconds.*may have been billed",
        timeout=0.3,
    ),
    Fault(
        "stall after headers",
        (
            faults.stalls(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b'Content-Length: 9999\r\n\r\n{"data": ['
            ),
        ),
        PerhapsPaid,
        r"within 0\.3 seconds",
        timeout=0.3,
        kept=b'{"data": [',
    ),
    Fault(
        "body cut off",
        (faults.cut(b'{"created": 1, "data": [{"b64_json": "iVBO', 5000),),
        PerhapsPaid,
        "stopped in the middle|broke",
        kept=b'"b64_json": "iVBO',
    ),
    Fault(
        "chunked body cut off",
        (faults.cut(b'{"created": 1, "data": [{"b64', None),),
        PerhapsPaid,
        "broke before the answer",
        kept=b'[{"b64',
    ),
    Fault(
        "events cut off",
        (faults.cut(faults.partial() + faults.completed()[:99], 99999, "text/event-stream"),),
        PerhapsPaid,
        "broke before the answer",
        kept=b"image_edit.partial_image",
    ),
    # -- servers and proxies
    Fault(
        "500",
        (says(500, "The server had an error", type="server_error"),),
        PerhapsPaid,
        r"HTTP 500\).*The server had an error.*may have been billed",
    ),
    Fault(
        "500, x-should-retry",
        (says(500, "Oops", {"x-should-retry": "true", "retry-after-ms": "5"}), fine),
        PerhapsPaid,
        "Oops.*may have been billed",
    ),
    Fault("502 page", (sends(502, CLOUDFLARE, HTML),), PerhapsPaid, "web page.*proxy.*been billed"),
    Fault(
        "501",
        (says(501, "image edit is not implemented", type="one_api_error"),),
        RequestRejected,
        "no image editing at http.*: image edit is not implemented",
    ),
    Fault(
        "503 after the whole upload",
        (says(503, "Overloaded", {"retry-after-ms": "5"}), fine),
        PerhapsPaid,
        "Overloaded.*may have been billed",
    ),
    Fault(
        "503, x-should-retry",
        (says(503, "Overloaded", {"x-should-retry": "true", "retry-after-ms": "5"}), fine),
        PerhapsPaid,
        "Overloaded.*may have been billed",
    ),
    Fault("504 page", (sends(504, CLOUDFLARE, HTML),), PerhapsPaid, "may have been billed"),
    Fault("524", (sends(524, CLOUDFLARE, HTML),), PerhapsPaid, "may have been billed"),
    Fault(
        "Azure's time-out",
        (sends(408, {"error": {"code": "Timeout", "message": "The operation was timeout."}}),),
        PerhapsPaid,
        "Streaming keeps such connections open",
    ),
    Fault(
        "upstream error",
        (
            sends(
                502,
                {
                    "error": {
                        "message": "Upstream service temporarily unavailable",
                        "type": "upstream_error",
                    }
                },
            ),
        ),
        PerhapsPaid,
        "Upstream service.*may have been billed",
    ),
    Fault(
        "503 without a way to the model",
        (
            says(
                503,
                "No available channel for model gpt-image-2 under group default",
                code="model_not_found",
            ),
        ),
        ModelUnavailable,
        "does not serve gpt-image-2.*No available channel",
    ),
    # -- too many requests
    Fault("429 Retry-After 0", (BUSY, fine), None, requests=2, retries=1),
    Fault(
        "429 Retry-After date",
        (says(429, "slow", {"Retry-After": faults.in_seconds(-5)}), fine),
        None,
        requests=2,
        retries=1,
    ),
    Fault(
        "429 retry-after-ms",
        (says(429, "slow", {"retry-after-ms": "20"}), fine),
        None,
        requests=2,
        retries=1,
    ),
    Fault("429 reset headers", (says(429, "slow", LATER), fine), None, requests=2, retries=1),
    Fault(
        "429 in words", (says(429, "Please try again in 15ms."), fine), None, requests=2, retries=1
    ),
    Fault("429 for good", (BUSY,), RateLimited, "takes no more requests", requests=3, retries=2),
    Fault(
        "429 for an hour",
        (says(429, "slow", {"Retry-After": "3600"}),),
        RateLimited,
        "asks to wait 60 minutes",
    ),
    Fault("429, x-should-retry no", (says(429, "slow", {"x-should-retry": "false"}),), RateLimited),
    Fault(
        "429 quota",
        (
            says(
                429,
                "You exceeded your current quota, please check your plan.",
                {"Retry-After": "0"},
                code="insufficient_quota",
            ),
        ),
        QuotaExceeded,
        "no money or allowance.*Add credit",
    ),
    # -- money, keys, models
    Fault(
        "400 billing limit",
        (says(400, "Billing hard limit has been reached", code="billing_hard_limit_reached"),),
        QuotaExceeded,
    ),
    Fault("403 balance", (says(403, "用户余额不足"),), QuotaExceeded, "余额不足"),
    Fault("402", (says(402, "Insufficient balance"),), QuotaExceeded, "Insufficient balance"),
    Fault(
        "401",
        (says(401, f"Incorrect API key provided: {KEY}.", code="invalid_api_key"),),
        BadKey,
        "does not accept the key.*seamfill key set",
    ),
    Fault(
        "403 unverified",
        (
            says(
                403,
                "Your organization must be verified to use the model "
                "`gpt-image-2`. Please go to: https://example.com",
            ),
        ),
        ModelUnavailable,
        "verified organisations.*15 minutes",
    ),
    Fault("403", (says(403, f"Key {KEY} lacks the scope images.write"),), BadKey, r"\[key\] lacks"),
    Fault("403 page", (sends(403, CLOUDFLARE, HTML),), BadKey, "refused the connection"),
    Fault(
        "404 model",
        (says(404, "The model has been deprecated.", code="model_not_found"),),
        ModelUnavailable,
        "does not serve gpt-image-2",
    ),
    Fault(
        "404 route",
        (sends(404, b"404 page not found", {"Content-Type": "text/plain"}),),
        RequestRejected,
        "no image editing at http.*Check the base URL",
    ),
    Fault(
        "404 with its own words",
        (sends(404, {"error": {"message": "Invalid URL (POST /v1/images/edits)"}}),),
        RequestRejected,
        r"no image editing at http.*: Invalid URL \(POST /v1/images/edits\)",
    ),
    # -- the request itself
    Fault(
        "moderation, old",
        (says(400, SAFETY, code="moderation_blocked"),),
        Moderated,
        r"safety system refused .*\(violence, self harm\).*Word the prompt",
    ),
    Fault(
        "moderation, new",
        (
            says(
                400,
                SAFETY,
                code="moderation_blocked",
                moderation_details={"moderation_stage": "output", "categories": ["sexual"]},
            ),
        ),
        Moderated,
        r"refused the answer \(sexual\)",
    ),
    Fault(
        "400 mask",
        (
            sends(
                400,
                {
                    "error": {
                        "code": "invalid_mask_image_format",
                        "type": "image_generation_user_error",
                        "message": "Invalid mask image format - mask size differs from image size",
                    }
                },
            ),
        ),
        RequestRejected,
        "does not take the mask.*mask size differs",
    ),
    Fault(
        "400 size",
        (
            says(
                400,
                "Invalid size '1792x936'. Width and height must both be divisible by 16.",
                param="size",
            ),
        ),
        RequestRejected,
        "Choose another size",
    ),
    Fault(
        "400 unknown, needed",
        (says(400, "Unknown parameter: 'prompt'.", param="prompt", code="unknown_parameter"),),
        RequestRejected,
        "does not know prompt",
    ),
    Fault(
        "413 page",
        (sends(413, b"<html>413 Request Entity Too Large</html>", HTML),),
        RequestRejected,
        "too large.*smaller selection",
    ),
    Fault(
        "307",
        (sends(307, b"", {"Location": "http://127.0.0.1:9/v1/images/edits"}),),
        RequestRejected,
        "points to another address .*were not sent there",
    ),
    Fault(
        "301",
        (sends(301, b"", {"Location": "https://example.com/"}),),
        RequestRejected,
        "make it the base URL",
    ),
    # -- errors of other shapes
    Fault(
        "error as text",
        (sends(400, {"error": "cfg_scale out of range"}),),
        RequestRejected,
        "cfg_scale out of range",
    ),
    Fault(
        "FastAPI's detail",
        (sends(422, {"detail": [{"loc": ["body", "n"], "msg": "n too big"}]}),),
        RequestRejected,
        "n too big",
    ),
    Fault(
        "code and message",
        (sends(400, {"code": 1001, "message": "bad picture"}),),
        RequestRejected,
        "bad picture",
    ),
    Fault(
        "plain text",
        (sends(400, b"nope", {"Content-Type": "text/plain"}),),
        RequestRejected,
        "nope",
    ),
]
