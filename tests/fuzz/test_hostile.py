"""Replies that are made to exhaust whoever reads them: an edit ends soon, in little memory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.fuzz import EXAMPLES
from tests.fuzz.hostile import REPLIES, measure

PEAK = 1_000_000_000  # bytes
SECONDS = 20.0  # of processor time for the whole edit, its fits included; it was minutes

# Each takes seconds, so that the long run alone has all of them.
SHORT = [
    "100,000 short pictures, cut off",
    "300 pictures for one",
    "one picture of 67 MB",
    "a JPEG of 1,000 scans",
    "120 MB of {}",
    "400 MB of nothing, zipped",
]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
@pytest.mark.parametrize("name", list(REPLIES) if EXAMPLES in os.environ else SHORT)
def test_no_reply_exhausts_who_reads_it(name: str, tmp_path: Path) -> None:
    got = measure(name, str(tmp_path))
    assert got.code != "traceback", got.says
    assert got.peak <= PEAK
    assert got.seconds <= SECONDS
