"""What the worker is told: lines of any bytes, requests of any parameters."""

from __future__ import annotations

import io
import json
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamfill.worker.rpc import Worker, serve
from tests.fuzz import bounded, fuzz

LAST = "the last one"
CODES = {-32700, -32600, -32601, -32602, -32000}  # all but that of a defect

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from([10**9, 10**30, -1, 0, 10**400, "", "\0", "auto", "/dev/zero", "/tmp"]),  # noqa: S108
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)  # fmt: skip
number = st.integers(-10, 5000) | st.sampled_from([10**6, 10**9, 2**63, 10**30])
NAMES = (
    "prompt endpoint base_url model n size quality background context tiles grow edge fit stream "
    "references timeout retries markup moderation output_format output_compression register tone"
)
options = st.dictionaries(
    st.sampled_from(NAMES.split()) | st.just("dance"),
    anything
    | st.sampled_from(["x", "offline", "openai", "gpt-image-1", "dall-e-2", "1024x1024", "high"])
    | st.sampled_from(["layer", "25%", "9999px", "1,2,3,4", "http://[::1", "ftp://x", "16x16"]),
    max_size=5,
)
boxes = st.lists(number, min_size=4, max_size=4)
plans = st.fixed_dictionaries(
    {"size": st.lists(number, min_size=2, max_size=2), "options": options},
    optional={"selection": boxes | st.none(), "shape": anything, "markup": anything},
)
edits = st.fixed_dictionaries(
    {"plan": st.sampled_from(["1", "2"]) | anything},
    optional={
        "pixels": anything, "selected": anything, "markup": anything, "format": anything,
        "output": anything, "directory": anything,
    },
)  # fmt: skip
others = st.fixed_dictionaries(
    {},
    optional={"options": options}
    | dict.fromkeys(("journal", "answers", "id", "directory"), anything)
    | dict.fromkeys(("endpoint", "place", "answer", "output", "key"), anything),
)
calls = (
    st.tuples(st.just("plan"), plans | anything)
    | st.tuples(st.just("edit"), edits | anything)
    | st.tuples(
        st.sampled_from(["refit", "used", "cancel", "leave", "delete_key", "set_key", "entries"]),
        others | anything,
    )
)
requests = st.tuples(calls, anything).map(
    lambda asked: json.dumps(
        {"jsonrpc": "2.0", "id": asked[1], "method": asked[0][0], "params": asked[0][1]}
    ).encode()
)


class Pipe(io.StringIO):
    """What the worker writes; says when the last answer is here."""

    def __init__(self) -> None:
        super().__init__()
        self.whole = threading.Event()
        self._left = 0

    def expect(self, answers: int) -> None:
        self._left += answers
        self._check(0)

    def write(self, text: str) -> int:
        length = super().write(text)
        self._check(1)
        return length

    def _check(self, came: int) -> None:
        self._left -= came
        if self._left == 0:
            self.whole.set()


def told(worker: Worker, pipe: Pipe, lines: list[bytes]) -> list[dict[str, Any]]:
    """What a worker answers to some lines: one object each, none of them a defect."""
    pipe.expect(len(lines))
    with bounded(300):
        for line in lines:
            worker.receive(line)
        assert pipe.whole.wait(250)
        worker.end()
    answers = [json.loads(line) for line in pipe.getvalue().splitlines()]
    for answer in answers:
        error = answer.get("error")
        if error is not None:
            assert error["code"] in CODES, error
            assert len(error["message"]) < 1000
            assert "\n" not in error["message"]
    return answers


@fuzz("worker")
@given(st.binary(max_size=300))
def test_any_line_is_answered(line: bytes) -> None:
    pipe = Pipe()
    told(Worker(pipe), pipe, [line])


@fuzz()
@given(st.lists(st.binary(max_size=80), max_size=20))
def test_any_input_is_read_to_its_end(lines: list[bytes]) -> None:
    pipe = Pipe()
    text = b"\n".join(lines) + b'\n{"id": "after all", "method": "nothing"}\n'
    with bounded(300):
        serve(Worker(pipe), io.BytesIO(text))
    last = json.loads(pipe.getvalue().splitlines()[-1])
    assert (last["id"], last["error"]["code"]) == ("after all", -32601)


@fuzz(cost=2)
@given(requests)
def test_any_request_is_carried_out_or_refused(line: bytes) -> None:
    pipe = Pipe()
    told(Worker(pipe), pipe, [line])


def test_nested_brackets_end_nothing() -> None:
    pipe = Pipe()
    lines = [b"[" * n for n in (900, 2000, 20_000)] + [b'{"a":' * 5000, b"[" * 900 + b"]" * 900]
    codes = [answer["error"]["code"] for answer in told(Worker(pipe), pipe, lines)]
    assert set(codes) <= {-32700, -32600}


@pytest.mark.parametrize("method", ["plan", "edit", "refit", "used", "set_key", "delete_key"])
def test_nothing_at_all_is_refused_as_wrong_parameters(method: str) -> None:
    pipe = Pipe()
    line = json.dumps({"id": 1, "method": method}).encode()
    [answer] = told(Worker(pipe), pipe, [line])
    assert answer["error"]["code"] == -32602
    assert answer["error"]["data"]["code"] == "bad_input"
