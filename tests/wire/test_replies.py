"""Replies and event streams of every shape, and of no shape at all."""

from __future__ import annotations

import base64
import contextlib
import io
import itertools
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from seamfill.api import AnswerImage, parse_document, salvage
from seamfill.api.reply import decode_base64
from seamfill.api.reply_parser import ReplyParser
from seamfill.api.retry import backoff, pause
from seamfill.api.sse import EventStream, ServerEvent
from seamfill.errors import AnswerUnusable
from tests.wire import faults
from tests.wire.faults import B64, PICTURE
from tests.wire.pictures import drawn, encoded

if TYPE_CHECKING:
    from seamfill.offline.server import Handler
    from tests.wire.harness import Wire

KEYS = [
    "data",
    "error",
    "url",
    "b64_json",
    "usage",
    "task_id",
    "id",
    "status",
    "message",
    "detail",
    "code",
    "type",
    "images",
    "x",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(KEYS), inner),
    max_leaves=20,
)
LINE = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=20)


@given(JSON)
def test_no_document_makes_the_parser_fall_over(document: Any) -> None:
    parsed = parse_document(document)
    assert all((item.data is None) != (item.url is None) for item in parsed.items)


@given(st.binary(max_size=300), st.sampled_from(["", "text/event-stream", "application/json"]))
def test_no_bytes_make_the_parser_fall_over(body: bytes, content_type: str) -> None:
    parser = ReplyParser(content_type, lambda *_: None)
    parser.feed(body)
    parser.end()


@given(st.binary(min_size=1, max_size=200), st.booleans(), st.booleans(), st.booleans())
def test_base64_of_any_dialect_is_read(
    data: bytes, padded: bool, urlsafe: bool, wrapped: bool
) -> None:
    text = (base64.urlsafe_b64encode if urlsafe else base64.b64encode)(data).decode()
    text = text if padded else text.rstrip("=")
    text = "\n".join(text[i : i + 76] for i in range(0, len(text), 76)) if wrapped else text
    assert decode_base64(text) == data
    assert decode_base64(f"data:image/png;base64,{text}") == data


@given(
    st.lists(st.tuples(LINE, st.lists(LINE, min_size=1, max_size=3)), max_size=5),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.integers(0, 400), max_size=12),
    st.booleans(),
)
def test_events_do_not_depend_on_how_their_bytes_are_cut(
    events: list[tuple[str, list[str]]], newline: str, cuts: list[int], last_blank: bool
) -> None:
    lines = []
    for name, data in events:
        lines += [f"event: {name}", ": comment", *(f"data: {part}" for part in data), ""]
    text = newline.join(lines) + (newline if lines else "")
    raw = ("\ufeff" + text).encode()
    if not last_blank:
        raw = raw.removesuffix((newline * 2).encode())
    places = sorted({0, len(raw), *(min(cut, len(raw)) for cut in cuts)})
    stream, found = EventStream(), []
    for start, stop in itertools.pairwise(places):
        found += stream.feed(raw[start:stop])
    found += stream.end()
    assert found == [ServerEvent(name, "\n".join(data).encode()) for name, data in events]


@given(st.integers(0, 10_000), st.booleans())
def test_whole_images_are_saved_from_a_reply_that_is_cut_off(cut: int, stream: bool) -> None:
    if stream:
        pieces = [faults.partial(), faults.completed(), faults.completed()]
        raw, ends = b"".join(pieces), [len(pieces[0]) + len(pieces[1]), sum(map(len, pieces))]
        slack = 70  # the end of an event need not be there, only its picture
    else:
        raw = json.dumps(faults.answer(B64, B64)).encode()
        first = raw.index(B64.encode()) + len(B64)
        ends, slack = [first + 1, raw.rindex(B64.encode()) + len(B64) + 1], 0
    cut = min(cut, len(raw))
    saved = salvage(raw[:cut])
    assert all(image == PICTURE for image in saved)
    whole = sum(cut >= end for end in ends)
    assert whole <= len(saved) <= sum(cut >= end - slack for end in ends)


