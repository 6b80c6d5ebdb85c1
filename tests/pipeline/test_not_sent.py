"""What is not sent is said wherever an edit is planned or done."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from seamfill.offline.server import serve
from tests.pipeline.test_command import seamfill
from tests.pipeline.test_worker import Talk, talk
from tests.wire.harness import Script, echo
from tests.wire.pictures import drawn, encoded, mask_file

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["talk"]

BARE = ["gpt-image-1-all", "flux-kontext-pro"]
"""Models that take no mask."""


@pytest.mark.parametrize("model", BARE)
def test_a_finished_edit_says_that_no_mask_was_sent(tmp_path: Path, model: str) -> None:
    source, mask = tmp_path / "photo é.png", tmp_path / "mask.png"
    source.write_bytes(encoded(drawn(64, 48)))
    mask.write_bytes(mask_file())
    script = Script()
    with serve(fill=echo, hook=script) as server:
        asked = ("edit", source, "--mask", mask, "--prompt", "“é” 日本 🚪", "--model", model,
                 "--base-url", server.base_url, "--endpoint", "compatible",
                 "-o", tmp_path / "out.png")  # fmt: skip
        plain, told = seamfill(*asked), seamfill(*asked, "--json")
    assert told.returncode == plain.returncode == 0, told.stderr
    problems = json.loads(told.stdout)["problems"]
    assert any(problem.startswith("No mask is sent") for problem in problems)
    assert "No mask is sent" in plain.stdout
    for form in script.forms:
        assert [file.name for file in form.files] == ["image"]


@pytest.mark.parametrize("model", BARE)
def test_the_dialogs_plan_says_that_no_mask_is_sent(talk: Talk, model: str) -> None:
    options: dict[str, Any] = {"prompt": "x", "endpoint": "gateway", "model": model,
                               "base_url": "https://gateway.example"}  # fmt: skip
    asked = {"size": (900, 900), "selection": (300, 320, 200, 150), "options": options}
    problems = talk.ask("plan", **asked)["result"]["problems"]
    assert any(problem.startswith("No mask is sent") for problem in problems)
    options["model"] = "gpt-image-1"
    assert not any("mask" in problem for problem in talk.ask("plan", **asked)["result"]["problems"])
