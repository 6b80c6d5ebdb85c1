"""The offline endpoint: refuses what the real one refuses, and stays on this machine."""

from __future__ import annotations

import base64
import io
import socket
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import requests
from PIL import Image

from seamfill.errors import BadInput
from seamfill.offline.server import Server, serve
from tests.wire.harness import echo
from tests.wire.pictures import drawn, encoded, mask, mask_file

if TYPE_CHECKING:
    from collections.abc import Iterator

IMAGE = ("image.png", encoded(drawn(64, 48)), "image/png")
MASK = ("mask.png", mask_file(), "image/png")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve(fill=echo) as running:
        yield running


def post(server: Server, files: dict[str, Any] | None = None, **fields: Any) -> requests.Response:
    files = {"image": IMAGE, "mask": MASK} if files is None else files
    return requests.post(
        f"{server.base_url}/images/edits", {"prompt": "x", **fields}, files=files, timeout=10
    )


@pytest.mark.parametrize(
    ("fields", "files", "status", "code", "says"),
    [
        ({"prompt": None}, None, 400, "missing_required_parameter", "'prompt'"),
        ({"prompt": "x" * 32_001}, None, 400, "string_above_max_length", "32000"),
        ({"model": "dall-e-9"}, None, 404, "model_not_found", "does not exist"),
        ({"n": "11"}, None, 400, "integer_out_of_range", "between 1 and 10"),
        ({"n": "two"}, None, 400, "invalid_type", "expected an integer"),
        ({"size": "large"}, None, 400, "invalid_value", "'64x48'"),
        ({"size": "1792x936"}, None, 400, "invalid_value", "both be divisible by 16"),
        ({"size": "3840x3840"}, None, 400, "invalid_value", "8294400 in all"),
        ({"size": "0x0"}, None, 400, "invalid_value", "'auto'"),
        ({"quality": "standard"}, None, 400, "invalid_value", "'auto', 'high', 'low'"),
        ({"stream": "yes"}, None, 400, "invalid_value", "'false', 'true'"),
        ({"frobnicate": "1"}, None, 400, "unknown_parameter", "'frobnicate'"),
        ({}, {"mask": MASK}, 400, "missing_required_parameter", "'image'"),
        ({"model": "patchmatch"}, {"image": IMAGE}, 400, "nothing_to_fill", "there is none"),
        ({}, {"image": ("upload", IMAGE[1], "application/octet-stream"), "mask": MASK}, 400,
         "unsupported_file_mimetype", "unsupported mimetype"),
        ({}, {"image": ("a.png", b"GIF89a....", "image/png"), "mask": MASK}, 400,
         "invalid_image_file", "not a valid image"),
        ({}, {"image": ("a.png", IMAGE[1][:100], "image/png"), "mask": MASK}, 400,
         "invalid_image_file", "not a valid image"),
        ({}, {"image": IMAGE, "mask": ("m.png", encoded(mask(64, 47)), "image/png")}, 400,
         "invalid_mask_image_format", "mask size does not match image size"),
        ({}, {"image": IMAGE, "mask": IMAGE}, 400, "invalid_mask_image_format",
         "missing alpha channel"),
        ({"model": "patchmatch"},
         {"image": IMAGE, "mask": ("m.png", encoded(mask(64, 48) * 0), "image/png")}, 400,
         "nothing_to_continue", "Everything is selected"),
        ({"model": "gpt-image-1", "response_format": "url"}, None, 400, "unknown_parameter",
         "'response_format'"),
        ({"model": "dall-e-2", "prompt": "é" * 1001}, None, 400, "string_above_max_length",
         "maximum length 1000, but got a string with length 1001"),
        ({"model": "dall-e-2", "size": "1536x1024"}, None, 400, "invalid_value",
         "'256x256', '512x512', '1024x1024'"),
        ({"model": "gpt-image-2", "aspect_ratio": "16:9"}, None, 400, "unknown_parameter",
         "'aspect_ratio'"),
        ({"model": "flux-kontext-pro", "aspect_ratio": "16:1"}, None, 400, "invalid_value",
         "'16:9'"),
        ({"background": "transparent", "output_format": "jpeg"}, None, 400, "invalid_value",
         "'png', 'webp'"),
        ({}, {"image": IMAGE, "mask": MASK, "extra": IMAGE}, 400, "unknown_parameter", "'extra'"),
    ],
)  # fmt: skip
def test_it_refuses_as_the_real_one_does(
    server: Server,
    fields: dict[str, Any],
    files: dict[str, Any] | None,
    status: int,
    code: str,
    says: str,
) -> None:
    reply = post(server, files, **fields)
    assert reply.status_code == status
    error = reply.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["code"] == code
    assert says in error["message"]
    assert reply.headers["x-request-id"].startswith("req_")


