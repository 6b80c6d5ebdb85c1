"""Servers of the user's own: added, tested, found and removed; the file that people edit stays."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from seamfill import errors
from seamfill.api import EditRequest
from seamfill.cli import main
from seamfill.endpoints import keys, load_catalog
from seamfill.endpoints.keys import Key
from seamfill.endpoints.loading import built_in
from seamfill.endpoints.own import OwnServer, own_server, own_servers, save
from seamfill.endpoints.resolve import resolve
from seamfill.errors import ADVICE, BadInput, SeamfillError
from seamfill.transport.discovery import examine
from tests.wire.harness import KEY, Wire
from tests.wire.test_servers import PRODUCTS, answers, listing

if TYPE_CHECKING:
    from pathlib import Path

    from seamfill.offline.server import Handler

NAME = "Büro 日本 🎨"
BY_HAND = """\
# Mine. Do not lose these words: é “ ” 日本
[models."gpt-image-2"]
title = "Ours"     # as the others call it

[endpoints.studio]   # by hand
base_url = "https://studio.example"
models = { mine = { max_n = 4 } }
"""


@pytest.fixture
def catalogue(home: Path) -> Path:
    """The user's catalogue, written by hand."""
    home.mkdir()
    path = home / "catalog.toml"
    path.write_text(BY_HAND, encoding="utf-8")
    return path


