"""Endpoints that repeat the key, wherever and however, and replies that are hard to tell of."""

from __future__ import annotations

import base64
import json
import os
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from seamfill.errors import PerhapsPaid, SeamfillError
from seamfill.transport import sender
from tests.wire import faults
from tests.wire.faults import B64, answer, sends
from tests.wire.harness import KEY, Wire

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from seamfill.offline.server import Handler

DRESSES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "within a text": lambda key: f"your key {key} is wrong",
    "percent": lambda key: "".join(f"%{ord(char):02X}" for char in key),
    "quoted": lambda key: quote(f"Bearer {key}/"),
    "json": lambda key: "".join(f"\\u{ord(char):04x}" for char in key),
    "base64": lambda key: base64.b64encode(f"user:{key}".encode()).decode(),
    "base64, moved": lambda key: base64.urlsafe_b64encode(f"x:{key}!".encode()).decode(),
    "cut off": lambda key: key[: len(key) * 2 // 3] + "…",
}
"""How a key is repeated."""


def refusal(status: int, **error: Any) -> Callable[[str], faults.Behaviour]:
    def made(seen: str) -> faults.Behaviour:
        told = {name: value(seen) if callable(value) else value for name, value in error.items()}
        return sends(status, {"error": {"message": "no", **told}})

    return made


def itself(seen: str) -> str:
    return seen


PLACES: dict[str, Callable[[str], faults.Behaviour]] = {
    "request id": lambda seen: sends(200, answer(B64), {"x-request-id": header(seen)}),
    "request id of a refusal": lambda seen: sends(
        400, {"error": {"message": "no"}}, {"x-request-id": header(seen)}
    ),
    "other headers": lambda seen: sends(200, answer(B64), {"x-seen": header(seen)}),
    "retry after": lambda seen: sends(400, {}, {"retry-after": header(seen)}),
    "message": refusal(400, message=itself),
    "message of a failure": refusal(500, message=itself),
    "message about the key": refusal(401, message=itself, code="invalid_api_key"),
    "type": refusal(400, type=itself),
    "code": refusal(400, code=itself),
    "param": refusal(400, param=itself, code="unknown_parameter"),
    "categories": refusal(
        400, code="moderation_blocked", moderation_details=lambda seen: {"categories": [seen]}
    ),
    "a page": lambda seen: sends(502, f"<h1>{seen}</h1>".encode(), {"Content-Type": "text/html"}),
    "a redirect": lambda seen: sends(307, b"", {"Location": f"https://a.example/{header(seen)}"}),
    "usage": lambda seen: sends(200, answer(B64) | {"usage": {seen: 1, "output_tokens": seen}}),
    "nested usage": lambda seen: sends(
        200, answer(B64) | {"usage": {"input_tokens_details": {seen: {seen: [seen]}}}}
    ),
    "revised prompt": lambda seen: sends(
        200, {"data": [{"b64_json": B64, "revised_prompt": seen}]}
    ),
    "task": lambda seen: sends(200, {"task_id": seen, "status": "pending"}),
    "task id": lambda seen: sends(202, {"id": seen, "status": "queued"}),
    "an address": lambda seen: sends(200, {"data": [{"url": f"https://{host(seen)}.example/a"}]}),
    "a path": lambda seen: sends(200, {"data": [{"url": f"/files/{header(seen)}.png"}]}),
    "other words": lambda seen: sends(200, {"data": [], "detail": seen, seen: seen}),
    "an event": lambda seen: faults.streams(
        faults.event("error", error={"message": seen, "code": seen, "param": seen})
    ),
}


def header(seen: str) -> str:
    return seen.encode("ascii", "ignore").decode()


def host(seen: str) -> str:
    return re.sub("[^A-Za-z0-9.-]", "", seen)


def parts_of(key: str) -> set[str]:
    """Eight characters of a key, in any dress, are too many."""
    shown = {key[at : at + 8] for at in range(len(key) - 7)}
    for offset in range(3):
        encoded = base64.b64encode(b"x" * offset + key.encode()).decode().rstrip("=")
        shown |= {encoded[at : at + 12] for at in range(4, len(encoded) - 14)}
    return shown


