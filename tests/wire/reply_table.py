"""Replies that succeed by their status, and what has to come of each."""

from __future__ import annotations

from seamfill.errors import AnswerUnusable, Moderated, PerhapsPaid, RateLimited
from tests.wire import faults
from tests.wire.fault_table import CLOUDFLARE, HTML, SAFETY, Fault
from tests.wire.faults import B64, PICTURE, answer, fine, says, sends

__all__ = ["REPLIES"]


def unusable(name: str, data: bytes, why: str) -> Fault:
    """An answer that comes, is kept, and cannot be decoded."""
    return Fault(name, (sends(200, answer(faults.b64(data))),), None, decode=why,
                 kept=faults.b64(data)[:200].encode())  # fmt: skip


REPLIES = [
    # -- inside a 200
    Fault(
        "garbage",
        (sends(200, b"\x00\xffnot json"),),
        AnswerUnusable,
        "holds no picture",
        kept=b"\x00\xffnot json",
    ),
    Fault("nothing", (sends(200, b""),), AnswerUnusable, "holds no picture"),
    Fault(
        "a page",
        (sends(200, CLOUDFLARE, HTML),),
        AnswerUnusable,
        "holds no picture",
        kept=CLOUDFLARE,
    ),
    Fault("no images", (sends(200, answer()),), AnswerUnusable, "holds no picture.*kept in"),
    Fault(
        "a chat",
        (sends(200, {"choices": [{"message": {"content": "Sure!"}}]}),),
        AnswerUnusable,
        "holds no picture",
        kept=b"Sure!",
    ),
    Fault(
        "a task",
        (sends(200, {"code": 200, "data": [{"status": "submitted", "task_id": "t_1"}]}),),
        AnswerUnusable,
        r"name of a task \(t_1\)",
    ),
    Fault(
        "error in 200",
        (sends(200, {"error": {"message": "upstream gone", "type": "server_error"}}),),
        PerhapsPaid,
        "upstream gone",
    ),
    Fault(
        "moderation in 200",
        (sends(200, {"error": {"message": SAFETY, "code": "moderation_blocked"}}),),
        Moderated,
        "violence",
    ),
    Fault(
        "rate limit in 200",
        (
            sends(
                200,
                {"error": {"message": "Rate limit reached", "code": "rate_limit_exceeded"}},
                {"retry-after-ms": "5"},
            ),
            fine,
        ),
        RateLimited,
        "takes no more requests",
    ),
    Fault(
        "moderation in a stream",
        (
            faults.streams(
                faults.partial(),
                faults.event("error", error={"message": SAFETY, "code": "moderation_blocked"}),
            ),
        ),
        Moderated,
        "violence",
    ),
    # -- pictures that are none
    Fault("no base64", (sends(200, answer("%%%")),), AnswerUnusable, "damaged", kept=b"%%%"),
    unusable("cut off picture", PICTURE[: len(PICTURE) // 2], "damaged or cut off"),
    unusable("bomb", faults.bomb(), "absurdly large"),
    unusable("oversized", faults.oversized(), r"absurdly large \(6500x6500\)"),
    unusable("animated PNG", faults.animation("PNG"), "animation"),
    unusable("animated WebP", faults.animation("WEBP"), "animation"),
    unusable("GIF", faults.other_format("GIF"), "format that is not read"),
    unusable("TIFF", faults.other_format("TIFF"), "format that is not read"),
    unusable("SVG", b"<svg xmlns='http://www.w3.org/2000/svg'/>" * 4, "format that is not read"),
    unusable("text", b"I cannot help with that. " * 4, "not a picture"),
    # -- addresses of answers
    Fault(
        "address expired",
        (sends(200, {"data": [{"url": "/files/gone.png"}]}),),
        AnswerUnusable,
        "HTTP 404.*expire",
        kept=b"/files/gone.png",
    ),
    Fault(
        "address inside",
        (sends(200, {"data": [{"url": "https://192.168.1.1/a.png"}]}),),
        AnswerUnusable,
        "on this machine or its network",
        kept=b"192.168.1.1",
    ),
    Fault(
        "address of a file",
        (sends(200, {"data": [{"url": "file:///etc/passwd"}]}),),
        AnswerUnusable,
        "no web address",
        kept=b"file:///etc",
    ),
    # -- not quite as documented, and fine all the same
    Fault("JSON though a stream was asked for", (sends(200, answer(B64)),), None),
    Fault("a stream though none was asked for", (faults.streams(faults.completed()),), None),
    Fault(
        "comments, [DONE], no blank line",
        (
            faults.streams(
                b": keep-alive\n\n", faults.partial(), b":\n", faults.completed(), b"data: [DONE]"
            ),
        ),
        None,
    ),
    Fault(
        "a stream called JSON",
        (faults.streams(faults.completed(), content_type="application/json"),),
        None,
    ),
    Fault(
        "CRLF, split anywhere",
        (
            faults.streams(
                *(faults.completed().replace(b"\n", b"\r\n")[i : i + 7] for i in range(0, 2000, 7))
            ),
        ),
        None,
    ),
    Fault("data URL", (sends(200, {"data": [{"url": f"data:image/png;base64,{B64}"}]}),), None),
    Fault("the picture itself", (sends(200, PICTURE, {"Content-Type": "image/png"}),), None),
    Fault(
        "unknown parameter, optional",
        (
            says(
                400,
                "Unknown parameter: 'moderation'.",
                param="moderation",
                code="unknown_parameter",
            ),
            fine,
        ),
        None,
        requests=2,
        retries=1,
    ),
]
