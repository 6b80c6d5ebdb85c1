"""Every way in which the official client is told to edit, at our server: 8 ways of 5 clients."""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING, Any

import openai
import pytest
from openai.types import ImageEditCompletedEvent, ImagesResponse

from seamfill.api import AnswerImage
from seamfill.offline.server import Server, serve
from tests.wire.harness import KEY, echo
from tests.wire.pictures import drawn, mask_file, upload

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

IMAGE = ("image.png", upload().image, "image/png")
PLAIN: dict[str, Any] = {"prompt": "Ein rotes Tor – 红色的门", "image": IMAGE}
# All that its document has, together.
ALL: dict[str, Any] = {
    **PLAIN, "mask": ("mask.png", mask_file(), "image/png"), "markup": IMAGE,
    "model": "gpt-image-1.5", "background": "transparent", "complexity": "low", "frame_count": 2,
    "frame_duration_ms": 20, "input_fidelity": "high", "n": 1, "output_compression": 100,
    "output_format": "png", "partial_images": 1, "quality": "high", "response_format": "url",
    "safety_identifier": "one", "user": "one", "size": "1024x1024",
    "svg": {"model": "x", "reasoning": {"effort": "none"}},
}  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve(fill=echo) as running:
        yield running


def options(server: Server, strict: bool) -> dict[str, Any]:
    return {"api_key": KEY, "base_url": server.base_url, "max_retries": 0,
            "_strict_response_validation": strict}  # fmt: skip


def check(events: list[Any], wanted: dict[str, Any]) -> None:
    """The last event of a stream is the picture, and says what was asked."""
    last = events[-1]
    assert isinstance(last, ImageEditCompletedEvent)
    assert len(events) == 1 + wanted.get("partial_images", 0)
    picture = AnswerImage(base64.b64decode(last.b64_json)).decode()
    if wanted is ALL:
        assert (last.background, last.quality, last.size) == ("transparent", "high", "1024x1024")
        assert picture.shape[:2] == (1024, 1024)
    else:
        assert (picture == drawn(64, 48)).all()


def check_reply(reply: Any, wanted: dict[str, Any]) -> None:
    assert isinstance(reply, ImagesResponse)
    assert reply.data
    assert reply.usage
    if wanted is ALL:
        assert reply.data[0].url
        assert (reply.background, reply.quality, reply.size) == ("transparent", "high", "1024x1024")
    else:
        assert reply.data[0].b64_json


@pytest.mark.parametrize("strict", [False, True], ids=["loose", "strict"])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("way", ["plain", "all", "raw", "streamed"])
def test_the_official_client_edits_in_every_way(
    server: Server, way: str, stream: bool, strict: bool
) -> None:
    wanted = ALL if way == "all" else PLAIN
    with openai.OpenAI(**options(server, strict)) as client:
        images: Any = client.images
        if way == "streamed":
            with images.with_streaming_response.edit(**wanted, stream=stream) as response:
                answer = response.parse()
                answer = list(answer) if stream else answer
        elif way == "raw":
            answer = images.with_raw_response.edit(**wanted, stream=stream).parse()
        else:
            answer = images.edit(**wanted, stream=stream)
        if stream:
            check(list(answer), wanted)
        else:
            check_reply(answer, wanted)


@pytest.mark.parametrize("kind", ["loose", "strict", "aiohttp"])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("way", ["plain", "all", "raw", "streamed"])
def test_the_official_asynchronous_client_edits_in_every_way(
    server: Server, way: str, stream: bool, kind: str
) -> None:
    wanted = ALL if way == "all" else PLAIN

    async def collected(answer: AsyncIterator[Any]) -> list[Any]:
        return [event async for event in answer]

    async def edit() -> Any:
        http: dict[str, Any] = (
            {"http_client": openai.DefaultAioHttpClient()} if kind == "aiohttp" else {}
        )
        async with openai.AsyncOpenAI(**options(server, kind != "loose"), **http) as client:
            images: Any = client.images
            if way == "streamed":
                async with images.with_streaming_response.edit(**wanted, stream=stream) as response:
                    answer = await response.parse()
                    return await collected(answer) if stream else answer
            if way == "raw":
                answer = (await images.with_raw_response.edit(**wanted, stream=stream)).parse()
            else:
                answer = await images.edit(**wanted, stream=stream)
            return await collected(answer) if stream else answer

    answer = asyncio.run(asyncio.wait_for(edit(), 60))
    if stream:
        check(answer, wanted)
    else:
        check_reply(answer, wanted)
