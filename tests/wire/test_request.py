"""What is refused before it is sent, what is sent, and what it will cost."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from seamfill.api import (
    EditRequest,
    Upload,
    WireRequest,
    billed_cost,
    build,
    estimate_cost,
    split,
    validate,
)
from seamfill.api.form import FilePart
from seamfill.endpoints.keys import Key
from seamfill.endpoints.resolve import resolve
from seamfill.errors import BadInput
from seamfill.geometry import Size
from seamfill.offline.form import read_form
from tests.wire.pictures import drawn, encoded, upload

if TYPE_CHECKING:
    from seamfill.endpoints.target import Target
    from seamfill.offline.server import Handler
from tests.wire import faults
from tests.wire.harness import KEY, Wire


def target(model: str, endpoint: str = "gateway") -> Target:
    request = EditRequest(endpoint=endpoint, model=model, base_url="http://127.0.0.1:1")
    return resolve(request, env={})


def fields(wire: WireRequest) -> dict[str, str]:
    return dict(wire.fields)


@pytest.mark.parametrize(
    ("model", "options", "size", "says"),
    [
        ("gpt-image-2", {"prompt": " "}, None, "The prompt is empty"),
        ("gpt-image-2", {"prompt": "x" * 32_001}, None, "32001 characters.*at most 32000"),
        ("flux-kontext-pro", {"prompt": "x" * 1001}, None, "1001 characters.*at most 1000"),
        ("gpt-image-2", {"prompt": "a\x00b"}, None, "control character"),
        ("gpt-image-2", {"n": 0}, None, "n is 0"),
        ("gpt-image-2", {"quality": "ultra"}, None, "is 'ultra'.*takes auto, low, medium or high"),
        ("gpt-image-2", {"quality": "max"}, None, "takes auto, low, medium or high"),
        ("gpt-image-2", {"input_fidelity": "high"}, None, "does not take input_fidelity"),
        ("gpt-image-2", {"background": "blue"}, None, "transparent or opaque"),
        ("gpt-image-2", {"moderation": "none"}, None, "auto or low"),
        ("gpt-image-2", {"response_format": "url"}, None, "does not take response_format"),
        ("gpt-image-2", {"output_format": "gif"}, None, "takes png, jpeg or webp"),
        ("gpt-image-2", {"output_compression": 101, "output_format": "jpeg"}, None, "0 to 100"),
        ("gpt-image-2", {"output_compression": 50}, None, "output_format is png"),
        ("gpt-image-2", {"background": "transparent", "output_format": "jpeg"}, None,
         "has no transparency"),
        ("gpt-image-2", {"partial_images": 4}, None, "partial_images is 4.*0 to 3"),
        ("gpt-image-2", {"safety_identifier": "x" * 129}, None, "129 characters"),
        ("gpt-image-2", {"complexity": "low"}, None, "does not take complexity"),
        ("gpt-image-2", {"references": (Path("/nowhere.png"),)}, None, "/nowhere.png is not there"),
        ("flux-kontext-pro", {"references": (Path("a"),)}, None,
         "There is 1 reference; .* takes none"),
        ("gpt-image-2", {"markup": Path(__file__)}, None, "does not take it"),
        ("gpt-image-2", {}, Size(1792, 936), "multiples of 16"),
        ("gpt-image-2", {}, Size(4096, 1024), "at most 3840"),
        ("gpt-image-2", {}, Size(3840, 1024), "up to 3 to 1"),
        ("gpt-image-2", {}, Size(640, 640), "655360 to 8294400 pixels; these are 409600"),
        ("gpt-image-1", {}, Size(800, 800), "1024x1024, 1536x1024 or 1024x1536"),
        ("dall-e-2", {"prompt": "x" * 1001}, None, "at most 1000"),
        ("dall-e-2", {}, Size(1024, 1536), "256x256, 512x512 or 1024x1024"),
        ("dall-e-2", {"output_format": "png"}, None, "does not take output_format"),
    ],
)  # fmt: skip
def test_what_a_model_refuses_is_refused_before_it_is_sent(
    model: str, options: dict[str, object], size: Size | None, says: str
) -> None:
    request = EditRequest(**{"prompt": "a door", **options})  # type: ignore[arg-type]
    with pytest.raises(BadInput, match=says):
        validate(request, target(model, "compatible"), size)


@pytest.mark.parametrize("model", ["gpt-image-2", "gpt-image-1-all", "flux-kontext-max", "dall-e-2",
                                   "never-heard-of"])  # fmt: skip
def test_left_alone_only_what_is_needed_is_sent(model: str) -> None:
    request = EditRequest(prompt="a door", stream=True)
    place = target(model, "compatible")
    validate(request, place)
    sent = fields(build(request, place, upload(), 1))
    assert set(sent) <= {"prompt", "model", "n", "size", "aspect_ratio", "stream"}
    assert ("n" in sent) == (place.model.max_n > 1)
    assert ("stream" in sent) == place.model.stream


def test_what_is_asked_of_an_unknown_model_is_passed_on() -> None:
    request = EditRequest(prompt="x", quality="ultra", response_format="url", input_fidelity="high")
    place = target("never-heard-of")
    validate(request, place)
    sent = fields(build(request, place, upload(), 1))
    assert (sent["quality"], sent["response_format"]) == ("ultra", "url")


def test_a_model_that_always_answers_in_base64_is_not_told_so() -> None:
    request = EditRequest(prompt="x", response_format="b64_json")
    validate(request, target("gpt-image-1"))
    assert "response_format" not in fields(build(request, target("gpt-image-1"), upload(), 1))


@pytest.mark.parametrize(
    ("w", "h", "ratio"),
    [(1024, 1024, "1:1"), (1392, 752, "16:9"), (672, 1568, "9:21"), (500, 480, "1:1")],
)
def test_flux_is_told_the_ratio(w: int, h: int, ratio: str) -> None:
    wire = build(EditRequest(prompt="x"), target("flux-kontext-pro"), upload(w, h), 1)
    assert fields(wire)["aspect_ratio"] == ratio
    assert "size" not in fields(wire)
    assert [file.name for file in wire.files] == ["image"]


@given(
    st.integers(1, 60), st.sampled_from(["gpt-image-2", "gpt-image-2.6-all", "flux-kontext-pro"])
)
def test_more_answers_than_a_request_may_ask_for_become_several(n: int, model: str) -> None:
    place = target(model)
    parts = split(EditRequest(n=n), place)
    assert sum(parts) == n
    assert 0 < min(parts) <= max(parts) <= place.model.max_n


@pytest.mark.parametrize(("endpoint", "name"), [("vllm-omni", "mask_image"), ("localai", "mask")])
def test_endpoints_have_their_own_names_for_the_mask(endpoint: str, name: str) -> None:
    wire = build(EditRequest(prompt="x"), target("any", endpoint), upload(), 1)
    assert wire.files[-1].name == name
    if endpoint == "localai":
        assert fields(wire)["steps"] == "25"


def test_a_name_that_stands_for_whatever_is_loaded_is_not_sent() -> None:
    place = target("self-hosted", "sd-cpp")
    assert "model" not in fields(build(EditRequest(prompt="x"), place, upload(), 1))
    named = build(EditRequest(prompt="x"), target("flux-2", "sd-cpp"), upload(), 1)
    assert fields(named)["model"] == "flux-2"


def test_dall_e_takes_four_megabytes() -> None:
    large = Upload(bytes(4_000_001), None, Size(1024, 1024))
    with pytest.raises(BadInput, match=r"4\.0 MB.*at most 4 MB"):
        build(EditRequest(prompt="x"), target("dall-e-2", "compatible"), large, 1)


def test_references_travel_in_a_format_that_is_taken(tmp_path: Path) -> None:
    for form in ("PNG", "JPEG", "BMP"):
        (tmp_path / f"a.{form}").write_bytes(encoded(drawn(16, 16), form))
    paths = tuple(tmp_path / f"a.{form}" for form in ("PNG", "JPEG", "BMP"))
    wire = build(EditRequest(prompt="x", references=paths), target("gpt-image-2"), upload(), 1)
    told = [(file.name, file.filename, file.content_type) for file in wire.files]
    assert told == [
        ("image[]", "image-1.png", "image/png"), ("image[]", "image-2.png", "image/png"),
        ("image[]", "image-3.jpeg", "image/jpeg"), ("image[]", "image-4.png", "image/png"),
        ("mask", "mask.png", "image/png"),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_reference_tells_nothing_but_the_picture(tmp_path: Path, kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"  # ImageDescription
    exif[0x0112] = 6  # Orientation: to be turned by 90 degrees
    path = tmp_path / f"photo.{kind.lower()}"
    Image.new("RGB", (40, 20), "red").save(path, kind, exif=exif)
    assert b"taken at home" in path.read_bytes()
    request = EditRequest(prompt="x", references=(path,))
    wire = build(request, target("gpt-image-2"), upload(), 1)
    sent = next(file for file in wire.files if file.name != "mask" and file is not wire.files[0])
    assert b"taken at home" not in sent.data
    with Image.open(io.BytesIO(sent.data)) as picture:
        assert picture.size == (20, 40)
        assert not picture.getexif()


def test_a_reference_tells_no_texts(tmp_path: Path) -> None:
    texts = PngInfo()
    texts.add_text("parameters", "a secret recipe")
    path = tmp_path / "made.png"
    Image.new("RGB", (8, 8), "red").save(path, pnginfo=texts)
    assert b"a secret recipe" in path.read_bytes()
    wire = build(EditRequest(references=(path,)), target("gpt-image-2"), upload(), 1)
    assert not any(b"a secret recipe" in file.data for file in wire.files)


def test_a_reference_that_is_no_picture_is_named(tmp_path: Path) -> None:
    path = tmp_path / "letter.png"
    path.write_text("Dear Sir")
    with pytest.raises(BadInput, match=r"letter\.png is not a picture"):
        build(EditRequest(prompt="x", references=(path,)), target("gpt-image-2"), upload(), 1)


def test_markup_stands_in_for_the_mask() -> None:
    place = target("gpt-image-2.6-sunburst", "compatible")
    request = EditRequest(prompt="x", markup=Path("drawn.png"), complexity="low")
    validate(request, place)
    wire = build(request, place, replace(upload(), markup=b"drawn"), 1)
    assert [(file.name, file.data) for file in wire.files][1:] == [("markup", b"drawn")]
    assert fields(wire)["complexity"] == "low"


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"))


@given(st.lists(st.tuples(TEXT, TEXT)), st.lists(st.tuples(TEXT, st.binary(max_size=300))))
def test_any_form_is_read_back_as_it_was(
    texts: list[tuple[str, str]], files: list[tuple[str, bytes]]
) -> None:
    texts = [(f"t{i}", value) for i, (_, value) in enumerate(texts)]
    parts = tuple(
        FilePart(f"f{i}", "a.png", "image/png", data) for i, (_, data) in enumerate(files)
    )
    wire = WireRequest(tuple(texts), parts)
    form = read_form(wire.content_type, wire.body)
    assert list(form.fields) == texts
    assert [(file.name, file.data) for file in form.files] == [(p.name, p.data) for p in parts]


def test_a_prompt_in_any_script_arrives(wire: Wire) -> None:
    prompt = 'Ein "rotes" Tor\n– 红色的门 🚪 \\ %22'
    wire.edit(EditRequest(prompt=prompt))
    assert wire.script.forms[0].value("prompt") == prompt


@pytest.mark.parametrize(
    ("model", "quality", "size", "usd"),
    [
        # Answers alone: https://community.openai.com/t/1382699 and the makers' price pages.
        ("gpt-image-2", "low", Size(1024, 1024), 0.006),
        ("gpt-image-2", "medium", Size(1024, 1024), 0.053),
        ("gpt-image-2", "high", Size(1024, 1024), 0.211),
        ("gpt-image-2", "high", Size(1536, 1024), 0.165),
        ("gpt-image-2.5-flare", "max", Size(1024, 1024), 0.211),
        ("gpt-image-2.5-flare", "medium", Size(1024, 1024), 0.013),
        ("gpt-image-1.5", "high", Size(1024, 1536), 0.200),
        ("gpt-image-1-mini", "low", Size(1024, 1024), 0.005),
        ("flux-kontext-max", "auto", Size(1024, 1024), 0.08),
    ],
)
def test_the_estimate_is_the_list_price_and_the_input(
    model: str, quality: str, size: Size, usd: float
) -> None:
    request = EditRequest(prompt="", quality=quality)
    place = target(model, "compatible")
    price = place.model.price
    assert price is not None
    cost = estimate_cost(request, place, [size])
    assert cost is not None
    assert usd - 0.001 <= cost <= usd + 1600 * price.image_in / 1e6 + 0.001
    doubled = estimate_cost(EditRequest(quality=quality, n=2), place, [size, size])
    assert doubled == pytest.approx(4 * cost)


def test_references_are_billed_as_input() -> None:
    place, sizes = target("gpt-image-2"), [Size(1024, 1024)]
    alone = estimate_cost(EditRequest(quality="low"), place, sizes)
    both = estimate_cost(EditRequest(quality="low", references=(Path("a"),)), place, sizes)
    assert alone is not None
    assert both == pytest.approx(alone + 1024 * 8 / 1e6)


def test_partial_images_are_billed_as_output() -> None:
    place, sizes = target("gpt-image-2"), [Size(1024, 1024)]
    plain = estimate_cost(EditRequest(quality="low", stream=True), place, sizes)
    shown = estimate_cost(EditRequest(quality="low", stream=True, partial_images=3), place, sizes)
    assert plain is not None
    assert shown == pytest.approx(plain + 300 * 30 / 1e6)


def test_what_was_counted_is_what_was_billed() -> None:
    details = {"text_tokens": 10, "image_tokens": 1024}
    usage = {"output_tokens": 1756, "input_tokens_details": details}
    billed = (1756 * 30 + 1024 * 8 + 10 * 5) / 1e6
    assert billed_cost(usage, target("gpt-image-2")) == pytest.approx(billed)
    assert billed_cost({"output_tokens": 1756}, target("gpt-image-2")) is None
    assert billed_cost({}, target("gpt-image-2")) is None
    assert billed_cost(usage, target("never-heard-of")) is None
    assert billed_cost(usage, target("flux-kontext-max")) is None


def test_without_a_quality_the_estimate_is_not_too_low() -> None:
    place = target("gpt-image-2")
    sizes = [Size(1024, 1024)]
    auto = estimate_cost(EditRequest(), place, sizes)
    assert auto == estimate_cost(EditRequest(quality="high"), place, sizes)


def test_what_is_not_known_is_not_estimated() -> None:
    assert estimate_cost(EditRequest(), target("never-heard-of"), [Size(1024, 1024)]) is None
    offline = resolve(EditRequest(endpoint="offline"), env={})
    assert estimate_cost(EditRequest(), offline, [Size(1024, 1024)]) == 0


@pytest.mark.parametrize(
    ("endpoint", "path", "header", "files"),
    [
        ("openai", "/v1/images/edits", "authorization", ["image", "mask"]),
        ("azure", "/openai/deployments/m/images/edits?api-version=2025-04-01-preview", "api-key",
         ["image", "mask"]),
        ("sd-cpp", "/v1/images/edits", None, ["image", "mask"]),
        ("xinference", "/v1/images/edits", "authorization", ["image", "mask"]),
        ("vllm-omni", "/v1/images/edits", "authorization", ["image", "mask_image"]),
        ("localai", "/v1/images/inpainting", "authorization", ["image", "mask"]),
        ("litellm", "/v1/images/edits", "authorization", ["image", "mask"]),
    ],
)  # fmt: skip
def test_each_endpoint_is_spoken_to_in_its_own_dialect(
    wire: Wire, endpoint: str, path: str, header: str | None, files: list[str]
) -> None:
    seen: list[tuple[str, list[str]]] = []

    def take(handler: Handler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        form = read_form(handler.headers["Content-Type"], body)
        seen.append((handler.path, [file.name for file in form.files]))
        handler.send_json(200, faults.answer(faults.B64))

    wire.script.behaviours = [faults.before_body(take)]
    root = wire.server.base_url.removesuffix("/v1")
    request = EditRequest(prompt="x", endpoint=endpoint, base_url=root, model="m")
    place = resolve(request, env={})
    key = None if place.endpoint.auth == "none" else Key(KEY)
    outcome = wire.edit(request, target=replace(place, key=key))
    assert outcome.error is None
    assert seen == [(path, files)]
    carrying = [name for name, value in wire.script.headers[0].items() if KEY in value]
    assert carrying == ([header] if header else [])
