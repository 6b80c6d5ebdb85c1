"""Who is at an address of which only the address is known: told by what it answers."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from seamfill.api import EditRequest, build, validate
from seamfill.cli import main
from seamfill.edits.plan import Plan, make_plan
from seamfill.endpoints import load_catalog, servers
from seamfill.endpoints.keys import store
from seamfill.endpoints.resolve import resolve
from seamfill.endpoints.servers import Server
from seamfill.geometry import Box, Size
from seamfill.transport import models, recognition
from seamfill.transport.recognition import recognise
from seamfill.worker.describe import describe
from tests.wire.pictures import upload

if TYPE_CHECKING:
    from collections.abc import Callable

    from seamfill.offline.server import Handler
    from tests.wire.harness import Wire

BUILT_IN = load_catalog(Path("none"))


def answers(
    pages: dict[str, Any], headers: dict[str, str] | None = None
) -> Callable[[Handler], None]:
    """A server that has a few pages; what is no text travels as JSON."""

    def act(handler: Handler) -> None:
        page = pages.get(urlsplit(handler.path).path)
        body = json.dumps({"detail": "Not Found"} if page is None else page).encode()
        handler.send_response(404 if page is None else 200)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return act


def listing(*names: str, **told: Any) -> dict[str, Any]:
    return {"object": "list", "data": [{"id": n, "object": "model", **told} for n in names]}


# What each product answers, by its own sources.
PRODUCTS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "vllm-omni": ({"/v1/models": listing("Qwen/Qwen-Image-Edit", created=1, owned_by="vllm"),
                   "/version": {"version": "0.30.0"}}, {"server": "uvicorn"}),
    "xinference": ({"/v1/models": listing("sdxl-inpainting", owned_by="xinference",
                                          model_type="image", model_ability=["inpainting"])},
                   {"server": "uvicorn"}),
    "localai": ({"/v1/models": listing("flux.1-dev", "llama-3"), "/version": {"version": "v4"},
                 "/.well-known/localai.json": {"version": "v4", "endpoints": {
                     "models": "/v1/models", "models_capabilities": "/v1/models/capabilities"}}},
                {}),
    "sd-cpp": ({"/v1/models": {"data": [{"id": "sd-cpp-local", "object": "model",
                                         "owned_by": "local"}]}}, {}),
    "litellm": ({"/v1/models": listing("gpt-image-2", owned_by="openai"),
                 "/health/liveliness": "I'm alive!"}, {"server": "uvicorn"}),
    "gateway": ({"/v1/models": listing("gpt-image-1", "gpt-4o", owned_by="custom")},
                {"X-New-Api-Version": "v1.0.0"}),
}  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "_silent", {})


def plan(wire: Wire, **options: Any) -> Plan:
    wanted = {"prompt": "a door", "base_url": wire.server.base_url, **options}
    return make_plan(EditRequest(**wanted), Size(1200, 900), Box(500, 400, 90, 80))


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("end", ["", "/", "/v1"])
def test_a_product_is_told_by_what_it_answers(wire: Wire, product: str, end: str) -> None:
    wire.script.on_fetch = answers(*PRODUCTS[product])
    base_url = wire.server.base_url.removesuffix("/v1") + end
    planned = plan(wire, base_url=base_url, model="m")
    assert planned.target.endpoint.name == product
    title = BUILT_IN.endpoints[product].title
    assert f"answers as {title} does" in planned.problems[0]
    sent = build(EditRequest(prompt="x"), planned.target, upload(), 1)
    assert sent.files[-1].name == BUILT_IN.endpoints[product].mask_field
    assert planned.target.url.endswith(BUILT_IN.endpoints[product].path)


def test_a_name_of_this_machine_is_as_good_as_its_number(wire: Wire) -> None:
    wire.script.on_fetch = answers(*PRODUCTS["vllm-omni"])
    planned = plan(wire, base_url=wire.server.base_url.replace("127.0.0.1", "localhost"))
    assert planned.target.endpoint.name == "vllm-omni"
    assert "localhost" in planned.problems[0]


@pytest.mark.parametrize("port", [1234, 4000, 8000, 8080, 9997])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_port_is_nobodys_name(monkeypatch: pytest.MonkeyPatch, host: str, port: int) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://{host}:{port}/v1")
    target = resolve(EditRequest())
    assert target.endpoint.name == "compatible"
    assert target.guesses == ()


@pytest.mark.parametrize(
    "pages",
    [{}, {"/v1/models": listing("gpt-image-2")}, {"/v1/models": "no list"}, {"/v1/models": None},
     {"/v1/models": {"data": [{"id": ["x"]}, 3]}}],
)  # fmt: skip
def test_a_server_that_is_like_none_is_taken_at_the_interfaces_word(
    wire: Wire, pages: dict[str, Any]
) -> None:
    wire.script.on_fetch = answers(pages)
    planned = plan(wire, model="gpt-image-2")
    assert planned.target.endpoint.name == "compatible"
    assert planned.problems == ()


def test_a_server_is_asked_once(wire: Wire) -> None:
    wire.script.on_fetch = answers(*PRODUCTS["xinference"])
    plan(wire)
    asked = len(wire.script.fetches)
    assert asked
    for _ in range(3):
        assert plan(wire).target.endpoint.name == "xinference"
    assert len(wire.script.fetches) == asked


def test_what_was_found_is_asked_again_after_a_day_or_when_models_are_listed(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wire.script.on_fetch = answers(*PRODUCTS["xinference"])
    plan(wire)
    wire.script.on_fetch = answers(*PRODUCTS["sd-cpp"])
    assert main(["models", "--base-url", wire.server.base_url]) == 0
    shown = capsys.readouterr().out
    assert "sd-cpp: stable-diffusion.cpp" in shown
    assert "answers as stable-diffusion.cpp does" in shown
    assert plan(wire).target.endpoint.name == "sd-cpp"
    wire.script.on_fetch = answers(*PRODUCTS["litellm"])
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 25 * 3600)
    assert plan(wire).target.endpoint.name == "litellm"


def test_an_endpoint_that_is_named_is_not_asked(wire: Wire) -> None:
    wire.script.on_fetch = answers(*PRODUCTS["xinference"])
    planned = plan(wire, endpoint="compatible")
    assert planned.target.endpoint.name == "compatible"
    assert wire.script.fetches == []


def test_a_server_that_is_silent_does_not_hold_a_plan_up_twice(wire: Wire) -> None:
    def stall(handler: Handler) -> None:
        handler.connection.settimeout(20)
        handler.close_connection = True
        try:
            handler.connection.recv(1)  # until the client goes away
        except OSError:
            return

    wire.script.on_fetch = stall
    assert plan(wire, model="gpt-image-2").target.endpoint.name == "compatible"
    asked = len(wire.script.fetches)
    plan(wire, model="gpt-image-2")
    assert len(wire.script.fetches) == asked
    assert servers.remembered(wire.server.base_url) is None


def test_nobody_there_is_no_error_of_the_plan(wire: Wire) -> None:
    assert plan(wire, base_url="http://127.0.0.1:9", model="gpt-image-2").placements


def test_the_environments_key_goes_to_the_environments_address(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.script.on_fetch = answers(*PRODUCTS["litellm"])
    monkeypatch.setenv("OPENAI_BASE_URL", wire.server.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-proxy")
    planned = plan(wire, base_url=None)
    assert planned.target.endpoint.name == "litellm"
    assert planned.target.url.startswith(wire.server.base_url)
    assert planned.target.key is not None
    assert planned.target.key.reveal() == "sk-of-the-proxy"
    keyed = [fetch.get("authorization") for fetch in wire.script.fetches]
    assert set(keyed) == {None, "Bearer sk-of-the-proxy"}
    told = describe()
    assert told.default_endpoint == "litellm"
    entry = next(e for e in told.endpoints if e.name == "litellm")
    assert entry.default_model == "gpt-image-2"
    assert entry.has_key


def test_a_key_that_was_stored_for_any_server_is_found(wire: Wire) -> None:
    store("compatible", "sk-stored", "file")
    wire.script.on_fetch = answers(*PRODUCTS["gateway"])
    target = plan(wire).target
    assert target.endpoint.name == "gateway"
    assert target.key is not None


# -- the model


def test_a_gateway_in_the_environment_gets_a_model_that_it_lists(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {"/v1/models": listing("gpt-4o", "gpt-image-1.5", "gpt-image-1.5-all")}
    wire.script.on_fetch = answers(pages, {"X-New-Api-Version": "v1"})
    monkeypatch.setenv("OPENAI_BASE_URL", wire.server.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-gateway")
    planned = plan(wire, base_url=None)
    assert (planned.target.endpoint.name, planned.target.model.name) == ("gateway", "gpt-image-1.5")
    assert "No model was named, so gpt-image-1.5 is used" in planned.problems[1]
    asked = len(wire.script.fetches)
    plan(wire, base_url=None)
    assert len(wire.script.fetches) == asked


@pytest.mark.parametrize(
    ("listed", "chosen"),
    [
        (["gpt-4o", "gpt-image-1", "gpt-image-1.5"], "gpt-image-1.5"),
        (["gpt-4o", "openai/gpt-image-2"], "openai/gpt-image-2"),
        (["gpt-4o", "seedream-image-4"], "seedream-image-4"),
        (["gpt-4o", "gpt-image-2.6-sunburst", "dall-e-2"], "gpt-image-2.6-sunburst"),
        (["gpt-4o"], "gpt-image-2.6-sunburst"),
    ],
)
def test_the_default_is_a_model_that_is_listed(wire: Wire, listed: list[str], chosen: str) -> None:
    wire.script.on_fetch = answers({"/v1/models": listing(*listed)})
    planned = plan(wire)
    assert planned.target.model.name == chosen
    usual = chosen == "gpt-image-2.6-sunburst"
    assert any(f"{chosen} is used" in said for said in planned.problems) != usual
    assert plan(wire, model="gpt-image-2").target.model.name == "gpt-image-2"


def test_what_is_loaded_at_a_server_of_ones_own_is_named_where_it_is_known(wire: Wire) -> None:
    wire.script.on_fetch = answers(*PRODUCTS["vllm-omni"])
    target = plan(wire).target
    assert target.model.name == "Qwen/Qwen-Image-Edit"
    assert target.model.best_sizes.min_pixels >= 786_432
    wire.script.on_fetch = answers({"/v1/models": listing("mine", owned_by="vllm")})
    recognise(EditRequest(base_url=wire.server.base_url), anew=True)
    sent = build(EditRequest(prompt="x"), plan(wire).target, upload(), 1)
    assert sent.value("model") is None


def test_localai_gets_a_model_that_it_lists(wire: Wire) -> None:
    wire.script.on_fetch = answers(*PRODUCTS["localai"])
    target = plan(wire).target
    assert target.model.name == "flux.1-dev"
    validate(EditRequest(prompt="x"), target)


def test_models_that_cannot_edit_are_not_chosen() -> None:
    entry = BUILT_IN.endpoints["compatible"]
    assert servers.may_edit("flux-x", {"model_ability": ["text2image"]}) is False
    assert servers.may_edit("plain", {"model_ability": ["image2image"]}) is True
    assert servers.may_edit("gpt-image-9", {"mode": "chat"}) is False
    assert servers.may_edit("plain", {}) is None
    assert servers.default_model(Server("", ()), entry) == entry.default_model


def test_every_model_that_edits_is_shown(wire: Wire) -> None:
    wire.script.on_fetch = answers({"/v1/models": {"data": [
        {"id": "dall-e-2"}, {"id": "openai/flux-kontext-pro"}, {"id": "gpt-4o", "mode": "chat"},
        {"id": "painter", "mode": "image_edit"}, {"id": "words"},
    ]}})  # fmt: skip
    request = EditRequest(base_url=wire.server.base_url, endpoint="litellm")
    report = models.report(resolve(request, env={}))
    offers = {offer.model.name: offer for offer in report.offers}
    assert {"dall-e-2", "openai/flux-kontext-pro", "painter"} <= set(offers)
    assert not {"gpt-4o", "words"} & set(offers)
    assert offers["dall-e-2"].listed
    own = EditRequest(base_url=wire.server.base_url, endpoint="sd-cpp")
    shown = {offer.model.name for offer in models.report(resolve(own, env={})).offers}
    assert "words" in shown


def test_a_damaged_memory_is_asked_anew(wire: Wire, home: Path) -> None:
    wire.script.on_fetch = answers(*PRODUCTS["sd-cpp"])
    home.mkdir(parents=True)
    for text in ("", "[]", '{"' + wire.server.base_url + '": {"asked": "x"}}', "{", "null"):
        (home / "servers.json").write_text(text)
        assert plan(wire).target.endpoint.name == "sd-cpp"
