"""Edits through the proxy of LiteLLM, which runs in front of our server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from seamfill.api import AnswerImage, EditRequest
from seamfill.endpoints.keys import Key
from seamfill.errors import PerhapsPaid
from seamfill.journal.journal import Journal
from seamfill.offline.server import serve
from seamfill.transport.recovery import restore
from tests.wire.faults import says
from tests.wire.harness import KEY, MODELS, Script, Wire, echo
from tests.wire.pictures import mask_file, upload

if TYPE_CHECKING:
    from collections.abc import Iterator

HOP = "sk-litellm-hop"


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """The server that the proxy forwards to."""
    with serve(fill=echo, models=MODELS, hook=(script := Script())) as server:
        yield Wire(server, script, Journal(tmp_path_factory.mktemp("litellm") / "journal"))


@pytest.fixture(scope="module")
def proxy(behind: Wire, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The proxy's base URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("proxy")
    config, log = folder / "litellm.yaml", folder / "litellm.log"
    config.write_text(
        "model_list:\n"
        "  - model_name: gpt-image-2\n"
        "    litellm_params:\n"
        "      model: openai/gpt-image-2\n"
        f"      api_base: {behind.server.base_url}\n"
        f"      api_key: {KEY}\n"
        "      max_retries: 0\n"
        "router_settings:\n"
        "  disable_cooldowns: true\n"
        "  num_retries: 0\n"
        "general_settings:\n"
        f"  master_key: {HOP}\n"
    )
    with log.open("wb") as written:
        process = subprocess.Popen(
            [Path(sys.executable).parent / "litellm", "--config", config, "--host", "127.0.0.1",
             "--port", str(port), "--telemetry", "False"],
            stdout=written, stderr=subprocess.STDOUT, cwd=folder,
            env={**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "HOME": str(folder)},
        )  # fmt: skip
        try:
            _wait_for(process, f"http://127.0.0.1:{port}/health/liveliness", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + 120
    while True:
        assert process.poll() is None, log.read_text()[-2000:]
        assert time.monotonic() < deadline
        try:
            if requests.get(url, timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.5)


@pytest.fixture
def hop(behind: Wire, proxy: str, tmp_path: Path) -> Wire:
    """A way through the proxy; the server behind it has forgotten all that went before."""
    behind.script.__init__()  # type: ignore[misc]
    behind.journal = Journal(tmp_path / "journal")
    return behind


def request(proxy: str, **options: object) -> EditRequest:
    wanted = {"prompt": "a red door", "base_url": proxy, "retries": 0, **options}
    return EditRequest(**wanted)  # type: ignore[arg-type]


def hole_changed(data: bytes) -> bool:
    return AnswerImage(data).decode()[20, 30].tolist() == [200, 0, 30]


def test_an_edit_passes_through(hop: Wire, proxy: str) -> None:
    sent, asked = upload(), request(proxy, n=2, quality="low", endpoint="litellm")
    outcome = hop.edit(asked, sent, target=hop.target(asked, key=Key(HOP)))
    assert outcome.error is None
    assert outcome.reply is not None
    assert len(outcome.reply.images) == 2
    assert hole_changed(outcome.reply.images[0].data)
    (form,) = hop.script.forms
    assert form.value("prompt") == "a red door"
    assert form.value("n") == "2"
    assert [file.data for file in form.files] == [sent.image, mask_file()]

    refused = hop.edit(asked, sent, target=hop.target(asked, key=Key("sk-wrong")))
    assert refused.error is not None
    assert refused.error.exit_code == 3  # LiteLLM without a database cannot look keys up
    assert hop.script.edits == 1


def test_markup_does_not_pass_so_the_mask_does(hop: Wire, proxy: str, tmp_path: Path) -> None:
    markup = tmp_path / "markup.png"
    markup.write_bytes(upload().image)
    sent = replace(upload(), markup=upload().image)
    asked = request(proxy, endpoint="litellm", model="gpt-image-2.6-sunburst", markup=markup)
    target = hop.target(asked, key=Key(HOP))
    named = replace(target.model, name="gpt-image-2")  # which this proxy knows
    outcome = hop.edit(asked, sent, target=replace(target, model=named))
    assert outcome.error is None
    assert [file.name for file in hop.script.forms[-1].files] == ["image[]", "mask"]


def test_what_else_the_newest_model_takes_passes_through(hop: Wire, proxy: str) -> None:
    asked = request(
        proxy, endpoint="litellm", model="gpt-image-2.6-sunburst", quality="max", moderation="low",
        complexity="low", background="transparent", output_format="webp", output_compression=80,
        safety_identifier="someone",
    )  # fmt: skip
    target = hop.target(asked, key=Key(HOP))
    named = replace(target.model, name="gpt-image-2")
    assert hop.edit(asked, target=replace(target, model=named)).error is None
    form = hop.script.forms[-1]
    for name in ("quality", "moderation", "complexity", "background", "output_format",
                 "output_compression", "safety_identifier"):  # fmt: skip
        assert form.value(name) == str(getattr(asked, name))


def test_nothing_is_streamed_there(hop: Wire, proxy: str) -> None:
    asked = request(proxy, stream=True, partial_images=1, endpoint="litellm")
    outcome = hop.edit(asked, target=hop.target(asked, key=Key(HOP)))
    assert outcome.error is None
    assert hop.script.forms[-1].value("stream") == ""


def test_an_answer_that_is_quoted_in_an_error_is_taken_out_of_it(hop: Wire, proxy: str) -> None:
    asked = request(proxy, stream=True, partial_images=1, endpoint="compatible")
    outcome = hop.edit(asked, target=hop.target(asked, key=Key(HOP)))
    assert hop.script.forms[-1].value("stream") == "true"
    assert b"HTTP/1.1 500" in outcome.kept
    assert outcome.error is None
    assert outcome.reply is not None
    (image,) = outcome.reply.images
    assert hole_changed(image.data)
    assert "HTTP 500" in outcome.reply.problems[0]
    # The same from the journal alone, as after a crash.
    for pattern in ("answer-*", "used-*", "reply-*.json", "outcome.json"):
        for kept in outcome.entry.path.glob(pattern):
            kept.unlink()
    assert outcome.record.state == "answered"
    (restored,) = restore(outcome.entry.path)
    assert restored.read_bytes() == image.data


def test_a_failure_behind_the_proxy_may_have_been_billed(hop: Wire, proxy: str) -> None:
    hop.script.behaviours = [says(500, "The engine broke", type="server_error")]
    asked = request(proxy, endpoint="litellm")
    outcome = hop.edit(asked, target=hop.target(asked, key=Key(HOP)))
    assert isinstance(outcome.error, PerhapsPaid)
    assert "may have been billed" in str(outcome.error)
    assert "The engine broke" in str(outcome.error)
    assert "ry again" not in str(outcome.error)
