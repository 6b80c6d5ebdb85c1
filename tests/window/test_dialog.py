"""What the dialog of Generative Fill does before, while and after an edit is paid for."""

from __future__ import annotations

import base64
import io
import json
import shutil
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageFilter
from skimage import data

from tests.loopback import Endpoint, Received, echo_when, refused, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.window.conftest import Desktop

pytestmark = pytest.mark.window

USAGE = {
    "total_tokens": 3000,
    "input_tokens": 2000,
    "input_tokens_details": {"image_tokens": 1900, "text_tokens": 100},
    "output_tokens": 1000,
}
"""At the list price of GPT Image 2.5 Sunburst: 1900 * 8 + 100 * 5 + 1000 * 30 millionths."""


def unfinished() -> Image.Image:
    """What a model may have made of it half-way: soft, and nothing like the photograph."""
    cup = Image.fromarray(data.coffee()[:400, 100:500]).resize((256, 256))
    return cup.filter(ImageFilter.GaussianBlur(4))


def encoded(image: Image.Image) -> str:
    file = io.BytesIO()
    image.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_an_edit_that_is_paid_for(desktop: Desktop, endpoint: Endpoint) -> None:
    """Asked before, shown while it takes shape, stopped or left alone, and counted afterwards."""
    home = desktop.gimp.home

    def streamed(request: Received) -> Iterator[dict[str, Any]]:
        kind = "image_edit.partial_image"
        yield {"type": kind, "b64_json": encoded(unfinished()), "partial_image_index": 0}
        wait_until(home / "release")
        whole = encoded(request.image)
        yield {"type": "image_edit.completed", "b64_json": whole, "usage": USAGE}

    endpoint.answer = streamed
    preferences = desktop.gimp.profile / "seamfill-preferences.json"
    preferences.write_text(json.dumps({"cost-limit": 0.01}))
    try:
        found = desktop.run("steps_paid")
    finally:
        preferences.unlink()
    assert "This edit costs about $0." in str(found["question"])
    assert "Waiting for the model" in str(found["running"])
    assert {"Keep Waiting", "Finish in Background", "Stop"} <= set(found["stop"])
    assert "It costs about $0." in str(found["stop"])
    assert found["waited on"]
    text = "\n".join(found["afterwards"])
    assert "Last edit: $0.046." in text
    assert "This session: $0.046." in text
    assert "usually about" in str(found["running again"])
    assert [found["inserted"], found["told"], found["in the status bar"]] == [True] * 3
    assert found["favourite"] == "a red door"
    assert [request.fields["partial_images"] for request in endpoint.received] == ["2", "2"]

    window = Image.open(desktop.pictures / f"partial-{desktop.scheme}.png").convert("RGB")
    found_at = cv2.matchTemplate(np.asarray(window), np.asarray(unfinished()), cv2.TM_CCOEFF_NORMED)
    assert found_at.max() > 0.99


def test_references_and_markup_go_along_with_one_image_alone(
    desktop: Desktop, endpoint: Endpoint
) -> None:
    home = desktop.gimp.home
    Image.fromarray(data.coffee()[:100, :90]).save(home / "other.png")
    found = desktop.run("steps_references")
    assert found["none"]  # for a model that takes none
    assert found["layer"]
    first, repeated, of_another = endpoint.received
    _photo, layer, file = first.images
    assert layer.size == (512, 512)
    assert file.size == (90, 100)
    assert first.markup.mode == "RGBA"
    for request in (repeated, of_another):
        assert len(request.images) == 1
        assert "markup" not in request.files
    assert "References (2): Visible, other.png" in found["chosen"]
    assert found["again"] == "References (2): Visible, other.png"
    assert found["other image"] == "References"
    for kept in (desktop.gimp.profile / "plug-in-settings").glob("*seamfill-fill*"):
        assert "other.png" not in kept.read_text()


