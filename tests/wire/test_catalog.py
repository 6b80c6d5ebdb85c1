"""The catalogue: what is in it, what users add, and mistakes that are found."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamfill.api import EditRequest
from seamfill.edits.plan import make_plan
from seamfill.endpoints import Catalog, Endpoint, Model, load_catalog
from seamfill.endpoints.resolve import resolve
from seamfill.errors import BadInput
from seamfill.geometry import Box, Size
from seamfill.transport import models

if TYPE_CHECKING:
    from tests.wire.harness import Wire

BUILT_IN = load_catalog(Path("none"))
TODAY = datetime.date(2026, 11, 22)


def own(tmp_path: Path, text: str) -> Catalog:
    path = tmp_path / "catalog.toml"
    path.write_text(text)
    return load_catalog(path)


@pytest.mark.parametrize(
    "name",
    ["openai", "gateway", "azure", "sd-cpp", "xinference", "vllm-omni", "localai",
     "litellm", "offline", "compatible"],
)  # fmt: skip
def test_every_endpoint_has_a_default_model_that_it_offers_and_that_is_alive(name: str) -> None:
    endpoint = BUILT_IN.endpoints[name]
    assert endpoint.title
    model = endpoint.models[endpoint.default_model]
    assert model.known
    assert not model.closes_within(60, TODAY)
    for offered in endpoint.models.values():
        assert offered.successor is None or offered.successor in endpoint.models


@pytest.mark.parametrize(
    "name",
    ["gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5", "gpt-image-2", "gpt-image-2.5-sunburst",
     "gpt-image-2.5-flare", "gpt-image-2.6-sunburst", "gpt-image-2.6-flare", "chatgpt-image-latest",
     "gpt-image-1-all", "gpt-image-2.6-all", "flux-kontext-pro", "flux-kontext-max", "dall-e-2"],
)  # fmt: skip
def test_every_model_is_offered_somewhere(name: str) -> None:
    assert any(name in endpoint.models for endpoint in BUILT_IN.endpoints.values())


def test_what_openai_switched_off_is_known_there_and_still_open_at_gateways() -> None:
    openai, gateway = BUILT_IN.endpoints["openai"], BUILT_IN.endpoints["gateway"]
    assert openai.models["gpt-image-1"].shutdown == datetime.date(2026, 10, 23)
    assert gateway.models["gpt-image-1"].shutdown is None


def test_a_dated_name_is_its_model() -> None:
    dated = BUILT_IN.endpoints["openai"].model("gpt-image-2-2026-04-21")
    assert dated.name == "gpt-image-2-2026-04-21"
    assert dated.sizes == BUILT_IN.endpoints["openai"].models["gpt-image-2"].sizes


def test_a_name_that_a_gateway_prefixed_is_its_model() -> None:
    prefixed = BUILT_IN.endpoints["litellm"].model("openai/gpt-image-2-2026-04-21")
    assert prefixed.name == "openai/gpt-image-2-2026-04-21"
    assert prefixed.known
    assert not prefixed.sizes.fixed


def test_an_unknown_model_gets_careful_guesses() -> None:
    model = BUILT_IN.endpoints["compatible"].model("somebody-elses-model")
    assert not model.known
    assert model.sizes.fixed == (Size(1024, 1024), Size(1536, 1024), Size(1024, 1536))
    assert model.max_n == 1


def test_a_self_hosted_server_guesses_by_its_own_rules() -> None:
    model = BUILT_IN.endpoints["sd-cpp"].model("flux-schnell-q4")
    assert model.mask == "white"
    assert not model.sizes.fixed


def test_users_add_endpoints_and_models(tmp_path: Path) -> None:
    catalog = own(
        tmp_path,
        '[models.mine]\nlike = "gpt-image-2"\nmax_n = 2\n'
        '[endpoints.studio]\nbase_url = "https://studio.example/api"\nauth = "x-key"\n'
        "models = { mine = { prompt_limit = 500 }, other = {} }\n"
        '[endpoints.openai]\ndefault_model = "gpt-image-2"\n',
    )
    studio = catalog.endpoints["studio"]
    assert studio.default_model == "mine"
    assert (studio.models["mine"].max_n, studio.models["mine"].prompt_limit) == (2, 500)
    assert studio.models["mine"].qualities == ("low", "medium", "high")
    assert catalog.endpoints["openai"].default_model == "gpt-image-2"
    assert "gpt-image-2.6-flare" in catalog.endpoints["openai"].models


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[endpoints.x\n", "line 1", "not valid TOML"),
        ("\n[endpoints.x]\nbase_uri = 'https://x'\n", "line 3", "no such key; there are.*base_url"),
        ("[endpoints.x]\n# a comment\nauth = 'basic'\n", "line 3", "'basic' is none of bearer"),
        ("[models.m]\n\n\nmax_n = 'two'\n[endpoints.x]\nmodels = {m = {}}\n", "line 4",
         "has to be a whole number"),
        ("[endpoints.x]\nmodels = {m = {}}\n[models.m]\nsizes = ['1024']\n", "line 4",
         "not a size such as"),
        ("[endpoints.x]\nmodels = {m = {}}\n[models.m]\nlike = 'nothing'\n", "line 4",
         "no model 'nothing'"),
        ("[endpoints.x]\nmodels = {m = {}}\n[models.m]\nlike = 'n'\n[models.n]\nlike = 'm'\n",
         "line", "is like itself"),
        ("[endpoints.x]\nallow_http = 1\n", "line 2", "true or false"),
        ("[endpoints.x]\nmodels = {m = {}}\n[models.m.sizes]\nmultiple = 16\nmax_edges = 9\n",
         "line 5", "no such key"),
        ("[endpoints.x]\nmodels = {m = {}}\n[models.\"m\".price]\nimage = {low = [1]}\n",
         "line 4", "has to hold 2 values"),
        ("[servers.x]\n", "line 1", r"only \[models"),
        (f"[endpoints.x]\ntitle = \'\'\'\n{'a' * 5000}\n\'\'\'\nbase_uri = ''\n", "line 5",
         "no such key"),
        ("[endpoints]\nx.'auth' = 'basic'\n", "line 2", "is none of bearer"),
        ("endpoints = 3\n", "line 1", "has to be a table"),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_with_its_line(
    tmp_path: Path, text: str, line: str, says: str
) -> None:
    with pytest.raises(BadInput, match=says) as caught:
        own(tmp_path, text)
    assert line in str(caught.value)
    assert "catalog.toml" in str(caught.value)


@given(text=st.text(max_size=200))
def test_no_text_makes_the_catalogue_fall_over(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(text, encoding="utf-8", newline="")
    with contextlib.suppress(BadInput):
        assert load_catalog(path).endpoints


@pytest.mark.parametrize("end", ["", "/", "/v1", "/v1/", "/v1/images/edits"])
def test_the_version_is_never_doubled(end: str) -> None:
    endpoint = BUILT_IN.endpoints["compatible"]
    assert (
        endpoint.url(f"https://x.example{end}", endpoint.path)
        == "https://x.example/v1/images/edits"
    )


@given(st.lists(st.sampled_from(["api", "v1", "v4", "openai", "proxy"]), max_size=3))
def test_any_base_url_leads_to_one_route(segments: list[str]) -> None:
    base = "/".join(["https://x.example", *segments])
    path = urlsplit(BUILT_IN.endpoints["compatible"].url(base, "/v1/images/edits")).path
    assert path.endswith("/images/edits")
    assert "/v1/v1/" not in path or "/".join(segments).count("v1") > 1


@pytest.mark.parametrize(
    ("env", "endpoint", "url"),
    [
        ({}, "offline", None),
        ({"OPENAI_API_KEY": "sk-1"}, "openai", "https://api.openai.com/v1/images/edits"),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:9"}, "compatible",
         "http://127.0.0.1:9/v1/images/edits"),
        ({"OPENAI_BASE_URL": "https://api.openai.com/v1", "OPENAI_API_KEY": "sk-1"}, "openai",
         "https://api.openai.com/v1/images/edits"),
        ({"OPENAI_BASE_URL": "", "OPENAI_API_KEY": " "}, "offline", None),
    ],
)  # fmt: skip
def test_the_environment_chooses_as_the_official_client_does(
    env: dict[str, str], endpoint: str, url: str | None
) -> None:
    target = resolve(EditRequest(), env=env)
    assert target.endpoint.name == endpoint
    assert (target.url if target.base_url else None) == url


def test_azure_has_its_own_address(wire: Wire) -> None:
    env = {"AZURE_OPENAI_ENDPOINT": "https://me.openai.azure.com/", "AZURE_OPENAI_API_KEY": "k",
           "OPENAI_API_VERSION": "2026-01-01"}  # fmt: skip
    target = resolve(EditRequest(endpoint="azure", model="gpt-image-2"), env=env)
    assert target.url == (
        "https://me.openai.azure.com/openai/deployments/gpt-image-2/images/edits"
        "?api-version=2026-01-01"
    )


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (EditRequest(endpoint="nobody"), "no endpoint 'nobody'.*There are: openai"),
        (EditRequest(endpoint="gateway"), "has no address.*OPENAI_BASE_URL"),
        (EditRequest(base_url="ftp://x"), "not an http or https address"),
        (EditRequest(base_url="https://me:secret@x.example"), "user name or password"),
        (EditRequest(endpoint="openai", timeout=0), r"timeout is 0; it has to be 0\.1 to 86400"),
        (EditRequest(endpoint="openai", retries=-1), "retries is -1; it has to be 0 to 10"),
    ],
)
def test_settings_that_cannot_be_used_are_named(request_: EditRequest, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        make_plan(request_, Size(64, 64), Box(0, 0, 64, 64))


def test_an_endpoint_tells_what_it_offers(wire: Wire) -> None:
    report = models.report(wire.target(EditRequest()), today=TODAY)
    offers = {offer.model.name: offer for offer in report.offers}
    assert offers["gpt-image-2"].listed
    assert offers["gpt-image-1.5"].listed is False
    assert offers["gpt-image-2.6-sunburst"].default
    assert report.trouble == ""


def test_dates_that_an_endpoint_tells_are_warned_of(wire: Wire) -> None:
    wire.script.on_fetch = lambda handler: handler.send_json(200, {"data": [
        {"id": "gpt-image-2", "shutdown_date": "2026-12-24"},
        {"id": "new-image-model", "shutdown_date": None},
        {"id": "text-model"}, {"id": "gpt-image-1", "shutdown_date": "soon"},
    ]})  # fmt: skip
    report = models.report(wire.target(EditRequest()), today=TODAY)
    offers = {offer.model.name: offer for offer in report.offers}
    assert offers["gpt-image-2"].warning == "gpt-image-2 will be switched off on 2026-12-24."
    assert not offers["new-image-model"].model.known
    assert "text-model" not in offers


def test_an_endpoint_that_cannot_be_asked_is_no_error(wire: Wire) -> None:
    wire.script.on_fetch = lambda handler: handler.send_json(500, {"error": "broken"})
    report = models.report(wire.target(EditRequest()), today=TODAY)
    assert "HTTP 500" in report.trouble
    assert report.offers
    assert report.offers[0].listed is None


def test_the_user_is_warned_of_what_openai_switches_off() -> None:
    target = resolve(EditRequest(endpoint="openai"), env={})
    warnings = {
        o.model.name: o.warning for o in models.report(target, ask=False, today=TODAY).offers
    }
    assert warnings["gpt-image-1"] == (
        "gpt-image-1 was switched off on 2026-10-23. Use gpt-image-2.6-sunburst instead."
    )
    assert "will be switched off on 2026-12-01" in warnings["gpt-image-1.5"]
    assert warnings["gpt-image-2.6-sunburst"] == ""


GUIDE = Path(__file__).parents[2] / "docs" / "catalogue.md"


def test_the_guide_shows_a_catalogue_that_works(tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    studio = own(tmp_path, examples[0]).endpoints["studio"]
    assert studio.models[studio.default_model].max_n == 4
    changed = own(tmp_path, examples[1]).endpoints
    assert changed["compatible"].models["gpt-image-1-all"].mask == "alpha"
    assert changed["gateway"].models["flux-kontext-max"].mask == "white"
    assert changed["compatible"].models["flux-kontext-max"].mask == "none"


@pytest.mark.parametrize("kind", [Endpoint, Model])
def test_the_guide_names_every_key(kind: type) -> None:
    guide = GUIDE.read_text("utf-8")
    inner = {"name", "known", "named", "fallback", "embedded", "reads_prompt"}  # not to be written
    keys = {field.name for field in dataclasses.fields(kind)} - inner
    assert {key for key in keys if not re.search(rf"\b{key}\b", guide)} == set()