class Shell:
    """Runs the command, and reads what it says."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, Any]:
        code = main(["server", *words, "--json"])
        return code, json.loads(self._capsys.readouterr().out)


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


def refuse_key(handler: Handler) -> None:
    handler.send_json(401, {"error": {"message": f"Incorrect API key {KEY}", "code": "x"}})


def typed(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{key}\n"))


def test_a_server_is_added_used_changed_and_removed(
    wire: Wire, catalogue: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.script.on_fetch = answers(*PRODUCTS["vllm-omni"])
    typed(monkeypatch, KEY)
    monkeypatch.setattr(keys, "_to_keyring", lambda *_: False)
    url = wire.server.base_url
    code, told = shell("add", NAME, url, "--key", "-", "--price", "0.02", "--timeout", "900")
    assert code == 0
    assert told["reached"]
    assert told["server"]["kind"] == "vllm-omni"
    assert told["server"]["has_key"]
    assert f"Bearer {KEY}" in {fetch.get("authorization") for fetch in wire.script.fetches}
    text = catalogue.read_text("utf-8")
    assert text.startswith(BY_HAND)
    assert KEY not in text

    target = resolve(EditRequest(endpoint=NAME))
    assert target.url == f"{url}/images/edits"
    assert target.key is not None
    assert (target.timeout, target.endpoint.mask_field) == (900, "mask_image")
    assert target.model.name == "Qwen/Qwen-Image-Edit"
    assert target.model.best_sizes.min_pixels >= 786_432  # as models of its family are
    assert target.model.mask == "white"
    assert target.model.price is not None
    assert target.model.price.image == {"*": (0.02, 0.02)}

    catalogue.write_text(text.replace('like = "vllm', '# why: é\nlike = "vllm'), "utf-8")
    assert shell("add", NAME, url, "--timeout", "60")[0] == 0
    assert "# why: é" in catalogue.read_text("utf-8")
    assert resolve(EditRequest(endpoint=NAME)).timeout == 60
    assert own_server(own_servers()[NAME]).price == 0.02

    code, tested = shell("test", NAME)
    assert code == 0
    assert tested["server"]["models"] == ["Qwen/Qwen-Image-Edit"]
    assert shell("default", NAME)[0] == 0
    assert resolve(EditRequest()).endpoint.name == NAME
    assert shell("remove", NAME)[0] == 0
    assert catalogue.read_text("utf-8") == BY_HAND
    assert keys.stored() == frozenset()
    assert resolve(EditRequest()).endpoint.name == "offline"


def test_a_key_that_is_not_accepted_adds_nothing(
    wire: Wire, catalogue: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.script.on_fetch = refuse_key
    typed(monkeypatch, KEY)
    code, told = shell("add", NAME, wire.server.base_url, "--key", "-")
    assert code == 3
    assert told["error"]["code"] == "bad_key"
    assert KEY not in json.dumps(told)
    assert catalogue.read_text("utf-8") == BY_HAND
    assert keys.stored() == frozenset()


def test_what_helps_is_told_by_name(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    def advice(server: OwnServer, key: Key | None = None) -> str:
        with pytest.raises(SeamfillError) as caught:
            examine(server, key)
        return caught.value.advice

    here = wire.server.base_url
    assert advice(OwnServer("x", "http://127.0.0.1:9")) == "not_reached"
    assert advice(OwnServer("x", "http://192.0.2.1:9"), Key(KEY)) == "encryption"
    assert advice(OwnServer("x", here.replace("http:", "https:"))) == "not_reached"
    assert advice(OwnServer("x", "https://x.example", ca="/none/é.pem")) == "certificate"
    wire.script.on_fetch = refuse_key
    assert advice(OwnServer("x", here)) == "key"
    assert advice(OwnServer("x", here), Key(KEY)) == "bad_key"
    named = {*ADVICE} & {error.code for error in vars(errors).values() if hasattr(error, "code")}
    assert not named


def test_a_server_that_does_not_run_yet_is_added(catalogue: Path, shell: Shell) -> None:
    code, told = shell("add", NAME, "http://127.0.0.1:9", "--kind", "localai", "--default")
    assert code == 0
    assert not told["reached"]
    assert "not reached" in told["trouble"]
    target = resolve(EditRequest())
    assert target.url == "http://127.0.0.1:9/v1/images/inpainting"
    assert shell("test", NAME)[0] == 4


@pytest.mark.parametrize(
    "words",
    [
        ("openai", "https://x.example"),
        ("", "https://x.example"),
        ("two\nlines", "https://x.example"),
        (NAME, "ftp://x.example"),
        (NAME, "https://me:secret@x.example"),
        (NAME, "https://x.example", "--kind", "offline"),
        (NAME, "https://x.example", "--timeout", "-1"),
        (NAME, "https://x.example", "--timeout", "nan"),
        (NAME, "https://x.example", "--price", "-3"),
        (NAME, "https://x.example", "--key", "sk-on-the-command-line"),
    ],
)
def test_what_can_be_no_server_is_refused(
    catalogue: Path, shell: Shell, words: tuple[str, ...]
) -> None:
    code, told = shell("add", *words)
    assert code == 2
    assert "secret" not in json.dumps(told["error"])
    assert "sk-on-the-command-line" not in json.dumps(told["error"])
    assert catalogue.read_text("utf-8") == BY_HAND


@pytest.mark.parametrize("action", ["test", "remove"])
def test_only_ones_own_servers_are_tested_and_removed(
    catalogue: Path, shell: Shell, action: str
) -> None:
    for name in ("openai", "nobody"):
        assert shell(action, name)[0] == 2
    assert catalogue.read_text("utf-8") == BY_HAND


def test_servers_on_this_machine_are_found(
    wire: Wire, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    keys.store("compatible", KEY, "file")
    port = str(urlsplit(wire.server.base_url).port)
    wire.script.on_fetch = answers(*PRODUCTS["xinference"])
    code, told = shell("find", "--port", port, "--port", "9")
    assert code == 0
    [found] = told["servers"]
    assert (found["kind"], found["models"]) == ("xinference", ["sdxl-inpainting"])
    assert not any("authorization" in fetch for fetch in wire.script.fetches)
    wire.script.on_fetch = answers({"/": "some page"})
    assert shell("find", "--port", port) == (0, {"servers": []})
    wire.script.on_fetch = answers({"/v1/models": listing("my-edit")})
    assert shell("find", "--port", port)[1]["servers"][0]["kind"] == "compatible"


def test_what_endpoints_lack_is_told(catalogue: Path, shell: Shell) -> None:
    _code, told = shell("list")
    lacks = {server["name"]: server["lacks"] for server in told["servers"]}
    assert lacks["openai"] == ["key"]
    assert lacks["azure"] == ["address", "key"]
    assert lacks["offline"] == lacks["studio"] == []
    own = [server["name"] for server in told["servers"] if server["own"]]
    assert own == ["studio"]


def test_a_chosen_default_gives_way_to_an_address_alone(
    catalogue: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shell("default", "studio")[0] == 0
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    target = resolve(EditRequest())
    assert (target.endpoint.name, target.key) == ("studio", None)
    monkeypatch.setenv("OPENAI_BASE_URL", "https://elsewhere.example/v1")
    assert resolve(EditRequest()).endpoint.name == "compatible"
    monkeypatch.delenv("OPENAI_BASE_URL")
    assert shell("default")[0] == 0
    assert resolve(EditRequest()).endpoint.name == "openai"
    assert catalogue.read_text("utf-8") == BY_HAND


def test_a_catalogue_with_a_mistake_stays_as_it_is(catalogue: Path, shell: Shell) -> None:
    broken = BY_HAND + "[endpoints.studio\n"
    catalogue.write_text(broken, "utf-8")
    code, told = shell("add", NAME, "https://x.example", "--kind", "compatible")
    assert code == 2
    assert "catalog.toml" in told["error"]["message"]
    assert catalogue.read_text("utf-8") == broken


@pytest.mark.parametrize(
    "text",
    [
        'endpoints.x.base_url = "https://x.example"\n# é\n',
        '[endpoints]\nx = { base_url = "https://x.example" } # é\n',
        '[endpoints.a]\nauth = "none"\n[models.m]\nmax_n = 2\n[endpoints.b]\nauth = "none" # é\n',
        '\n\r\n# é\r\n[endpoints.a]\r\nauth = "none"\r\n',
    ],
)
def test_however_the_file_is_written_only_the_entry_changes(home: Path, text: str) -> None:
    home.mkdir()
    path = home / "catalog.toml"
    path.write_bytes(text.encode())
    others = set(load_catalog().endpoints)
    save(OwnServer(NAME, "https://new.example", "gateway", ca="/etc/é.pem"))
    assert own_server(own_servers()[NAME]).ca == "/etc/é.pem"
    assert set(load_catalog().endpoints) == others | {NAME}
    assert "# é" in path.read_text("utf-8")
    assert main(["server", "remove", NAME]) == 0
    assert set(load_catalog().endpoints) == others
    assert "# é" in path.read_text("utf-8")


def test_an_endpoint_that_is_like_another_takes_over_all_but_who_that_is(home: Path) -> None:
    home.mkdir()
    (home / "catalog.toml").write_text(
        '[endpoints.mine]\nlike = "localai"\nbase_url = "https://x.example"\n'
        "every = { timeout = 5 }\n",
        "utf-8",
    )
    mine, other = load_catalog().endpoints["mine"], built_in().endpoints["localai"]
    assert (mine.title, mine.key_variables, dict(mine.signs)) == ("mine", (), {})
    assert (mine.path, mine.extra) == (other.path, other.extra)
    assert mine.fallback.mask == "white"
    assert mine.fallback.timeout == 5
    (home / "catalog.toml").write_text('[endpoints.mine]\nlike = "yours"\n', "utf-8")
    with pytest.raises(BadInput, match=r"line 2.*'yours' is no endpoint"):
        load_catalog()
