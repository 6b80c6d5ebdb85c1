"""The fault matrix: each fault, streaming or not, one answer or four.

For each: what the user is told, what was retried, how many requests the server counted, what the
journal holds, that nothing was paid twice and that the key is nowhere.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from seamfill.api import AnswerImage
from seamfill.errors import AnswerUnusable, PerhapsPaid
from seamfill.events import PartialImage
from tests.wire import faults
from tests.wire.fault_table import REFUSALS, Fault
from tests.wire.faults import B64, PICTURE, sends
from tests.wire.harness import KEY, Wire
from tests.wire.pictures import drawn, encoded
from tests.wire.reply_table import REPLIES

if TYPE_CHECKING:
    from pathlib import Path

    from seamfill.offline.form import Form
    from seamfill.offline.server import Handler


@pytest.mark.parametrize("n", [1, 4])
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("fault", [*REFUSALS, *REPLIES], ids=lambda fault: fault.name)
def test_fault(
    fault: Fault,
    stream: bool,
    n: int,
    wire: Wire,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    wire.script.behaviours = list(fault.behaviours)
    outcome = wire.edit(n=n, stream=stream, timeout=fault.timeout, moderation="low")

    if fault.error is None:
        assert outcome.error is None
        assert outcome.reply is not None
        assert outcome.reply.images
        if fault.decode:
            with pytest.raises(AnswerUnusable, match=fault.decode) as caught:
                outcome.reply.images[0].decode()
            assert "kept in" in str(caught.value)
        else:
            assert all(image.decode().shape == (48, 64, 3) for image in outcome.reply.images)
    else:
        assert type(outcome.error) is fault.error
        assert re.search(fault.says, str(outcome.error), re.DOTALL), str(outcome.error)
    assert wire.script.edits == fault.requests
    assert len(outcome.retries) == fault.retries
    assert wire.script.paid <= 1
    assert fault.kept in outcome.kept
    if fault.error is PerhapsPaid:
        assert outcome.record.state == "sent"
    assert (outcome.entry.path / "request-1.http").stat().st_size > 500
    nowhere(KEY, tmp_path, capfd, repr(outcome), str(outcome.error))


def nowhere(key: str, folder: Path, capfd: pytest.CaptureFixture[str], *texts: str) -> None:
    """The key is in no file, no output and no text."""
    out, err = capfd.readouterr()
    for text in (out, err, *texts):
        assert key not in text
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert key.encode() not in path.read_bytes(), path


PLAIN = json.dumps(faults.answer(B64, B64, B64, B64)).encode()
THIRD = len(PLAIN) - len(B64) - 20


@pytest.mark.parametrize(
    ("behaviour", "came", "problem"),
    [
        (faults.cut(PLAIN[:THIRD], len(PLAIN)), 3, "4 answers were asked for and 3 came: the conn"),
        (faults.cut(PLAIN[:THIRD], None), 3, "4 answers were asked for and 3 came: the connection"),
        (
            faults.cut(faults.completed() * 2 + faults.completed()[:99], None, "text/event-stream"),
            2,
            "4 answers were asked for and 2 came: the connection broke",
        ),
        (
            faults.streams(
                faults.completed(),
                faults.event("error", error={"message": "blocked", "code": "moderation_blocked"}),
            ),
            1,
            "safety system refused",
        ),
        (sends(200, faults.answer(B64)), 1, "4 answers were asked for and 1 came."),
        (sends(200, faults.answer(B64, "%%%", B64, B64)), 3, "asked for and 3 came"),
        (
            sends(200, faults.answer(B64, B64, faults.b64(PICTURE[:90]), B64)),
            3,
            "The answer is damaged or cut off",
        ),
    ],
    ids=[
        "body",
        "chunks",
        "events",
        "refused midway",
        "count ignored",
        "one garbled",
        "one damaged",
    ],
)
def test_of_several_answers_those_that_came_are_delivered(
    wire: Wire, behaviour: faults.Behaviour, came: int, problem: str
) -> None:
    wire.script.behaviours = [behaviour]
    outcome = wire.edit(n=4, stream=True)
    assert outcome.error is None
    assert outcome.reply is not None
    assert [image.data for image in outcome.reply.images] == [PICTURE] * came
    assert any(problem in said for said in outcome.reply.problems)
    assert wire.script.edits == 1


def test_an_answer_still_expected_in_silence_does_not_hold_back_those_that_came(
    wire: Wire,
) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    wire.script.behaviours = [faults.stalls(head + faults.completed())]
    outcome = wire.edit(n=4, stream=True, timeout=0.4)
    assert outcome.reply is not None
    assert len(outcome.reply.images) == 1


def test_answers_of_several_sizes_are_read_as_they_are(wire: Wire) -> None:
    sizes = [(64, 48), (61, 48), (128, 96)]
    data = [faults.b64(encoded(drawn(*size))) for size in sizes]
    wire.script.behaviours = [sends(200, {**faults.answer(*data), "size": "64x48"})]
    outcome = wire.edit(n=3)
    assert outcome.reply is not None
    shapes = [image.decode().shape for image in outcome.reply.images]
    assert shapes == [(h, w, 3) for w, h in sizes]


def test_partial_images_are_shown(wire: Wire) -> None:
    outcome = wire.edit(stream=True, partial_images=2)
    shown = [event for event in outcome.events if isinstance(event, PartialImage)]
    assert [event.index for event in shown] == [0, 1]
    assert all(AnswerImage(event.data).decode().shape == (48, 64, 3) for event in shown)


def test_the_request_id_is_told(wire: Wire) -> None:
    outcome = wire.edit()
    assert outcome.reply is not None
    assert outcome.reply.request_id
    wire.script.behaviours = [faults.says(500, "broken")]
    assert "(request id req_123)" in str(wire.edit().error)
    wire.script.behaviours = [sends(400, {"error": {"message": "bad (request id: 2026abc)"}},
                                    {"x-request-id": ""})]  # fmt: skip
    assert str(wire.edit().error).endswith("bad. (request id 2026abc)")


def test_a_server_that_knows_few_parameters_gets_those_it_knows(wire: Wire) -> None:
    def picky(handler: Handler, form: Form | None) -> bool:
        for name in ("stream", "partial_images", "moderation", "safety_identifier"):
            if form is not None and form.value(name):
                error = {"message": f"Unknown parameter: '{name}'.", "code": "unknown_parameter"}
                handler.send_json(400, {"error": error})
                return True
        return False

    wire.script.behaviours = [picky]
    outcome = wire.edit(
        moderation="low", stream=True, partial_images=1, safety_identifier="me", quality="low"
    )
    assert outcome.error is None
    names = [{name for name, _ in form.fields} for form in wire.script.forms]
    assert {"stream", "partial_images"} <= names[0]
    assert names[-1] == {"prompt", "model", "n", "size", "quality"}
    assert (wire.script.edits, len(outcome.retries)) == (4, 3)
    kept = (outcome.entry.path / "request-1.http").read_bytes()
    assert b"moderation" not in kept
