"""Both sides say the same, and what a real worker answers is what the plug-in expects."""

from __future__ import annotations

import dataclasses
import json
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from seamfill.fit import FitReport
from seamfill.worker import journal_messages as core_journal
from seamfill.worker import messages as core
from seamfill.worker import server_messages as core_servers
from tests.endpoints import Watch, endpoint, repainted
from tests.pipeline.test_worker import Talk

ours: Any = import_module("worker.messages")
servers: Any = import_module("worker.server_messages")
journal: Any = import_module("worker.journal_messages")
reading: Any = import_module("worker.parse")

OWN = {"Box", "Size", "Method", "ErrorAnswer", "ErrorData", "FitReport"}
"""What the core has elsewhere, or does not need."""


def fields(kind: Any) -> list[str]:
    if dataclasses.is_dataclass(kind):
        return [field.name for field in dataclasses.fields(kind)]
    return list(kind._fields)


def kinds(*modules: Any) -> dict[str, Any]:
    """Types with fields, by name."""
    named = {name: getattr(module, name) for module in modules for name in module.__all__}
    return {
        name: kind
        for name, kind in named.items()
        if isinstance(kind, type) and (dataclasses.is_dataclass(kind) or hasattr(kind, "_fields"))
    }


def test_both_sides_have_the_same_messages_with_the_same_fields() -> None:
    theirs, mine = kinds(core, core_servers, core_journal), kinds(ours, servers, journal)
    assert set(mine) - OWN == set(theirs)
    for name, kind in theirs.items():
        assert fields(kind) == fields(mine[name]), name
    assert fields(ours.FitReport) == [*fields(FitReport), "flags"]


class Plugin(Talk):
    """Asks and reads as the plug-in does."""

    def call(self, method: Any, *values: Any) -> Any:
        message = self.ask(method.name, **method.params(*values)._asdict())
        return reading.parse(method.answer, message.get("result"), str(message))


def test_a_worker_answers_every_method_as_the_plugin_expects(
    tmp_path: Path, own_home: Path
) -> None:
    talk = Plugin()
    box = ours.Box(300, 320, 200, 150)
    options = {"prompt": "“é” 日本 🚪", "stream": True, "partial_images": 2}
    options["model"] = "gpt-image-2.6-sunburst"
    where = (str(tmp_path), "R'G'B'A u8")
    with endpoint(repainted, Watch()) as server:
        options["base_url"] = server.base_url
        described = talk.call(ours.DESCRIBE)
        assert described.endpoints[0].models[0].name
        plan = talk.call(ours.PLAN, ours.Size(900, 900), box, None, options, None)
        assert plan.read.holds(box)
        np.full((plan.read.h, plan.read.w, 4), 255, np.uint8).tofile(tmp_path / "pixels")
        files = (str(tmp_path / "pixels"), "R'G'B'A u8", None, None)
        edited = talk.call(ours.EDIT, plan.plan, *files, *where)
    assert edited.patches[0].report.outside_changed == 0
    told = {"progress": ours.Progress, "partial": ours.Partial}
    shown = [reading.parse(told[each["method"]], each["params"]) for each in talk.notified]
    assert {type(each) for each in shown} == {ours.Progress, ours.Partial}
    [entry] = talk.call(ours.ENTRIES).entries
    assert (entry.journal, entry.prompt) == (edited.journal, options["prompt"])
    pictures = talk.call(journal.PICTURES, entry.journal, 160, str(tmp_path))
    assert pictures.prompt == options["prompt"]
    for path in (pictures.before, *pictures.answers):
        with Image.open(path) as picture:
            assert max(picture.size) == 160
    again = talk.call(journal.AGAIN, entry.journal, str(tmp_path))
    assert (again.plan.read, again.size) == (plan.read, (900, 900))
    sent = (tmp_path / "pixels").read_bytes()
    assert Path(again.pixels).read_bytes() == sent
    same = talk.call(journal.COMPARE, entry.journal, plan.read, again.pixels, again.format)
    assert same.difference == 0
    refitted = talk.call(ours.REFIT, entry.journal, 0, {"edge": 3.0}, *where)
    assert refitted.patches[0].box == edited.patches[0].box
    assert talk.call(ours.USED, entry.journal) == ours.Nothing()
    assert talk.call(ours.SET_KEY, "gateway", "sk-é".encode().hex(), "file").place == "file"
    assert talk.call(ours.DELETE_KEY, "gateway") == ours.Nothing()
    assert talk.call(servers.FIND_SERVERS, [9]).servers == ()
    assert talk.call(servers.SET_SERVER, "Büro 日本", server.base_url, "") == ours.Nothing()
    assert talk.call(servers.SET_DEFAULT, "Büro 日本") == ours.Nothing()
    assert any(each.own and each.default for each in talk.call(ours.DESCRIBE).endpoints)
    assert talk.call(servers.REMOVE_SERVER, "Büro 日本") == ours.Nothing()
    error = reading.parse(ours.ErrorAnswer, talk.ask("used", journal="/nowhere")["error"])
    assert error.data.code == "bad_input"
    talk.leave()
    talk.process.wait(20)
    for stream in (talk.process.stdin, talk.process.stdout, talk.process.stderr):
        assert stream is not None
        stream.close()


def test_what_is_not_known_is_passed_over_and_what_is_missing_is_named() -> None:
    said = {"place": "keyring", "of another version": [1, {"é": None}]}
    assert reading.parse(ours.SetKeyAnswer, said).place == "keyring"
    box = json.loads("[1, 2, 3, 4]")
    upload = {"region": box, "size": [3, 4]}
    plan = {"plan": "1", "uploads": [upload], "read": box, "cost_usd": 1, "problems": ["日本"]}
    read = reading.parse(ours.PlanAnswer, plan)
    assert read.uploads[0].region.size == (3, 4)
    assert (read.cost_usd, read.problems) == (1.0, ("日本",))
    for wrong, named in (
        ({"read": box[:3]}, "read"),
        ({"read": None}, "read"),
        ({"cost_usd": "1"}, "cost_usd"),
        ({"uploads": [{"region": box}]}, "size"),
        ({"problems": [True]}, "problems"),
    ):
        with pytest.raises(reading.NotAsExpected, match=f"^{named}$"):
            reading.parse(ours.PlanAnswer, plan | wrong)
    for missing in plan:
        left = {name: value for name, value in plan.items() if name != missing}
        with pytest.raises(reading.NotAsExpected, match=f"^{missing}$"):
            reading.parse(ours.PlanAnswer, left)