@pytest.mark.parametrize(
    "document",
    [
        {"data": [{"b64_json": B64}]},
        {"data": {"b64_json": B64}},
        {"data": {"images": [{"b64_json": B64}]}},
        {"images": [{"b64_json": B64}]},
        {"images": [B64]},
        {"images": [f"data:image/png;base64,{B64}"]},
        [{"b64_json": B64}],
        {"b64_json": B64},
        {"data": [{"b64_json": None, "url": f"data:image/png;base64,{B64}"}]},
        {"data": [{"b64_json": "", "url": f"data:image/png;base64,{B64}"}]},
        {"data": [{"b64_json": f"data:image/png;base64,{B64}"}]},
        {"created": 1, "data": [{"b64_json": B64}], "error": None, "message": "success"},
        {"created": 1, "url": f"data:image/png;base64,{B64}"},
    ],
)
def test_every_shape_in_use_is_read(document: Any) -> None:
    parsed = parse_document(document)
    assert [item.data for item in parsed.items] == [PICTURE]
    assert parsed.error is None


def test_an_event_may_hold_the_address_of_its_picture(wire: Wire) -> None:
    name = wire.server.shelf.put(PICTURE, "png")
    address = f"{wire.server.base_url.removesuffix('/v1')}/files/{name}"
    wire.script.behaviours = [
        faults.streams(faults.partial(), faults.event("image_edit.completed", url=address))
    ]
    outcome = wire.edit(stream=True)
    assert outcome.reply is not None, outcome.error
    assert [image.data for image in outcome.reply.images] == [PICTURE]


@pytest.mark.parametrize(
    "beside",
    [{"error": {"message": "x"}}, {"message": "x", "code": 5}, {"detail": "x"},
     {"status": "queued", "id": "t"}, {"task_id": "t"}],
)  # fmt: skip
def test_the_address_of_a_failure_or_a_task_is_no_picture(beside: dict[str, Any]) -> None:
    assert parse_document({"url": "https://x.example/more", **beside}).items == []


def test_usage_and_revised_prompt_are_kept() -> None:
    parsed = parse_document(
        {"data": [{"url": "https://x/a.png", "revised_prompt": "A door."}], "usage": {"cost": 1}}
    )
    assert parsed.usage == {"cost": 1}
    assert parsed.items[0].revised_prompt == "A door."


def test_usage_of_several_completed_events_is_added_up() -> None:
    parser = ReplyParser("text/event-stream", lambda *_: None)
    parser.feed(faults.completed() * 3)
    parsed = parser.end()
    assert len(parsed.items) == 3
    assert parsed.usage == {"total_tokens": 21}


@pytest.mark.parametrize(
    ("form", "mode", "channels"),
    [
        *((form, mode, 3) for form in ("PNG", "WEBP") for mode in ("RGB", "L", "P")),
        *((form, "RGBA", 4) for form in ("PNG", "WEBP")),
        *(("JPEG", mode, 3) for mode in ("RGB", "L", "CMYK")),
    ],
)
def test_every_kind_of_picture_is_decoded(form: str, mode: str, channels: int) -> None:
    picture = Image.fromarray(drawn(64, 48)).convert(mode)
    if mode == "RGBA":
        picture.putalpha(128)
    file = io.BytesIO()
    picture.save(file, form, **({"lossless": True} if form == "WEBP" else {}))
    pixels = AnswerImage(file.getvalue()).decode()
    assert pixels.shape == (48, 64, channels)
    if form != "JPEG":
        assert (pixels[..., :3] == np.asarray(picture.convert("RGB"))).all()


def test_sixteen_bits_of_grey_are_scaled() -> None:
    data = encoded(np.array([[0, 65535], [32896, 257]], np.uint16))
    assert AnswerImage(data).decode()[..., 0].tolist() == [[0, 255], [128, 1]]


