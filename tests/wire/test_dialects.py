"""What each endpoint wants differently, wherever a model is offered, and what the user is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamfill.api import EditRequest, Upload, WireRequest, build, split, validate
from seamfill.edits.plan import Plan, make_plan
from seamfill.endpoints import load_catalog
from seamfill.endpoints.resolve import default_endpoint, resolve
from seamfill.errors import BadInput
from seamfill.geometry import Box, Size
from tests.wire.pictures import drawn, encoded, upload

if TYPE_CHECKING:
    from seamfill.endpoints.target import Target

BUILT_IN = load_catalog(Path("none"))
GATEWAYS = ("openai", "compatible", "gateway", "litellm", "azure")
KNOWN = ("gpt-image-1", "gpt-image-1.5", "gpt-image-2", "gpt-image-2.6-sunburst", "dall-e-2",
         "gpt-image-1-all", "flux-kontext-pro")  # fmt: skip


def place(endpoint: str, model: str | None = None, **env: str) -> Target:
    base_url = None if BUILT_IN.endpoints[endpoint].base_url else "https://gateway.example"
    asked = EditRequest(endpoint=endpoint, base_url=base_url, model=model)
    return resolve(asked, BUILT_IN, env=env)


def plan(endpoint: str, model: str, **options: object) -> Plan:
    base_url = None if BUILT_IN.endpoints[endpoint].base_url else "https://gateway.example"
    wanted = {"prompt": "a door", "endpoint": endpoint, "base_url": base_url, "model": model}
    request = EditRequest(**{**wanted, **options})  # type: ignore[arg-type]
    return make_plan(request, Size(2000, 1500), Box(900, 700, 60, 40))


def sent(target: Target, what: Upload | None = None, **options: object) -> WireRequest:
    request = EditRequest(**{"prompt": "a door", **options})  # type: ignore[arg-type]
    return build(request, target, what or upload(), 1)


# -- a model that is known is known everywhere


@given(st.sampled_from(GATEWAYS), st.sampled_from(KNOWN), st.sampled_from(["", "openai/"]))
def test_a_model_is_the_same_wherever_it_is_offered(endpoint: str, model: str, prefix: str) -> None:
    here = BUILT_IN.endpoints[endpoint].model(prefix + model)
    there = BUILT_IN.endpoints["compatible"].models[model]
    assert here.known
    for name in ("sizes", "max_n", "prompt_limit", "qualities", "price", "mask", "square"):
        assert getattr(here, name) == getattr(there, name), name


def test_three_answers_of_a_new_model_are_one_request_of_a_gateway() -> None:
    target = place("gateway", "gpt-image-2.6-sunburst")
    request = EditRequest(prompt="a door", n=3, quality="max")
    validate(request, target)
    assert split(request, target) == [3]
    planned = plan("gateway", "gpt-image-2.6-sunburst", n=3, quality="max")
    assert planned.cost_usd is not None
    assert planned.placements[0].size not in {(1024, 1024), (1536, 1024), (1024, 1536)}


def test_dall_e_is_itself_at_a_gateway() -> None:
    target = place("gateway", "dall-e-2")
    with pytest.raises(BadInput, match="at most 1000"):
        validate(EditRequest(prompt="x" * 1001), target)
    planned = plan("gateway", "dall-e-2")
    assert planned.placements[0].size.w == planned.placements[0].size.h


def test_a_model_of_the_users_is_known_everywhere(tmp_path: Path) -> None:
    path = tmp_path / "catalog.toml"
    path.write_text('[models.mine]\nlike = "gpt-image-2"\nmax_n = 3\n')
    catalog = load_catalog(path)
    assert {catalog.endpoints[name].model("mine").max_n for name in GATEWAYS} == {3}


# -- addresses as the official client reads them


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://x.example", "https://x.example/v1/images/edits"),
        ("https://x.example/", "https://x.example/v1/images/edits"),
        ("https://x.example/v1/", "https://x.example/v1/images/edits"),
        ("https://x.example/api", "https://x.example/api/images/edits"),
        ("https://x.example/api/v3", "https://x.example/api/v3/images/edits"),
        ("https://x.example/openai/deployments/me", "https://x.example/openai/deployments/me/images/edits"),
        ("https://me.openai.azure.com/openai/v1/", "https://me.openai.azure.com/openai/v1/images/edits"),
    ],
)  # fmt: skip
def test_edits_go_where_the_official_client_sends_them(base: str, url: str) -> None:
    import openai

    assert resolve(EditRequest(base_url=base), BUILT_IN, env={}).url == url
    if base.count("/") > 3:
        with openai.OpenAI(api_key="k", base_url=base) as client:
            assert str(client._prepare_url("/images/edits")) == url


def test_azures_versioned_address_needs_no_deployment() -> None:
    env = {"AZURE_OPENAI_ENDPOINT": "https://me.openai.azure.com/openai/v1/",
           "AZURE_OPENAI_API_KEY": "k"}  # fmt: skip
    target = resolve(EditRequest(endpoint="azure"), BUILT_IN, env=env)
    assert target.url == "https://me.openai.azure.com/openai/v1/images/edits"
    models = target.endpoint.url(target.base_url or "", target.endpoint.models_path)
    assert models == "https://me.openai.azure.com/openai/v1/models"
    assert sent(target).value("model") == "gpt-image-2.5-sunburst"


@pytest.mark.parametrize(
    ("env", "endpoint"),
    [
        ({"AZURE_OPENAI_ENDPOINT": "https://me.example", "AZURE_OPENAI_API_KEY": "k"}, "azure"),
        ({"AZURE_OPENAI_ENDPOINT": "https://me.example", "OPENAI_API_KEY": "k"}, "openai"),
        ({"AZURE_OPENAI_ENDPOINT": " "}, "offline"),
    ],
)
def test_azures_variables_alone_choose_azure(env: dict[str, str], endpoint: str) -> None:
    assert default_endpoint(BUILT_IN, env) == endpoint


# -- a loopback address is nobody's name


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
@pytest.mark.parametrize("port", [8000, 8080, 1234, 9997, 4000])
def test_a_port_says_nothing_of_who_listens_there(host: str, port: int) -> None:
    target = resolve(EditRequest(base_url=f"http://{host}:{port}/v1", model="m"), BUILT_IN, env={})
    assert target.endpoint.name == "compatible"
    assert sent(target).files[-1].name == "mask"


# -- what is not sent is said


@pytest.mark.parametrize("endpoint", ["gateway", "compatible"])
@pytest.mark.parametrize("model", ["gpt-image-1-all", "flux-kontext-pro", "gpt-image-2.6-all"])
def test_a_plan_says_that_no_mask_goes_out(endpoint: str, model: str) -> None:
    assert [file.name for file in sent(place(endpoint, model)).files] == ["image"]
    (said,) = plan(endpoint, model).problems
    assert said.startswith("No mask is sent")


def test_a_plan_with_a_mask_says_nothing_of_it() -> None:
    assert plan("compatible", "gpt-image-2").problems == ()


def test_a_mask_is_sent_where_the_user_says_so_in_one_line(home: Path) -> None:
    home.mkdir(parents=True)
    (home / "catalog.toml").write_text('models."gpt-image-1-all".mask = "alpha"\n')
    planned = plan("gateway", "gpt-image-1-all")
    assert planned.problems == ()
    assert [file.name for file in sent(planned.target).files] == ["image", "mask"]


def test_a_gateway_that_drops_the_markup_gets_the_mask(tmp_path: Path) -> None:
    path = tmp_path / "markup.png"
    path.write_bytes(encoded(drawn(64, 48)))
    model = "gpt-image-2.6-sunburst"
    drawn_over = Upload(upload().image, upload().mask, Size(64, 48), encoded(drawn(64, 48)))
    names = [file.name for file in sent(place("gateway", model), drawn_over, markup=path).files]
    assert names == ["image", "mask"]
    assert "The markup is not sent" in plan("gateway", model, markup=path).problems[0]
    names = [file.name for file in sent(place("openai", model), drawn_over, markup=path).files]
    assert names == ["image", "markup"]


@pytest.mark.parametrize("endpoint", ["openai", "azure", "gateway", "litellm", "compatible"])
def test_moderation_is_sent_where_it_was_seen_to_be_taken(endpoint: str) -> None:
    target = place(endpoint, "gpt-image-2")
    assert sent(target).value("moderation") is None
    assert sent(target, moderation="auto").value("moderation") is None
    assert sent(target, moderation="low").value("moderation") == "low"


@pytest.mark.parametrize(
    ("endpoint", "model"),
    [("gateway", "dall-e-2"), ("gateway", "gpt-image-1-all"), ("gateway", "gpt-image-2.6-all"),
     ("gateway", "flux-kontext-pro"), ("offline", "patchmatch"), ("sd-cpp", "self-hosted")],
)  # fmt: skip
def test_moderation_is_refused_where_nobody_takes_it(endpoint: str, model: str) -> None:
    target = resolve(
        EditRequest(endpoint=endpoint, model=model, base_url="https://x.example"), BUILT_IN, env={}
    )
    with pytest.raises(BadInput, match="does not take moderation"):
        validate(EditRequest(prompt="x", moderation="low"), target)


def test_a_size_that_cannot_be_told_is_said() -> None:
    said = plan("compatible", "flux-kontext-pro", size="1024x1024").problems
    assert any("The size is not sent" in problem for problem in said)


# -- dialects


def test_xinference_is_always_asked_for_the_picture_itself() -> None:
    target = place("xinference", "Qwen-Image-Edit")
    assert sent(target).value("response_format") == "b64_json"
    with pytest.raises(BadInput, match="takes b64_json"):
        validate(EditRequest(prompt="x", response_format="url"), target)


def test_localai_has_to_be_told_the_model() -> None:
    with pytest.raises(BadInput, match=r"LocalAI has to be told which model.*seamfill models"):
        plan("localai", "self-hosted")
    assert sent(place("localai", "flux.1-dev")).value("model") == "flux.1-dev"


@pytest.mark.parametrize(
    ("endpoint", "field"),
    [("openai", "safety_identifier"), ("gateway", "user"), ("azure", "user")],
)
def test_who_is_behind_an_edit_is_told_by_the_name_that_is_known(endpoint: str, field: str) -> None:
    wire = sent(place(endpoint, "gpt-image-2"), safety_identifier="hash-1")
    assert {wire.value("safety_identifier"), wire.value("user")} == {"hash-1", None}
    assert wire.value(field) == "hash-1"


@pytest.mark.parametrize("endpoint", ["sd-cpp", "vllm-omni", "xinference", "compatible"])
@pytest.mark.parametrize(
    "model",
    ["stabilityai/stable-diffusion-xl-base-1.0", "Qwen/Qwen-Image-Edit-2509", "FLUX.1-Kontext-dev",
     "sdxl-turbo", "flux1-fill-dev-q4.gguf", "sd3.5-large"],
)  # fmt: skip
def test_models_made_for_a_megapixel_get_one(endpoint: str, model: str) -> None:
    (placement,) = plan(endpoint, model).placements
    assert placement.size.w * placement.size.h >= 786_432
    target = place(endpoint, model)
    assert target.model.mask == BUILT_IN.endpoints[endpoint].fallback.mask
    validate(EditRequest(prompt="x"), target, Size(512, 512))  # the user knows better


def test_what_is_loaded_at_a_server_of_ones_own_gets_512_pixels() -> None:
    (placement,) = plan("sd-cpp", "self-hosted").placements
    assert min(placement.size) >= 512
    small = make_plan(
        EditRequest(prompt="x", endpoint="sd-cpp"), Size(200, 150), Box(50, 50, 40, 40)
    )
    assert min(small.placements[0].size) >= 512
    validate(EditRequest(prompt="x"), place("sd-cpp"), Size(256, 256))


def test_flux_has_no_endpoint_that_exists_nowhere() -> None:
    assert "flux" not in BUILT_IN.endpoints
    assert place("gateway", "flux-kontext-pro").model.size_field == "aspect_ratio"
