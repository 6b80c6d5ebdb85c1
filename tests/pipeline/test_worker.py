"""The worker, spoken to as the plug-in speaks to it: JSON-RPC lines on its stdin and stdout."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from seamfill.journal.journal import Journal
from tests.endpoints import Watch, endpoint, repainted
from tests.loopback import Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = (900, 900)
BOUNDS = (300, 320, 200, 150)


class Talk:
    """A worker and what is said to it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "seamfill", "worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.notified: list[dict[str, Any]] = []
        self._last = 0

    def send(self, method: str, params: dict[str, Any]) -> int:
        self._last += 1
        message = {"jsonrpc": "2.0", "id": self._last, "method": method, "params": params}
        self.line(json.dumps(message))
        return self._last

    def line(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def answer(self, number: int | None) -> dict[str, Any]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            message: dict[str, Any] = json.loads(line)
            if "method" in message:
                self.notified.append(message)
            elif message["id"] == number:
                return message
        raise AssertionError("the worker ended without an answer")

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        return self.answer(self.send(method, params))

    def leave(self) -> None:
        """Be gone, as a plug-in is that was killed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture
def talk() -> Iterator[Talk]:
    talk = Talk()
    yield talk
    if talk.process.poll() is None:
        talk.process.kill()
    talk.process.wait()
    for stream in (talk.process.stdin, talk.process.stdout, talk.process.stderr):
        if stream is not None:
            stream.close()


def _edit(talk: Talk, folder: Path, base_url: str, **more: Any) -> dict[str, Any]:
    """What the plug-in sends for an edit, after it has asked for the plan."""
    plan = talk.ask("plan", **_wanted(base_url, **more.pop("options", {})))["result"]
    x, y, w, h = plan["read"]
    pixels = np.random.default_rng(0).integers(0, 256, (SIZE[1], SIZE[0], 4)).astype(np.uint8)
    pixels[..., 3] = 255
    selected = np.zeros(SIZE[::-1], np.uint8)
    selected[320:470, 300:500] = 255
    files = {"pixels": pixels, "selected": selected}
    for name, values in files.items():
        values[y : y + h, x : x + w].tofile(folder / name)
    paths = {name: str(folder / name) for name in files}
    return {"plan": plan["plan"], **paths, "directory": str(folder), **more}


def _wanted(base_url: str, **options: Any) -> dict[str, Any]:
    """What a plan is asked for."""
    options = {"prompt": "a red door", "base_url": base_url, **options}
    return {"size": SIZE, "selection": BOUNDS, "options": options}


@pytest.mark.parametrize(
    ("output", "kind", "peak"), [("R'G'B'A u8", np.uint8, 255), ("R'G'B'A float", np.float32, 1)]
)
def test_an_edit_brings_patches_in_raw_files(
    talk: Talk, tmp_path: Path, output: str, kind: type[np.generic], peak: float
) -> None:
    with endpoint(repainted) as server:
        asked = _edit(talk, tmp_path, server.base_url, output=output, options={"n": 2})
        result = talk.ask("edit", **asked)["result"]
    assert len(result["patches"]) == 2
    for patch in result["patches"]:
        _x, _y, w, h = patch["box"]
        pixels = np.fromfile(patch["pixels"], kind).reshape(h, w, 4)
        mask = np.fromfile(patch["mask"], np.uint8).reshape(h, w)
        assert pixels.max() <= peak
        assert (pixels[..., 3] == peak).all()
        assert mask.any()
        assert patch["report"]["outside_changed"] == 0
    stages = [message["params"]["stage"] for message in talk.notified]
    assert stages[:3] == ["preparing", "sending", "waiting"]
    assert stages[-1] == "fitting"


def test_parts_far_apart_are_sent_apart_where_the_selections_shape_is_known(
    talk: Talk, tmp_path: Path
) -> None:
    bounds = (100, 50, 4000, 3000)
    shape = np.zeros((3000, 4000), np.uint8)
    shape[:90, :120], shape[-100:, -70:] = 255, 1
    shape.tofile(tmp_path / "shape")
    wanted = {"size": (5000, 4000), "selection": bounds, "options": {"model": "gpt-image-1"}}
    bare = talk.ask("plan", **wanted)["result"]["uploads"]
    known = talk.ask("plan", **wanted, shape=str(tmp_path / "shape"))["result"]
    assert len(bare) > len(known["uploads"]) == 2
    assert all(upload["region"][2:] == upload["size"] for upload in known["uploads"])
    x, y, w, h = known["read"]
    assert (x <= 100, y <= 50, x + w >= 4100, y + h >= 3050) == (True,) * 4


def test_markup_comes_as_pixels_and_is_sent(talk: Talk, tmp_path: Path) -> None:
    with Endpoint() as server:
        model = {"model": "gpt-image-2.6-sunburst"}
        asked = _edit(talk, tmp_path, server.base_url, options=model)
        wanted = {**_wanted(server.base_url, **model), "markup": "notes é"}
        plan = talk.ask("plan", **wanted)["result"]
        w, h = plan["read"][2:]
        np.full((h, w, 4), (0, 0, 255, 128), np.uint8).tofile(tmp_path / "markup")
        drawn = {"plan": plan["plan"], "markup": str(tmp_path / "markup")}
        assert "error" in talk.ask("edit", **asked | {"markup": drawn["markup"]})
        assert talk.ask("edit", **asked | drawn)["result"]["patches"]
        wanted["options"]["model"] = "gpt-image-1"
        refused = talk.ask("plan", **wanted)
    [received] = server.received
    assert set(received.files) == {"image", "markup"}
    assert "does not take it" in refused["error"]["message"]


def test_an_edit_does_what_its_plan_showed_or_says_what_has_changed(
    talk: Talk, tmp_path: Path, own_home: Path
) -> None:
    shape = np.zeros((3000, 4000), np.uint8)
    shape[:90, :120], shape[-100:, -70:] = 255, 1
    shape.tofile(tmp_path / "shape")
    with endpoint(repainted) as server:
        wanted = _wanted(server.base_url, model="gpt-image-1") | {"size": (5000, 4000)}
        wanted |= {"selection": (100, 50, 4000, 3000), "shape": str(tmp_path / "shape")}
        plan = talk.ask("plan", **wanted)["result"]
        shape = np.pad(shape, ((50, 950), (100, 900)))
        x, y, w, h = plan["read"]
        np.full((h, w, 4), 255, np.uint8).tofile(tmp_path / "pixels")
        asked = {"plan": plan["plan"], "directory": str(tmp_path)}
        asked |= {name: str(tmp_path / name) for name in ("pixels", "selected")}
        shape[1500, 2000] = 255  # far from what was planned
        shape[y : y + h, x : x + w].tofile(tmp_path / "selected")
        changed = talk.ask("edit", **asked)["error"]
        shape[1500, 2000] = 0
        shape[y : y + h, x : x + w].tofile(tmp_path / "selected")
        result = talk.ask("edit", **asked)["result"]
        unknown = talk.ask("edit", **asked | {"plan": "99"})["error"]
    sent = json.loads((Path(result["journal"]) / "entry.json").read_text())["uploads"]
    assert [upload["region"] for upload in sent] == [u["region"] for u in plan["uploads"]]
    assert changed["data"]["code"] == unknown["data"]["code"] == "plan_changed"
    assert "selection has changed" in changed["message"]


def test_the_answers_stay_recoverable_until_the_plugin_says_that_they_are_used(
    talk: Talk, tmp_path: Path, own_home: Path
) -> None:
    with endpoint() as server:
        result = talk.ask("edit", **_edit(talk, tmp_path, server.base_url))["result"]
    journal = Journal(own_home / "journal")
    assert [str(record.path) for record in journal.recoverable()] == [result["journal"]]
    entries = talk.ask("entries")["result"]["entries"]
    assert [(entry["journal"], entry["prompt"]) for entry in entries] == [
        (result["journal"], "a red door")
    ]
    talk.ask("used", journal=result["journal"])
    assert journal.recoverable() == []


def test_used_writes_in_no_folder_that_the_journal_did_not_make(
    talk: Talk, tmp_path: Path, own_home: Path
) -> None:
    name = "20260101-120000-0123abcd"
    for folder in (tmp_path / name, own_home / "journal" / name):
        folder.mkdir(parents=True)
        (folder / "entry.json").write_text("{}")
        for answers in ({}, {"answers": [0]}):
            error = talk.ask("used", journal=str(folder), **answers)["error"]
            assert "must be an entry of the journal" in error["message"]
        assert [path.name for path in folder.iterdir()] == ["entry.json"]


def test_a_refit_needs_no_endpoint(talk: Talk, tmp_path: Path) -> None:
    with endpoint(repainted) as server:
        first = talk.ask("edit", **_edit(talk, tmp_path, server.base_url))["result"]
    where = {"journal": first["journal"], "directory": str(tmp_path), "output": "R'G'B'A u8"}
    again = talk.ask("refit", options={"edge": 0}, **where)["result"]
    (patch,) = again["patches"]
    assert patch["box"] == first["patches"][0]["box"]
    mask = np.fromfile(patch["mask"], np.uint8)
    assert set(np.unique(mask)) == {0, 255}


def test_a_refit_of_one_answer_takes_its_steps_one_by_one(talk: Talk, tmp_path: Path) -> None:
    with endpoint(repainted) as server:
        asked = _edit(talk, tmp_path, server.base_url, options={"n": 2})
        first = talk.ask("edit", **asked)["result"]
    where = {"journal": first["journal"], "directory": str(tmp_path), "output": "R'G'B'A u8"}
    for register in (True, False):
        for tone in (True, False):
            options = {"register": register, "tone": tone}
            again = talk.ask("refit", options=options, answer=1, **where)["result"]
            (patch,) = again["patches"]
            assert patch["answer"] == 1
            assert patch["report"]["registered"] == register
            toned = patch["report"]["gain"] != [1.0, 1.0, 1.0] or any(patch["report"]["bias"])
            assert toned == tone
    for wrong in ({"answer": 2}, {"answer": "1"}, {"options": {"tone": "no"}}):
        error = talk.ask("refit", **({"options": {}} | wrong), **where)["error"]
        assert error["data"]["code"] == "bad_input"


def test_a_cancel_ends_an_edit_that_waits(talk: Talk, tmp_path: Path) -> None:
    watch = Watch(hold=threading.Event())
    with endpoint(watch=watch) as server:
        number = talk.send("edit", _edit(talk, tmp_path, server.base_url))
        assert watch.arrived.wait(30)
        talk.send("cancel", {"id": number})
        error = talk.answer(number)["error"]
        assert watch.hold is not None
        watch.hold.set()
    assert error["data"]["code"] == "cancelled"


def test_a_refused_edit_is_told_in_words(talk: Talk, tmp_path: Path) -> None:
    watch = Watch(refuse=(400, {"error": {"code": "moderation_blocked", "message": "no"}}))
    with endpoint(watch=watch) as server:
        error = talk.ask("edit", **_edit(talk, tmp_path, server.base_url))["error"]
    assert error["data"]["code"] == "moderated"
    assert error["data"]["exit_code"] == 3
    assert error["message"]
    assert error["data"]["hint"]


def test_the_worker_ends_when_the_plugin_does(talk: Talk) -> None:
    talk.ask("describe")
    talk.leave()
    assert talk.process.wait(10) == 0


def test_an_answer_that_may_be_paid_reaches_the_journal_though_gimp_is_gone(
    talk: Talk, tmp_path: Path, own_home: Path
) -> None:
    watch = Watch(hold=threading.Event())
    with endpoint(watch=watch) as server:
        talk.send("edit", _edit(talk, tmp_path, server.base_url))
        assert watch.arrived.wait(30)
        time.sleep(0.5)  # the worker hears that its request has arrived
        talk.leave()
        time.sleep(0.5)
        assert talk.process.poll() is None
        assert watch.hold is not None
        watch.hold.set()
        assert talk.process.wait(20) == 0
    (record,) = Journal(own_home / "journal").recoverable()
    assert record.state == "answered"
    assert record.answers


def test_an_edit_that_is_left_brings_all_its_answers_into_the_journal(
    talk: Talk, tmp_path: Path, own_home: Path
) -> None:
    watch = Watch(hold=threading.Event())
    folder = tmp_path / "private"
    folder.mkdir()
    options = {"model": "gpt-image-2.6-sunburst", "n": 12, "stream": True, "partial_images": 2}
    with endpoint(repainted, watch) as server:
        asked = _edit(talk, folder, server.base_url, options=options)
        number = talk.send("edit", asked)
        assert watch.arrived.wait(30)
        talk.ask("leave", id=number)
        talk.leave()
        shutil.rmtree(folder)
        assert watch.hold is not None
        watch.hold.set()
        assert talk.process.wait(300) == 0
    (record,) = Journal(own_home / "journal").recoverable()
    assert len(record.answers) == 12


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("nonsense", -32700),
        ("[]", -32600),
        ('{"jsonrpc": "2.0", "id": null, "method": "dance"}', -32601),
        ('{"jsonrpc": "2.0", "id": null, "method": "plan", "params": {"size": "big"}}', -32602),
        ('{"jsonrpc": "2.0", "id": null, "method": "plan", "params": [1, 2]}', -32602),
        ('{"jsonrpc": "2.0", "id": [1], "method": "describe"}', -32600),
        ('{"jsonrpc": "2.0", "id": {"a": 1}, "method": "edit"}', -32600),
        ('{"jsonrpc": "2.0", "id": null, "method": "plan", "params": {"size": NaN}}', -32700),
        ('{"jsonrpc": "2.0", "id": null, "method": "\\ud800"}', -32700),
        ('"\\ud800', -32700),
        ("9" * 10_000, -32700),
        ("[" * 100_000, -32700),
        ("[" * 500 + "]" * 500, -32600),
        ('"' + "x" * 3_000_000 + '"', -32700),
        ('{"jsonrpc": "2.0", "id": null, "method": "cancel", "params": {"id": [1]}}', None),
    ],
)
def test_what_makes_no_sense_is_answered_and_the_worker_goes_on(
    talk: Talk, line: str, code: int | None
) -> None:
    talk.line(line)
    assert talk.answer(None).get("error", {}).get("code") == code
    assert "endpoints" in talk.ask("describe")["result"]


def test_what_lies_within_a_line_that_is_too_long_is_no_request(talk: Talk) -> None:
    talk.line('{"jsonrpc": "2.0", "id": "in a line", "method": "describe"}'.rjust(1 << 21))
    assert talk.answer(None)["error"]["code"] == -32700
    assert "endpoints" in talk.ask("describe")["result"]
    assert not any("in a line" in str(message) for message in talk.notified)


@pytest.fixture
def silent() -> Iterator[str]:
    """The base URL of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"


def _long_plan(base_url: str) -> dict[str, Any]:
    """A plan that takes a while: the server is asked who it is."""
    return {"size": SIZE, "selection": BOUNDS, "options": {"prompt": "x", "base_url": base_url}}


def test_a_cancel_is_seen_while_something_else_is_worked_on(talk: Talk, silent: str) -> None:
    plan = talk.send("plan", _long_plan(silent))
    other = talk.send("plan", _long_plan(silent))
    talk.send("cancel", {"id": other})
    first: dict[str, Any] = json.loads(talk.process.stdout.readline())  # type: ignore[union-attr]
    assert first["id"] == other
    assert first["error"]["data"]["code"] == "cancelled"
    assert "result" in talk.answer(plan)


def test_a_cancel_is_seen_during_a_refit(talk: Talk, tmp_path: Path) -> None:
    with endpoint(repainted) as server:
        first = talk.ask("edit", **_edit(talk, tmp_path, server.base_url, options={"n": 10}))
    entry = first["result"]["journal"]
    where = {"journal": entry, "directory": str(tmp_path), "options": {}}
    number = talk.send("refit", where)
    talk.send("cancel", {"id": number})
    assert talk.answer(number)["error"]["data"]["code"] == "cancelled"
    assert talk.ask("refit", answer=0, **where)["result"]["patches"]


def test_the_end_of_input_is_seen_whatever_is_worked_on(talk: Talk, silent: str) -> None:
    talk.send("plan", _long_plan(silent))
    told, _ = talk.process.communicate(timeout=300)
    assert '"result"' not in told  # it ended before the plan did
    assert talk.process.returncode == 0


def test_what_is_to_be_kept_is_kept_though_input_ends_at_once(
    talk: Talk, silent: str, own_home: Path
) -> None:
    talk.send("plan", _long_plan(silent))
    talk.send("set_key", {"endpoint": "gateway", "key": "sk-kept-123456", "place": "file"})
    talk.process.communicate(timeout=300)
    assert "sk-kept-123456" in (own_home / "keys.json").read_text()


def test_a_plan_that_nobody_can_mean_is_refused_at_once(talk: Talk) -> None:
    """Such sizes took 14 seconds and 3.8 GB."""
    options = {"prompt": "x", "model": "dall-e-2"}
    for size in (10**9, 10**100, 900_000):
        bounds = [1, 1, size - 2, size - 2]
        error = talk.ask("plan", size=[size, size], selection=bounds, options=options)["error"]
        assert error["data"]["code"] == "bad_input"
        assert len(error["message"]) < 200
    pages = Path(f"/proc/{talk.process.pid}/status")
    if pages.exists():
        peak = next(line for line in pages.read_text().splitlines() if "VmHWM" in line)
        assert int(peak.split()[1]) < 1_000_000  # kB


def test_two_edits_never_share_a_file(talk: Talk, tmp_path: Path) -> None:
    options = {"model": "gpt-image-2.6-sunburst", "stream": True, "partial_images": 2}
    with endpoint(repainted) as server:
        asked = _edit(talk, tmp_path, server.base_url, options=options)
        sent = [talk.send("edit", asked) for _ in range(4)]
        answers: dict[int, Any] = {}
        while len(answers) < len(sent):
            message = json.loads(talk.process.stdout.readline())  # type: ignore[union-attr]
            if "method" in message:
                talk.notified.append(message)
            else:
                answers[message["id"]] = message["result"]
    made = [patch for number in sent for patch in answers[number]["patches"]]
    shown = [told["params"] for told in talk.notified if told["method"] == "partial"]
    paths = [patch[kind] for patch in made for kind in ("pixels", "mask")]
    paths += [partial["path"] for partial in shown]
    assert len(made) == 4
    assert len(set(paths)) == len(paths)
    assert all(Path(path).stat().st_size for path in paths)


WRONG: list[dict[str, Any]] = [
    {"directory": "/nowhere/at/all"},
    {"directory": None},
    {"directory": ["x"]},
    {"directory": "\0"},
    {"output": "R'G'B'A half"},
    {"output": 7},
    {"pixels": None},
    {"pixels": 3},
    {"pixels": "/dev/zero"},
    {"format": "Y u8"},
    {"format": {"a": 1}},
    {"selected": 0},
    {"selected": "/dev/zero"},
    {"markup": "/dev/zero"},
    {"plan": None},
    {"plan": 1},
    {"plan": "of somebody else"},
]
WRONG_PLANS: list[dict[str, Any]] = [
    {"size": [0, 900]},
    {"selection": [1, 2]},
    {"selection": [0, 0, -10, -10]},
    {"shape": 7},
    {"markup": 7},
    {"options": ["prompt"]},
    {"options": {"prompt": 7}},
    {"options": {"references": [7]}},
    {"options": {"references": ["\0"]}},
    {"options": {"edge": 10**400}},
    {"options": {"timeout": 10**400}},
    {"options": {"n": 10**400}},
    {"options": {"context": [1, 2, 3, "4"]}},
    {"options": {"base_url": "http://[::1"}},
]


def test_all_of_an_edit_is_looked_at_before_anything_is_sent(talk: Talk, tmp_path: Path) -> None:
    watch = Watch()
    with endpoint(watch=watch) as server:
        right = _edit(talk, tmp_path, server.base_url, options={"model": "gpt-image-1"})
        wanted = _wanted(server.base_url, model="gpt-image-1")
        asked = [("edit", right | wrong) for wrong in WRONG]
        for wrong in WRONG_PLANS:
            options = wrong.get("options", {})
            if isinstance(options, dict):
                options = wanted["options"] | options
            asked.append(("plan", wanted | wrong | {"options": options}))
        for method, params in asked:
            error = talk.ask(method, **params)["error"]
            assert error["code"] in (-32602, -32000), (params, error)
            assert error["data"]["code"] in ("bad_input", "plan_changed"), (params, error)
            assert len(error["message"]) < 300
    assert not watch.arrived.is_set()


def test_patches_that_cannot_be_written_are_told_and_kept(
    talk: Talk, tmp_path: Path, own_home: Path
) -> None:
    folder = tmp_path / "private"
    folder.mkdir()
    watch = Watch(hold=threading.Event())
    with endpoint(watch=watch) as server:
        number = talk.send("edit", _edit(talk, folder, server.base_url))
        assert watch.arrived.wait(30)
        shutil.rmtree(folder)
        assert watch.hold is not None
        watch.hold.set()
        error = talk.answer(number)["error"]
    assert error["data"]["code"] == "answer_unusable"
    assert "recover" in error["data"]["hint"]
    assert len(Journal(own_home / "journal").recoverable()) == 1


def test_the_plugin_says_where_a_key_is_kept(talk: Talk) -> None:
    """There is no keyring here: that is told, and a file is taken where the user wants one."""
    key = {"endpoint": "gateway", "key": "sk-very-secret-1234"}
    refused = talk.ask("set_key", **key, place="keyring")["error"]
    assert refused["data"]["code"] == "keyring_refused"
    assert "file" in refused["data"]["hint"]
    for place in ("cloud", ["file"], 5):
        assert talk.ask("set_key", **key, place=place)["error"]["data"]["code"] == "bad_input"
    assert talk.ask("set_key", **key, place="file")["result"] == {"place": "file"}


def test_no_key_is_ever_told(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    place = talk.ask("set_key", endpoint="openai", key="sk-very-secret-1234")["result"]["place"]
    assert place == "file"
    described = talk.ask("describe")["result"]
    assert [e["has_key"] for e in described["endpoints"] if e["name"] == "openai"] == [True]
    assert "sk-very-secret" not in json.dumps(described)
    stored = Path(os.environ["SEAMFILL_HOME"]) / "keys.json"
    assert stored.stat().st_mode & 0o777 == 0o600
    talk.ask("delete_key", endpoint="openai")
    assert "sk-very-secret" not in stored.read_text()


def test_settings_finds_tries_and_keeps_servers(talk: Talk) -> None:
    name = "Büro 日本"
    with endpoint() as server:
        port = int(server.base_url.rpartition(":")[2].partition("/")[0])
        [found] = talk.ask("find_servers", ports=[port, 9])["result"]["servers"]
        assert found["base_url"] == f"http://127.0.0.1:{port}"
        assert "gpt-image-1" in found["models"]
        told = {key: found[key] for key in ("base_url", "kind", "models", "default_model")}
        wanted = {"name": name, **told, "timeout": 90, "price_usd": 0.01}
        assert talk.ask("examine_server", **wanted)["result"]["kind"] == found["kind"]
        assert talk.ask("set_server", **wanted)["result"] == {}
        talk.ask("set_default_endpoint", endpoint=name)
    described = talk.ask("describe")["result"]
    assert described["default_endpoint"] == name
    entry = next(each for each in described["endpoints"] if each["name"] == name)
    assert (entry["own"], entry["timeout"], entry["price_usd"]) == (True, 90, 0.01)
    assert entry["default_model"] == found["default_model"]
    error = talk.ask("examine_server", **{**wanted, "base_url": "http://127.0.0.1:9"})["error"]
    assert error["data"]["code"] == "not_reached"
    for wrong in ({"kind": "offline"}, {"timeout": "long"}, {"models": "m"}, {"name": "openai"}):
        error = talk.ask("set_server", **{**wanted, **wrong})["error"]
        assert error["data"]["code"] == "bad_input"
    assert talk.ask("remove_server", name=name)["result"] == {}
    names = [each["name"] for each in talk.ask("describe")["result"]["endpoints"]]
    assert name not in names