def undressed(text: str) -> str:
    text = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return re.sub("%([0-9a-fA-F]{2})", lambda found: chr(int(found[1], 16)), text)


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("place", PLACES)
def test_the_key_is_shown_and_kept_nowhere(
    place: str, stream: bool, wire: Wire, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    parts = parts_of(KEY)
    for dress, dressed in DRESSES.items():
        wire.script.behaviours = [PLACES[place](dressed(KEY))]
        outcome = wire.edit(stream=stream)
        texts = [repr(outcome), str(outcome.error), repr(outcome.error), *capfd.readouterr()]
        texts.append(getattr(outcome.error, "hint", ""))
        for text in texts:
            assert not any(part in undressed(text) for part in parts), (dress, text)
    for path in tmp_path.rglob("*"):
        kept = path.read_bytes().decode("latin-1") if path.is_file() else ""
        if path.name == "outcome.json":  # what others are told; in replies a part may be left
            assert not any(part in undressed(kept) for part in parts), path
        assert KEY not in undressed(kept), path


ODD: dict[str, faults.Behaviour] = {
    "a superscript as code": refusal(400, code="²")(""),
    "5,000 digits as code": sends(
        400, b'{"error": {"message": "no", "code": ' + b"9" * 5000 + b"}}"
    ),
    "5,000 digits as text": refusal(400, code="9" * 5000)(""),
    "a list as code": refusal(400, code=[1], type=[2], param=[3], message=[4])(""),
    "an object as code": refusal(400, code={"a": 1}, type={}, param={}, message={})(""),
    "odd categories": refusal(400, code="moderation_blocked", moderation_details=[1])(""),
    "other categories": refusal(
        400, code="moderation_blocked", moderation_details={"categories": [[1], {"a": 2}, None]}
    )(""),
    "999 digits of seconds": sends(
        429, {"error": {"message": "slow"}}, {"x-ratelimit-reset-requests": "9" * 999 + "s"}
    ),
    "999 digits to wait": sends(429, {"error": {"message": "slow"}}, {"retry-after": "9" * 999}),
    "a negative wait": sends(429, {"error": {"message": "slow"}}, {"retry-after": "-1e999"}),
    "objects in usage": sends(200, answer(B64) | {"usage": {"output_tokens": {"a": 1}}}),
    "a list as usage": sends(200, answer(B64) | {"usage": [1]}),
    "NaN in usage": sends(200, json.dumps(answer(B64) | {"usage": {"a": float("nan")}}).encode()),
    "400 digits in usage": sends(200, answer(B64) | {"usage": {"output_tokens": 10**400}}),
    "surrogates": sends(200, answer(B64) | {"usage": {"\ud800": "\udfff"}, "created": "\ud800"}),
    "surrogates in a message": refusal(400, message="no \ud800", code="\udc00", param="\ud800")(""),
    "surrogates in a task": sends(200, {"task_id": "\ud800"}),
    "half an address": sends(200, {"data": [{"url": "http://[::1"}]}),
    "odd addresses": sends(200, {"data": [{"url": 7}, {"url": ""}, {"url": "http://\ud800/"}]}),
    "a port too far": sends(200, {"data": [{"url": "http://a.example:99999999/"}]}),
    "numbers as pictures": sends(200, {"data": [{"b64_json": 7}, 7, None, [[]]]}),
    "data of all kinds": sends(200, {"data": {"data": {"data": "x"}}}),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_replies_are_told_in_words_that_can_be_written(name: str, wire: Wire) -> None:
    wire.script.behaviours = [ODD[name]]
    for stream in (False, True):
        outcome = wire.edit(stream=stream)  # which raises what is no error for the user
        told = str(outcome.error)
        told.encode()
        assert len(told) < 2000
        if isinstance(outcome.error, SeamfillError):
            assert outcome.error.exit_code in {3, 4, 5}
        if outcome.reply is not None:
            json.dumps(outcome.reply.usage, allow_nan=False, ensure_ascii=False).encode()
        kept = (outcome.entry.path / "outcome.json").read_bytes()
        json.loads(kept, parse_constant=pytest.fail)


def test_an_answer_that_comes_a_byte_at_a_time_comes_to_an_end(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "_LONGEST_TAIL", 0.5)

    def drip(handler: Handler) -> None:
        handler.begin_reply(200, "application/json", 1 << 20)
        for _ in range(3000):  # as long as somebody listens, or the test has failed
            handler.wfile.write(b" ")
            handler.wfile.flush()
            handler.connection.settimeout(0.05)
            try:
                if not handler.connection.recv(1):
                    return
            except TimeoutError:
                continue

    wire.script.behaviours = [faults.after_body(drip)]
    outcome = wire.edit(timeout=0.5)
    assert isinstance(outcome.error, PerhapsPaid)
    assert len(outcome.kept) < 1000


@pytest.mark.skipif(os.name != "posix", reason="modes are those of Unix")
def test_what_is_kept_is_the_users_alone_under_any_umask(
    wire: Wire, tmp_path: Path, home: Path
) -> None:
    before = os.umask(0)
    try:
        assert wire.edit().error is None
    finally:
        os.umask(before)
    made = [wire.journal.directory, *wire.journal.directory.rglob("*"), *home.rglob("*")]
    assert len(made) > 4
    for path in made:
        assert path.stat().st_mode & 0o077 == 0, (path, oct(path.stat().st_mode))
