"""The fault matrix: each fault, streaming or not, one answer or four.

For each: what the user is told, what was retried, how many requests the server counted, what the
journal holds, that nothing was paid twice and that the key is nowhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from seamfill.errors import AnswerUnusable
from tests.wire.fault_table import REFUSALS, Fault
from tests.wire.harness import KEY, Wire
from tests.wire.reply_table import REPLIES

if TYPE_CHECKING:
    from pathlib import Path


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
