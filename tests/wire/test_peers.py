"""Edits at the request handlers of Xinference and vLLM-Omni, as their packages have them."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import logging
import os
import random
import sys
import time
import types
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from numbers import Integral
from typing import TYPE_CHECKING, Annotated, Any, Optional

import fastapi
import numpy as np
import pydantic
import pytest
import requests
from fastapi import File, Form, HTTPException, Request, UploadFile
from fastapi.responses import JSONResponse, Response
from PIL import Image

from seamfill import api, transport
from seamfill.api import EditRequest, validate
from seamfill.edits.upload import make_upload
from seamfill.endpoints import load_catalog
from seamfill.endpoints.resolve import resolve
from seamfill.errors import BadInput, SeamfillError
from seamfill.geometry import Size
from seamfill.journal.journal import Journal
from seamfill.transport.recognition import recognise
from tests.wire.peers import filled, served, taken, wheel
from tests.wire.pictures import drawn, encoded, mask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seamfill.api import Reply
    from seamfill.endpoints.target import Target


@dataclass
class Peer:
    """A handler that is served, and what its engine was given."""

    base_url: str = ""
    given: list[dict[str, Any]] = field(default_factory=list)

    def target(self, endpoint: str | None, **options: Any) -> Target:
        asked = EditRequest(endpoint=endpoint, base_url=self.base_url, **options)
        return resolve(asked, load_catalog(), env={})

    def edit(self, target: Target, tmp_path: Path, **options: Any) -> Reply:
        asked = EditRequest(prompt="Ein rotes Tor “é” – 红色的门", retries=0, **options)
        validate(asked, target)
        entry = Journal(tmp_path / "journal").begin({"prompt": asked.prompt})
        painted, size = 255 - mask(64, 48)[..., 3], Size(64, 48)
        sent = make_upload(drawn(64, 48), painted, size, mask_style=api.mask_style(target))
        return transport.send(api.build(asked, target, sent, asked.n), target, entry)


def as_masked(reply: Reply, count: int) -> bool:
    """Whether these are the uploads, filled where they were masked and nowhere else."""
    expected = drawn(64, 48)
    expected[12:36, 16:48] = (200, 0, 30)
    return len(reply.images) == count and all(
        np.abs(image.decode().astype(int) - expected).mean() < 3  # some answer in JPEG
        for image in reply.images
    )


# -- Xinference

XINFERENCE = "4.1.0"
LAUNCHED = {
    "sdxl": {"model_type": "image", "model_name": "sdxl", "model_ability": ["inpainting"]},
    "words": {"model_type": "LLM", "model_name": "words", "model_ability": ["chat"]},
}


def _xinference_engine(peer: Peer, around: dict[str, Any]) -> Any:
    class Engine:
        uid = b"engine"

        async def inpainting(self, image: Any, mask_image: Any, **options: Any) -> bytes:
            peer.given.append({**options, "mask": mask_image.mode, "image": image.size})
            answers = [filled(image, mask_image)] * options["n"]
            told = around["handle_image_result"](options["response_format"], answers)
            return json.dumps(told).encode()

    return Engine()


@pytest.fixture(scope="module")
def xinference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    source, peer = wheel("xinference", XINFERENCE), Peer()
    audit: Any = types.ModuleType("peer.oauth2.advanced.audit")
    audit.update_model_cache = lambda *_: None
    for name in ("peer", "peer.oauth2", "peer.oauth2.advanced"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules[audit.__name__] = audit

    class Supervisor:
        async def list_models(self) -> dict[str, Any]:
            return LAUNCHED

        async def describe_model(self, uid: str) -> dict[str, Any]:
            return LAUNCHED[uid]

    async def require(_ref: Any, uid: str, _report: Any) -> Any:
        if uid not in LAUNCHED:
            raise HTTPException(400, f"[address=x, pid=1] Model not found: {uid}")
        return around["engine"]

    around: dict[str, Any] = {
        "__name__": "peer.api", "__package__": "peer", "Any": Any, "asyncio": asyncio,
        "Optional": Optional, "List": list, "Request": Request, "Form": Form, "File": File,
        "UploadFile": UploadFile, "Response": Response, "JSONResponse": JSONResponse,
        "HTTPException": HTTPException, "logger": logging.getLogger("peer"),
        "require_model": require, "XINFERENCE_TOKEN_ROUTER_ENABLED": False, "Image": Image,
    }  # fmt: skip
    results: dict[str, Any] = {
        "Image": dict, "ImageList": dict, "os": os, "uuid": uuid, "time": time, "base64": base64,
        "BytesIO": io.BytesIO, "ThreadPoolExecutor": ThreadPoolExecutor, "partial": partial,
        "XINFERENCE_IMAGE_DIR": str(tmp_path_factory.mktemp("images")), "PILImage": Image,
        "_flatten_images": list, "_needs_png": lambda image: image.mode != "RGB",
    }  # fmt: skip
    taken(source, "xinference/model/image/utils.py", {"handle_image_result"}, results)
    names = {"create_image_edits", "list_models"}
    taken(source, "xinference/api/restful_api.py", names, around)
    around["engine"] = _xinference_engine(peer, results)

    async def supervisor(*_: Any) -> Supervisor:
        return Supervisor()

    async def nothing(*_: Any) -> None:
        return None

    async def same(_self: Any, _uid: Any, error: Exception) -> Exception:
        return error

    quiet = dict.fromkeys(
        ("_set_trace_model", "_set_trace_model_type", "_check_model_access", "_add_running_task",
         "handle_request_limit_error"),
        lambda *_: None,
    )  # fmt: skip
    interface = type("Interface", (), {
        **quiet, **{name: around[name] for name in names}, "_uid_to_model_name": {},
        "_get_supervisor_ref": supervisor, "_report_error_event": nothing,
        "_get_model_last_error": same,
    })()  # fmt: skip
    app = fastapi.FastAPI()
    app.add_api_route("/v1/models", interface.list_models, methods=["GET"], response_model=None)
    app.add_api_route(
        "/v1/images/edits", interface.create_image_edits, methods=["POST"], response_model=None
    )
    with served(app) as peer.base_url:
        yield peer


def test_xinference_is_told_by_its_list_and_edits(xinference: Peer, tmp_path: Path) -> None:
    recognise(EditRequest(base_url=xinference.base_url), anew=True)
    target = xinference.target(None)
    assert (target.endpoint.name, target.model.name) == ("xinference", "sdxl")
    assert as_masked(xinference.edit(target, tmp_path, n=2), 2)
    given = xinference.given[-1]
    assert (given["mask"], given["image"], given["n"]) == ("L", (64, 48), 2)
    assert given["size"] == "64*48"
    assert given["prompt"] == "Ein rotes Tor “é” – 红色的门"
    assert given["response_format"] == "b64_json"


def test_xinference_chooses_a_model_where_none_is_named(xinference: Peer, tmp_path: Path) -> None:
    target = xinference.target("xinference")
    assert not target.model.named
    assert as_masked(xinference.edit(target, tmp_path), 1)


def test_xinference_takes_references(xinference: Peer, tmp_path: Path) -> None:
    reference = tmp_path / "reference.png"
    reference.write_bytes(encoded(drawn(32, 32)))
    target = xinference.target("xinference")
    target = replace(target, model=replace(target.model, max_images=4))
    assert as_masked(xinference.edit(target, tmp_path, references=(reference,)), 1)
    assert len(xinference.given[-1]["reference_images"]) == 1


def test_xinference_says_which_model_it_lacks(xinference: Peer, tmp_path: Path) -> None:
    with pytest.raises(SeamfillError, match="Model not found: gone"):
        xinference.edit(xinference.target("xinference", model="gone"), tmp_path)


# -- vLLM-Omni

VLLM_OMNI = "0.30.0"
LOADED = "Qwen/Qwen-Image-Edit"
_OMNI = "vllm_omni/entrypoints/openai"


def _omni_engine(peer: Peer) -> Any:
    async def generate(prompt: dict[str, Any], gen_params: Any, **_: Any) -> Any:
        data = prompt["multi_modal_data"]
        (image,), mask = data["image"], data.get("mask_image")
        size = gen_params.width, gen_params.height
        told = {"mask": mask and mask.mode, "size": size, "prompt": prompt["prompt"]}
        peer.given.append(told)
        answer = filled(image, mask) if mask else image
        return types.SimpleNamespace(images=[answer] * gen_params.num_outputs_per_prompt)

    return generate


@pytest.fixture(scope="module")
def vllm_omni() -> Iterator[Peer]:
    source, peer = wheel("vllm-omni", VLLM_OMNI), Peer()
    stage = types.SimpleNamespace(kind="diffusion")
    around: dict[str, Any] = {
        "__name__": "peer_omni", "Any": Any, "Annotated": Annotated, "Request": Request,
        "UploadFile": UploadFile, "File": File, "Form": Form, "HTTPException": HTTPException,
        "HTTPStatus": HTTPStatus, "Image": Image, "PIL": types.SimpleNamespace(Image=Image),
        "np": np, "io": io, "base64": base64, "httpx": requests, "Integral": Integral,
        "BaseModel": pydantic.BaseModel, "Field": pydantic.Field, "StreamingResponse": Response,
        "logger": logging.getLogger("peer"), "time": time, "random": random,
        "_get_engine_and_model": lambda _: (None, LOADED, [stage]),
        "_get_diffusion_od_config": lambda *_: None, "get_stage_type": lambda stage: stage.kind,
        "apply_stage_default_sampling_params": lambda *_: None,
        "_get_lora_from_json_str": lambda _: None, "_parse_lora_request": lambda _: (None, None),
        "SUPPORTED_LAYERED_RESOLUTIONS": (640, 1024), "MAX_UINT32_SEED": 2**32 - 1,
        "random_uuid": lambda: uuid.uuid4().hex, "OmniTextPrompt": dict,
        "OmniDiffusionSamplingParams": types.SimpleNamespace,
        "RequestResponseMetadata": types.SimpleNamespace,
        "EngineGenerateError": ZeroDivisionError, "EngineDeadError": ZeroDivisionError,
        "OmniClientError": ZeroDivisionError, "_generate_with_async_omni": _omni_engine(peer),
    }  # fmt: skip
    taken(source, f"{_OMNI}/protocol/images.py", {"ImageData", "ImageGenerationResponse"}, around)
    taken(source, f"{_OMNI}/image_api_utils.py", {
        "parse_size", "encode_image_base64_with_compression", "prepare_image_for_output_format",
        "validate_layered_layers",
    }, around)  # fmt: skip
    taken(source, f"{_OMNI}/images/helpers.py", {
        "_get_max_edit_input_images", "_check_max_generated_image_size", "_load_input_images",
        "_build_hunyuan_edit_extra_args", "_update_if_not_none", "_normalize_image",
        "_extract_images_from_result", "_generated_size_str", "_choose_output_format",
    }, around)  # fmt: skip
    names = {"edit_images", "_build_image_response_metrics"}
    taken(source, f"{_OMNI}/api_server.py", names, around)
    app = fastapi.FastAPI()
    app.add_api_route("/v1/images/edits", around["edit_images"], methods=["POST"])
    app.add_api_route("/v1/models", lambda: {"object": "list", "data": [
        {"id": LOADED, "object": "model", "owned_by": "vllm"}]})  # fmt: skip
    with served(app) as peer.base_url:
        yield peer


def test_vllm_omni_reads_the_mask_that_it_is_sent(vllm_omni: Peer, tmp_path: Path) -> None:
    recognise(EditRequest(base_url=vllm_omni.base_url), anew=True)
    target = vllm_omni.target(None)
    assert (target.endpoint.name, target.model.name) == ("vllm-omni", LOADED)
    assert as_masked(vllm_omni.edit(target, tmp_path, n=2), 2)
    assert vllm_omni.given[-1] == {
        "mask": "L", "size": (64, 48), "prompt": "Ein rotes Tor “é” – 红色的门"
    }  # fmt: skip


@pytest.mark.parametrize("form", [None, "png", "jpeg"])
def test_vllm_omni_needs_no_model_and_answers_in_a_format(
    vllm_omni: Peer, tmp_path: Path, form: str | None
) -> None:
    target = vllm_omni.target("vllm-omni")
    assert not target.model.named
    assert as_masked(vllm_omni.edit(target, tmp_path, output_format=form), 1)


def test_vllm_omni_would_ignore_a_mask_of_the_usual_name(vllm_omni: Peer, tmp_path: Path) -> None:
    """Why it has to be known: nothing is refused, and nothing of the mask arrives."""
    vllm_omni.edit(vllm_omni.target("compatible", model=LOADED), tmp_path)
    assert vllm_omni.given[-1]["mask"] is None


def test_vllm_omni_says_which_model_runs(vllm_omni: Peer, tmp_path: Path) -> None:
    with pytest.raises(SeamfillError, match=rf"server is running '{LOADED}'"):
        vllm_omni.edit(vllm_omni.target("vllm-omni", model="other"), tmp_path)


def test_vllm_omni_is_not_asked_for_addresses_or_streams(vllm_omni: Peer, tmp_path: Path) -> None:
    target = vllm_omni.target("vllm-omni")
    with pytest.raises(BadInput, match="takes b64_json"):
        vllm_omni.edit(target, tmp_path, response_format="url")
    assert as_masked(vllm_omni.edit(target, tmp_path, stream=True, response_format="b64_json"), 1)