@pytest.mark.parametrize("profile", ["sRGB", "XYZ", "broken"])
def test_a_profile_that_says_nothing_new_leaves_the_colours(profile: Any) -> None:
    data = b"no profile"
    if profile != "broken":
        data = ImageCms.ImageCmsProfile(ImageCms.createProfile(profile)).tobytes()
    file = io.BytesIO()
    Image.fromarray(drawn(64, 48)).save(file, "PNG", icc_profile=data)
    difference = AnswerImage(file.getvalue()).decode().astype(int) - drawn(64, 48)
    assert abs(difference).max() <= 1


def test_a_picture_that_lies_on_its_side_is_turned() -> None:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(drawn(64, 48)).save(file, "JPEG", exif=exif)
    assert AnswerImage(file.getvalue()).decode().shape == (64, 48, 3)


@given(st.integers(0, len(PICTURE) - 1), st.integers(0, 255))
def test_a_damaged_picture_is_refused_or_decoded_but_nothing_else(place: int, value: int) -> None:
    data = bytearray(PICTURE)
    data[place] = value
    for candidate in (bytes(data), PICTURE[:place]):
        with contextlib.suppress(AnswerUnusable):
            assert AnswerImage(candidate).decode().ndim == 3


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    [
        ({"retry-after-ms": "1500", "retry-after": "9"}, "", 1.5),
        ({"retry-after": "7"}, "", 7),
        ({"retry-after": "0.5"}, "", 0.5),
        ({"retry-after": "121"}, "", None),
        ({"x-ratelimit-reset-requests": "6m0s"}, "", None),
        ({"x-ratelimit-reset-requests": "1m30s"}, "", 90),
        ({"x-ratelimit-remaining-requests": "3", "x-ratelimit-reset-requests": "50s",
          "x-ratelimit-remaining-images": "0", "x-ratelimit-reset-images": "12ms"}, "", 0.012),
        ({}, "Please try again in 15ms.", 0.015),
        ({}, "try again after 51.84 seconds", 51.84),
        ({"retry-after": "-1"}, "try again in 2s", 2),
    ],
)  # fmt: skip
def test_the_pause_is_what_the_endpoint_asks_for(
    headers: dict[str, str], message: str, seconds: float | None
) -> None:
    assert pause(headers, message, 1) == pytest.approx(seconds)


@given(st.integers(1, 20))
def test_without_a_word_the_pause_doubles_up_to_eight_seconds(attempt: int) -> None:
    full = min(0.5 * 2 ** (attempt - 1), 8)
    assert 0.75 * full <= backoff(attempt) <= full


HEADERS = st.sampled_from(["retry-after", "retry-after-ms", "x-ratelimit-reset-requests"])


@given(st.dictionaries(HEADERS, st.text()), st.text())
def test_no_header_makes_the_pause_fall_over(headers: dict[str, str], message: str) -> None:
    seconds = pause(headers, message, 1)
    assert seconds is None or 0 <= seconds <= 120


WELL = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 310\r\n\r\n"
    + json.dumps(faults.answer(B64)).encode()
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=200)
    | st.builds(
        lambda place, junk: WELL[:place] + junk + WELL[place + len(junk) :],
        st.integers(0, len(WELL)),
        st.binary(max_size=12),
    )
    | st.builds(
        lambda status, head: b"HTTP/1.1 %d X\r\n" % status + head + b"\r\n\r\n{}",
        st.integers(200, 599),
        st.binary(max_size=60),
    )
)
def test_no_bytes_on_the_wire_raise_anything_but_an_error_for_the_user(
    wire: Wire, raw: bytes
) -> None:
    def say(handler: Handler) -> None:
        handler.close_connection = True
        handler.wfile.write(raw)

    wire.script.behaviours = [faults.after_body(say)]
    before = wire.script.edits
    outcome = wire.edit(retries=0, timeout=2)
    assert (outcome.reply is None) != (outcome.error is None)
    assert wire.script.edits == before + 1
