"""docs/security.md names the limits that the code has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from seamfill.api import image, json_reading, reply, sse
from seamfill.endpoints.redaction import _WINDOW
from seamfill.geometry import plan, tiles
from seamfill.image import decoding
from seamfill.journal import pruning
from seamfill.offline import doors
from seamfill.transport import answers, download, receiver
from seamfill.transport.sender import _LONGEST_TAIL
from seamfill.worker import rpc

PAGE = " ".join((Path(__file__).parents[2] / "docs" / "security.md").read_text("utf-8").split())
MIB = 1 << 20


@pytest.mark.parametrize(
    "text",
    [
        f"| one reply | {receiver._MAX_REPLY // MIB} MiB |",
        f"quotes) | {json_reading._MAX_STRUCTURE:,} |",
        f"| lines of a stream | {sse._MAX_LINES:,} |",
        f"| {reply.MAX_ITEMS}; those asked for and {answers._MORE} more are used |",
        f"| one answer, decoded | {image._MAX_PIXELS / 1e6:g} megapixels, {image._MAX_EDGE:,} ",
        f"| {answers._MAX_PIXELS / 1e6:g} megapixels, or {answers._PIXELS / 1e6:g} for each",
        f"times its scans | {image._MAX_SCANNED / 1e6:g} million |",
        f"| {download._MAX_BYTES // MIB} MiB, {download._MAX_SECONDS:g} seconds, "
        f"{download._MAX_HOPS} redirects |",
        f"fetched | {answers._MAX_SECONDS:g} seconds |",
        f"at its time limit | {_LONGEST_TAIL:g} seconds more |",
        f"{decoding._MOST_PIXELS / 1e6:g} megapixels or {decoding.MOST_BYTES / 1e9:g} GB",
        f"parts of {_WINDOW} characters",
        f"for {pruning._MAX_AGE / 86400:g} days or {pruning._MAX_BYTES / 1e9:g} GB",
        f"{tiles._MOST_TILES:,} uploads at most, of a source of {plan._LONGEST_SIDE:,} pixels",
        f"lines of {rpc._LONGEST_LINE // MIB} MiB at most, nested {rpc._DEEPEST} deep",
        f"It holds {doors._MOST_CONNECTIONS} connections and {doors._MOST_BYTES // 10**6} MB of "
        f"bodies at once, {doors.MAX_BODY // 10**6} MB of one",
        f"A request has {doors._SECONDS_TO_ARRIVE:g} seconds to arrive",
    ],
)
def test_its_numbers_are_those_of_the_code(text: str) -> None:
    assert text in PAGE


def test_the_readme_leads_there() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    assert re.search(r"## More.*\]\(docs/security\.md\)", readme, re.DOTALL)