def test_a_picture_that_is_too_large_is_refused_before_it_is_decoded(server: Server) -> None:
    large = io.BytesIO()
    Image.new("1", (3000, 3000)).save(large, "PNG")
    reply = post(server, {"image": ("a.png", large.getvalue(), "image/png"), "mask": MASK})
    assert "3000x3000 is more than 8294400 pixels" in reply.json()["error"]["message"]


@pytest.mark.parametrize("form", ["png", "jpeg", "webp"])
def test_it_answers_in_the_format_that_is_asked_for(server: Server, form: str) -> None:
    reply = post(server, output_format=form, model="patchmatch").json()
    with Image.open(io.BytesIO(base64.b64decode(reply["data"][0]["b64_json"]))) as image:
        assert image.format == form.upper()
        assert image.size == (64, 48)
    assert reply["output_format"] == form
    assert reply["usage"]["total_tokens"] == 0


def test_it_answers_in_the_size_that_is_asked_for(server: Server) -> None:
    reply = post(server, size="1536x1024", model="gpt-image-1", input_fidelity="high").json()
    with Image.open(io.BytesIO(base64.b64decode(reply["data"][0]["b64_json"]))) as image:
        assert image.size == (1536, 1024)
        assert image.getpixel((768, 512)) == (200, 0, 30)
    assert reply["size"] == "1536x1024"


def test_the_transparency_of_the_image_stands_in_for_a_mask(server: Server) -> None:
    pixels = np.dstack([drawn(64, 48), mask(64, 48)[..., 3]])
    reply = post(server, {"image": ("a.png", encoded(pixels), "image/png")}).json()
    with Image.open(io.BytesIO(base64.b64decode(reply["data"][0]["b64_json"]))) as image:
        assert image.getpixel((32, 24)) == (200, 0, 30)
        assert image.getpixel((0, 0)) == tuple(drawn(64, 48)[0, 0])


def test_other_routes_are_not_there(server: Server) -> None:
    for method, path in (
        ("POST", "/images/generations"),
        ("GET", "/chat"),
        ("GET", "/files/x.png"),
        ("GET", "/../files/x.png"),
    ):
        reply = requests.request(method, server.base_url + path, timeout=5)
        assert reply.status_code == 404
        assert "Invalid URL" in reply.json()["error"]["message"]


def test_a_form_that_is_cut_off_is_refused(server: Server) -> None:
    reply = requests.post(
        f"{server.base_url}/images/edits", b"--b\r\nContent-Disp", timeout=5,
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )  # fmt: skip
    assert reply.status_code == 400


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "example.com"])  # noqa: S104
def test_it_serves_this_machine_only(host: str) -> None:
    with pytest.raises(BadInput, match="only serves this machine"):
        serve(host)


def test_a_port_that_is_taken_is_named(server: Server) -> None:
    port = int(server.server_address[1])
    with pytest.raises(BadInput, match=f"port {port} cannot be used"):
        serve(port=port)


def test_it_ends_when_it_is_closed() -> None:
    running = serve()
    address = running.server_address[:2]
    running.close()
    with pytest.raises(ConnectionRefusedError), socket.create_connection(address, 2):  # type: ignore[arg-type]
        pass


def test_the_embedded_endpoint_is_started_once_and_by_the_first_edit() -> None:
    from seamfill import offline

    first = offline.start()
    assert offline.start() == first
    listed = requests.get(f"{first}/models", timeout=5).json()
    assert [model["id"] for model in listed["data"]] == ["patchmatch"]
    offline.stop()
    offline.stop()
