"""The official client at our server, and both clients side by side."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np
import openai
import pytest
import requests

from seamfill.api import AnswerImage, EditRequest
from tests.wire.harness import KEY, MODELS, Wire
from tests.wire.pictures import drawn, encoded, mask_file, upload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seamfill.offline.form import Form


MASK = ("mask.png", mask_file(), "image/png")


@pytest.fixture
def official(wire: Wire) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key=KEY, base_url=wire.server.base_url, max_retries=0) as client:
        yield client


def hole_changed(data: bytes, seed: int = 0) -> bool:
    """Whether this is the upload with its hole in the colour of that answer."""
    pixels = AnswerImage(data).decode()
    expected = drawn(64, 48)
    expected[12:36, 16:48] = (200, 40 * seed, 30)
    return bool((pixels == expected).all())


def test_the_official_client_edits_at_our_server(wire: Wire, official: openai.OpenAI) -> None:
    sent = upload()
    reply = official.images.edit(
        model="gpt-image-2", prompt="a red door", n=2, size="64x48",
        image=("image.png", sent.image, "image/png"), mask=MASK,
    )  # fmt: skip
    assert reply.data is not None
    for seed, item in enumerate(reply.data):
        assert hole_changed(base64.b64decode(item.b64_json or ""), seed)
    assert reply.usage is not None
    assert reply.output_format == "png"


def test_the_official_client_streams_from_our_server(official: openai.OpenAI) -> None:
    sent = upload()
    events: list[Any] = list(
        official.images.edit(
            model="gpt-image-2", prompt="a red door", stream=True, partial_images=2,
            image=("image.png", sent.image, "image/png"), mask=MASK,
        )
    )  # fmt: skip
    kinds = [event.type for event in events]
    assert kinds == ["image_edit.partial_image"] * 2 + ["image_edit.completed"]
    assert hole_changed(base64.b64decode(events[-1].b64_json))


def test_the_official_client_gets_addresses_from_our_server(official: openai.OpenAI) -> None:
    sent = upload()
    reply = official.images.edit(
        model="dall-e-2", prompt="a red door", response_format="url",
        image=("image.png", sent.image, "image/png"), mask=MASK,
    )  # fmt: skip
    assert reply.data is not None
    assert hole_changed(requests.get(str(reply.data[0].url), timeout=5).content)


def test_the_official_client_understands_our_errors(official: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        official.images.edit(
            model="gpt-image-2", prompt="x", image=("image.png", b"no picture", "image/png")
        )
    assert caught.value.code == "invalid_image_file"
    with pytest.raises(openai.NotFoundError) as missing:
        official.images.edit(
            model="gpt-image-9", prompt="x", image=("image.png", upload().image, "image/png")
        )
    assert missing.value.code == "model_not_found"


def test_the_official_client_lists_our_models(official: openai.OpenAI) -> None:
    assert [model.id for model in official.models.list()] == list(MODELS)


def comparable(form: Form) -> tuple[dict[str, str], list[tuple[str, str, str, bytes]]]:
    return dict(form.fields), [(f.name, f.filename, f.content_type, f.data) for f in form.files]


@pytest.mark.parametrize("references", [0, 2])
def test_both_clients_send_the_same(
    wire: Wire, official: openai.OpenAI, tmp_path: Path, references: int
) -> None:
    pictures = [
        encoded(np.full((32, 32, 3), 50 * number, np.uint8)) for number in range(references)
    ]
    paths = tuple(tmp_path / f"reference-{number}.png" for number in range(references))
    for path, data in zip(paths, pictures, strict=True):
        path.write_bytes(data)
    sent = upload()
    request = EditRequest(
        prompt="Ein rotes Tor – 红色的门", quality="low", n=2, moderation="low",
        output_format="webp", output_compression=80, references=paths, stream=True,
        partial_images=1, background="opaque", safety_identifier="user-1",
    )  # fmt: skip
    assert wire.edit(request, sent).error is None

    images = [sent.image, *pictures]
    files = [
        ("image.png" if len(images) == 1 else f"image-{number}.png", data, "image/png")
        for number, data in enumerate(images, 1)
    ]
    stream = official.images.edit(
        model="gpt-image-2", prompt="Ein rotes Tor – 红色的门", quality="low", n=2, size="64x48",
        output_format="webp", output_compression=80, stream=True, partial_images=1,
        background="opaque",
        extra_body={"moderation": "low", "safety_identifier": "user-1"},
        image=files[0] if references == 0 else files,
        mask=MASK,
    )  # fmt: skip
    for _ in stream:
        pass
    ours, theirs = wire.script.forms
    assert comparable(ours) == comparable(theirs)
    own, other = wire.script.headers
    for name in ("authorization", "accept"):
        assert own[name] == other[name]
