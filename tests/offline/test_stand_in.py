"""The offline endpoint in place of a service: every way in, and what was asked told again."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import socket
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from seamfill.api import EditRequest, Upload, build
from seamfill.endpoints import load_catalog
from seamfill.geometry import Size
from seamfill.offline.checks import read_edit
from seamfill.offline.form import RefusedError, read_form
from seamfill.offline.server import Server, serve
from tests.wire.conftest import home
from tests.wire.harness import echo
from tests.wire.pictures import drawn, encoded, mask, mask_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["home"]

IMAGE = encoded(drawn(64, 48))
MASK = mask_file()
PROMPT = "Ein rotes Tor “é” – 红色的门 🚪 דלת"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve(fill=echo) as running:
        yield running


def data_url(data: bytes, kind: str = "png") -> dict[str, str]:
    return {"image_url": f"data:image/{kind};base64,{base64.b64encode(data).decode()}"}


def picture(reply: requests.Response) -> Image.Image:
    assert reply.status_code == 200, reply.text
    return Image.open(io.BytesIO(base64.b64decode(reply.json()["data"][0]["b64_json"])))


def filled(image: Image.Image) -> bool:
    expected = drawn(64, 48)
    expected[12:36, 16:48] = (200, 0, 30)
    return bool((np.asarray(image.convert("RGB")) == expected).all())


def post(server: Server, document: Any) -> requests.Response:
    return requests.post(f"{server.base_url}/images/edits", json=document, timeout=10)


# -- documents


def test_a_document_is_taken_for_what_it_says(server: Server) -> None:
    reply = post(server, {
        "prompt": PROMPT, "model": "gpt-image-2", "images": [data_url(IMAGE)],
        "mask": data_url(MASK), "n": 2, "quality": "low", "size": "64x48", "stream": False,
        "output_format": "webp", "output_compression": None, "moderation": "low",
    })  # fmt: skip
    assert picture(reply).format == "WEBP"
    told = reply.json()
    assert len(told["data"]) == 2
    assert (told["quality"], told["output_format"]) == ("low", "webp")
    assert "size" not in told  # the model has none like that, nor has its client


def test_a_document_takes_references_and_markup(server: Server) -> None:
    assert filled(picture(post(server, {
        "prompt": PROMPT,
        "images": [data_url(IMAGE), data_url(encoded(drawn(9, 9), "WEBP"), "webp")],
        "mask": data_url(MASK), "markup": data_url(IMAGE),
    })))  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"images": None}, "missing_required_parameter", "'image'"),
        ({"images": {}}, "invalid_type", "expected an array, but got an object"),
        ({"images": ["x"]}, "invalid_type", "expected an object, but got a string"),
        ({"images": [{"file_id": "file-1"}]}, "invalid_value", "data URLs"),
        ({"images": [{"image_url": "http://127.0.0.1:9/x.png"}]}, "invalid_value", "data URLs"),
        ({"images": [{"image_url": "data:image/png;base64,é"}]}, "invalid_base64", "not valid"),
        ({"images": [{"image_url": "data:image/png,abc"}]}, "invalid_base64", "not valid"),
        ({"images": [{"image_url": "data:text/plain;base64,YWJj"}]}, "unsupported_file_mimetype",
         "text/plain"),
        ({"mask": data_url(IMAGE)}, "invalid_mask_image_format", "alpha channel"),
        ({"prompt": None}, "missing_required_parameter", "'prompt'"),
        ({"prompt": ["x"]}, "invalid_type", "'prompt'"),
        ({"n": 11}, "integer_out_of_range", "between 1 and 10"),
        ({"n": 1.5}, "invalid_type", "expected an integer"),
        ({"frobnicate": True}, "unknown_parameter", "'frobnicate'"),
    ],
)  # fmt: skip
def test_a_document_that_is_wrong_is_refused(
    server: Server, changes: dict[str, Any], code: str, says: str
) -> None:
    whole = {"prompt": "x", "images": [data_url(IMAGE)], "mask": data_url(MASK)}
    reply = post(server, {**whole, **changes})
    assert reply.status_code == 400
    assert reply.json()["error"]["code"] == code
    assert says in reply.json()["error"]["message"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b'"x"'])
def test_what_is_no_document_is_refused(server: Server, body: bytes) -> None:
    reply = requests.post(
        f"{server.base_url}/images/edits", body, timeout=10,
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    assert reply.status_code == 400
    assert "JSON body" in reply.json()["error"]["message"]


NAMES = ["prompt", "images", "mask", "markup", "model", "n", "size", "stream", "svg", "quality",
         "image_url", "file_id", "aspect_ratio", "x"]  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
    | st.sampled_from(["gpt-image-2", "flux-kontext-pro", "auto", "1024x1024", "16:9"])
    | st.sampled_from([data_url(IMAGE), data_url(MASK), data_url(b"x")]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
MODELS = {
    "gpt-image-2": load_catalog().endpoints["openai"].models["gpt-image-2"],
    "flux-kontext-pro": load_catalog().endpoints["gateway"].models["flux-kontext-pro"],
}


@given(st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_every_document_is_an_edit_or_is_refused(document: dict[str, Any]) -> None:
    whole = {"prompt": "x", "images": [data_url(IMAGE)], "mask": data_url(MASK)}
    for posted in (document, {**document, **whole}):
        with contextlib.suppress(RefusedError):
            edit = read_edit(read_form("application/json", json.dumps(posted).encode()), MODELS)
            assert edit.image.shape[:2] == edit.hole.shape
            assert all(edit.size)


@given(st.binary(max_size=200))
def test_no_bytes_are_more_than_refused(body: bytes) -> None:
    for kind in ("application/json", "multipart/form-data; boundary=b"):
        with contextlib.suppress(RefusedError):
            read_form(kind, body)
        with contextlib.suppress(RefusedError):
            read_form(kind, b"--b\r\nContent-Disposition: form-data; name=" + body)


# -- chunks, as openai-node sends a file that it streams: a name, no type, no length


def form_of_a_stream() -> tuple[bytes, bytes]:
    mark = b"------formdata-undici-042"
    parts = [
        b'Content-Disposition: form-data; name="prompt"\r\n\r\n' + PROMPT.encode(),
        b'Content-Disposition: form-data; name="image"; filename="x.png"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n" + IMAGE,
        b'Content-Disposition: form-data; name="mask"; filename="m.png"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n" + MASK,
    ]
    body = b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in parts)
    return body + b"--" + mark + b"--\r\n", b"multipart/form-data; boundary=" + mark


def raw(server: Server, *pieces: bytes, headers: bytes = b"Transfer-Encoding: chunked") -> bytes:
    """What comes back for bytes that are sent as they are."""
    kind = form_of_a_stream()[1]
    with socket.create_connection(server.server_address[:2], 10) as connection:  # type: ignore[arg-type]
        connection.sendall(
            b"POST /v1/images/edits HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            b"Content-Type: " + kind + b"\r\n" + headers + b"\r\n\r\n"
        )
        for piece in pieces:
            connection.sendall(piece)
        answer = b""
        while received := connection.recv(65_536):
            answer += received
    return answer


@pytest.mark.parametrize("end", [b"0\r\n\r\n", b"000;last\r\nExpires: now\r\nX-Sum: 1\r\n\r\n"])
@pytest.mark.parametrize("length", [7, 1000, 1 << 20])
def test_a_body_in_chunks_is_read(server: Server, end: bytes, length: int) -> None:
    body, _ = form_of_a_stream()
    parts = [body[start : start + length] for start in range(0, len(body), length)]
    chunks = b"".join(b"%X;a=b\r\n" % len(part) + part + b"\r\n" for part in parts)
    answer = raw(server, chunks + end)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b'"b64_json"' in answer


@pytest.mark.parametrize(
    ("name", "kind", "status"),
    [("x.png", "image/png", 200), ("x.PNG", "application/octet-stream", 200),
     ("upload", "image/png", 200), ("upload", "application/octet-stream", 400),
     ("x.txt", "application/octet-stream", 400), ("x.png", "text/plain", 400)],
)  # fmt: skip
def test_a_file_is_taken_by_its_type_or_where_none_is_told_by_its_name(
    server: Server, name: str, kind: str, status: int
) -> None:
    """A Buffer and a fetched Response of openai-node have a name and no type, a File has both."""
    reply = requests.post(
        f"{server.base_url}/images/edits", {"prompt": PROMPT}, timeout=10,
        files={"image": (name, IMAGE, kind), "mask": ("mask.png", MASK, "image/png")},
    )  # fmt: skip
    assert reply.status_code == status


def test_a_client_that_streams_its_body_is_served(server: Server) -> None:
    body, kind = form_of_a_stream()
    reply = requests.post(
        f"{server.base_url}/images/edits", iter([body[:500], body[500:]]), timeout=10,
        headers={"Content-Type": kind.decode()},
    )  # fmt: skip
    assert filled(picture(reply))


@pytest.mark.parametrize(
    ("pieces", "headers", "status"),
    [
        ((b"xyz\r\n",), b"Transfer-Encoding: chunked", 400),
        ((b"-5\r\nabcde\r\n",), b"Transfer-Encoding: chunked", 400),
        ((b"3\r\nabcdef\r\n0\r\n\r\n",), b"Transfer-Encoding: chunked", 400),
        ((b"0\r\n", b"a: b\r\n" * 40), b"Transfer-Encoding: chunked", 400),
        ((b"FFFFFFFF\r\n",), b"Transfer-Encoding: chunked", 413),
        ((), b"Transfer-Encoding: gzip, chunked", 411),
        ((), b"Transfer-Encoding: chunked\r\nContent-Length: 5", 411),
        ((), b"X: y", 411),
        ((), b"Content-Length: -1", 411),
        ((), b"Content-Length: 99999999999", 413),
    ],
)
def test_a_body_of_no_honest_length_is_refused(
    server: Server, pieces: tuple[bytes, ...], headers: bytes, status: int
) -> None:
    answer = raw(server, *pieces, headers=headers)
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert b'"error"' in answer


# -- routes and methods


def test_a_model_is_told_of(server: Server) -> None:
    for name in ("patchmatch", "gpt-image-2.6-sunburst", "flux-kontext-pro"):
        told = requests.get(f"{server.base_url}/models/{name}", timeout=5)
        assert told.status_code == 200
        assert (told.json()["id"], told.json()["object"]) == (name, "model")
    missing = requests.get(f"{server.base_url}/models/a%2Fb", timeout=5)
    assert missing.status_code == 404
    assert missing.json()["error"]["code"] == "model_not_found"
    assert "'a/b'" in missing.json()["error"]["message"]


def test_head_and_options_are_answered(server: Server) -> None:
    with requests.Session() as session:  # one connection, so a stray body would be seen
        for path in ("/models", "/models/patchmatch"):
            full = session.get(server.base_url + path, timeout=5)
            bare = session.head(server.base_url + path, timeout=5)
            assert (bare.status_code, bare.content) == (full.status_code, b"")
            assert bare.headers["Content-Length"] == str(len(full.content))
        for path, allowed in (
            ("/images/edits", "OPTIONS, POST"),
            ("/models", "GET, HEAD, OPTIONS"),
        ):
            asked = session.options(server.base_url + path, timeout=5)
            assert (asked.status_code, asked.headers["Allow"]) == (204, allowed)
            assert not [name for name in asked.headers if "Allow-Origin" in name]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_only_posting_edits(server: Server, method: str) -> None:
    reply = requests.request(method, f"{server.base_url}/images/edits", timeout=5)
    assert reply.status_code == 405
    assert f"Not allowed to {method}" in reply.json()["error"]["message"]


# -- what is sent to every model, and what comes back


@pytest.mark.parametrize(
    "name",
    sorted({n for e in load_catalog().endpoints.values() if not e.embedded for n in e.models}),
)
def test_all_that_the_catalogue_sends_is_taken(
    server: Server, name: str, tmp_path: Path, home: Path
) -> None:
    """Every parameter that a model takes, all at once, in the form that Seamfill itself sends."""
    from seamfill.api.validation import choices
    from seamfill.endpoints.resolve import resolve

    target = resolve(
        EditRequest(base_url=server.base_url, endpoint="compatible", model=name), env={}
    )
    model = target.model
    markup = tmp_path / "markup.png"
    markup.write_bytes(IMAGE)
    wanted: dict[str, Any] = {
        field: values[0] for field, values in choices(model).items() if values and "*" not in values
    }
    wanted |= {"safety_identifier": "é"} if model.safety_identifier else {}
    wanted |= {"markup": markup} if model.markup else {}
    size = model.sizes.fixed[0] if model.sizes.fixed else Size(64, 48)
    image = encoded(drawn(*size))
    upload = Upload(image, mask_file(*size), size, image if model.markup else None)
    wire = build(EditRequest(prompt=PROMPT, **wanted), target, upload, min(2, model.max_n))
    reply = requests.post(
        f"{server.base_url}/images/edits", dict(wire.fields), timeout=20,
        files=[(f.name, (f.filename, f.data, f.content_type)) for f in wire.files],
    )  # fmt: skip
    assert reply.status_code == 200, reply.text
    assert len(reply.json()["data"]) == min(2, model.max_n)
    if "quality" in wanted:
        assert reply.json()["quality"] == wanted["quality"]
    if "background" in wanted:
        assert reply.json()["background"] == wanted["background"]


@pytest.mark.parametrize(
    ("model", "size"),
    [("gpt-image-1", "1536x1024"), ("gpt-image-2", "2048x1152"), ("dall-e-2", "256x256"),
     (None, "1024x1024")],
)  # fmt: skip
@pytest.mark.parametrize("stream", [False, True])
def test_the_size_that_was_asked_for_is_told(
    server: Server, model: str | None, size: str, stream: bool
) -> None:
    document = {"prompt": "x", "model": model, "images": [data_url(IMAGE)]}
    reply = post(server, {**document, "size": size, "stream": stream})
    assert f'"size": "{size}"' in reply.text


def test_an_aspect_ratio_is_answered_in_its_size(server: Server) -> None:
    reply = requests.post(
        f"{server.base_url}/images/edits", timeout=10,
        data={"prompt": "x", "model": "flux-kontext-max", "aspect_ratio": "16:9"},
        files={"image": ("image.png", IMAGE, "image/png")},
    )  # fmt: skip
    assert picture(reply).size == (1392, 752)
    assert reply.json()["size"] == "1392x752"


@pytest.mark.parametrize("form", ["png", "webp"])
def test_a_transparent_background_is_answered_with_transparency(server: Server, form: str) -> None:
    document = {"prompt": "x", "images": [data_url(IMAGE)], "mask": data_url(MASK)}
    reply = post(server, {**document, "background": "transparent", "output_format": form})
    assert picture(reply).mode == ("RGBA" if form == "png" else "RGB")  # WebP drops a full one
    assert reply.json()["background"] == "transparent"


@pytest.mark.parametrize("model", ["gpt-image-1-all", "flux-kontext-pro", "gpt-image-2", None])
@pytest.mark.parametrize("selected", ["nothing", "all"])
def test_where_a_model_would_paint_all_of_it_the_picture_comes_back(
    server: Server, model: str | None, selected: str
) -> None:
    document: dict[str, Any] = {"prompt": "x", "model": model, "images": [data_url(IMAGE)]}
    if selected == "all":
        document["mask"] = data_url(encoded(mask(64, 48) * 0))
    assert (np.asarray(picture(post(server, document))) == drawn(64, 48)).all()


@pytest.mark.parametrize("wanted", ["url", "b64_json"])
def test_an_event_holds_the_picture_whatever_was_asked(server: Server, wanted: str) -> None:
    reply = post(server, {
        "prompt": "x", "model": "gpt-image-2", "images": [data_url(IMAGE)],
        "mask": data_url(MASK), "stream": True, "partial_images": 1, "response_format": wanted,
        "quality": "max",
    })  # fmt: skip
    lines = [line for line in reply.text.splitlines() if line.startswith("data: ")]
    partial, completed = (json.loads(line.removeprefix("data: ")) for line in lines)
    assert (partial["type"], completed["type"]) == (
        "image_edit.partial_image", "image_edit.completed"
    )  # fmt: skip
    for event in (partial, completed):
        assert {"b64_json", "background", "created_at", "output_format", "quality", "size"} <= set(
            event
        )
        assert (event["quality"], event["size"]) == ("max", "auto")
    assert completed["usage"]["total_tokens"] == 0
    assert filled(Image.open(io.BytesIO(base64.b64decode(completed["b64_json"]))))