def test_the_keyboard_alone_is_enough(desktop: Desktop, endpoint: Endpoint) -> None:
    found = desktop.run("steps_keyboard")
    assert found["filled"]
    assert found["behind"]
    inside, outside = endpoint.received
    assert [request.fields["prompt"] for request in endpoint.received] == ["ivy", "ivy"]
    middle, corner = (0.43, 0.43), (0.05, 0.95)  # of the picture, in and beyond the selection
    places = [
        (int(x * outside.mask.width), int(y * outside.mask.height)) for x, y in (middle, corner)
    ]
    alpha = outside.mask.getchannel("A")
    assert [alpha.getpixel(place) for place in places] == [255, 0]
    whole = inside.mask.getchannel("A")
    assert whole.getpixel((whole.width // 2, whole.height // 2)) == 0
    wanted = {"Prompt", "Variations", "More options", "Help", "Close", "Generate"}
    assert wanted <= set(found["reached"]), found["reached"]
    folded = {"Context", "Send", "Grow", "Edge", "Add File…"}
    assert not folded & set(found["reached"]), found["reached"]
    assert len(found["reached"]) < 30
    assert len(set(found["models"])) == 2


REFUSING = """
from keyring import backend, errors

class Keyring(backend.KeyringBackend):
    priority = 9

    def get_password(self, service, username):
        raise errors.KeyringLocked("dismissed")

    def set_password(self, service, username, password):
        raise errors.KeyringLocked("dismissed")
"""
CHOSEN = """
[backend]
default-keyring = refusing.Keyring
keyring-path = {folder}
"""


@pytest.fixture
def refusing_keyring(desktop: Desktop) -> Iterator[None]:
    """A keyring that its user did not unlock, chosen as users choose theirs."""
    folder = desktop.gimp.home / ".config" / "python_keyring"
    folder.mkdir()
    (folder / "refusing.py").write_text(REFUSING)
    inside = desktop.gimp.system.path_inside(folder)
    (folder / "keyringrc.cfg").write_text(CHOSEN.format(folder=inside))
    yield
    shutil.rmtree(folder)


def test_a_key_is_stored_and_help_opens(
    desktop: Desktop, endpoint: Endpoint, stored_keys: Path
) -> None:
    found = desktop.run("steps_settings", keys=desktop.gimp.system.path_inside(stored_keys))
    assert [found["before"], found["stored"], found["deleted"]] == [True] * 3
    assert [found["refused"], found["mended"], found["told"]] == [True] * 3
    assert found["typed"] == ["sk-window-by-button", "sk-window-by-enter", "sk-window-by-ok"]
    assert "sk-window" not in json.dumps(found["labels"])
    assert stored_keys.stat().st_mode & 0o777 == 0o600
    assert found["help"].startswith("file:///")
    assert found["help"].endswith("#settings")
    assert not endpoint.received


def test_a_key_goes_into_a_file_only_if_asked_where_the_keyring_refuses(
    desktop: Desktop, endpoint: Endpoint, stored_keys: Path, refusing_keyring: None
) -> None:
    found = desktop.run("steps_keyring", keys=desktop.gimp.system.path_inside(stored_keys))
    assert "not encrypted" in str(found["question"])
    assert found["kept meanwhile"] is False
    assert found["typed still"]
    assert found["kept"]
    assert any("in a file that only you can read" in text for text in found["told"])
    assert not endpoint.received


def test_the_dialog_follows_what_changes_around_it(desktop: Desktop, endpoint: Endpoint) -> None:
    endpoint.answer = refused
    found = desktop.run("steps_changes")
    assert found.pop("of a shell") is False
    assert set(found.values()) == {True}, found
    said, unsaid = (request.fields["prompt"] for request in endpoint.received)
    assert said == "ein Café, 日本 🙂"
    assert unsaid.startswith("Remove what is in the masked area")


def test_two_edits_at_once(desktop: Desktop, endpoint: Endpoint) -> None:
    endpoint.answer = echo_when(desktop.gimp.home / "release")
    found = desktop.run("steps_together")
    assert found["layers"]
    assert found["windows"] == 1
    assert found["repeated"]
    prompts = [request.fields["prompt"] for request in endpoint.received]
    assert sorted(prompts[:2]) == ["the first", "the second"]
    assert prompts[2] == "the second"
    assert {request.fields["quality"] for request in endpoint.received} == {"low"}
