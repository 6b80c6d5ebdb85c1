"""Parts of a selection far apart: each is sent by itself, and nothing between them."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

if TYPE_CHECKING:
    from tests.loopback import Endpoint, Received
    from tests.real_gimp import InstalledGimp

pytestmark = pytest.mark.gimp

SIZE = (3200, 2600)
OFFSET = (40, -25)
SPOTS = [(200, 150, 120, 90), (2900, 2300, 80, 140)]
RED = (255, 0, 0)


def told_by_its_pixels() -> Any:
    """A picture in which every pixel tells where it is."""
    y, x = np.indices(SIZE[::-1])
    high = (y // 256) * 16 + x // 256
    return np.stack([x % 256, y % 256, high], axis=-1).astype(np.uint8)


def red(request: Received) -> Any:
    """All red where the mask allows it, and nothing else changed."""
    image = np.asarray(request.image.convert("RGB")).copy()
    image[np.asarray(request.mask)[..., 3] == 0] = RED
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return 200, {"data": [{"b64_json": base64.b64encode(file.getvalue()).decode()}]}


def test_each_part_is_sent_pixel_for_pixel_and_comes_to_its_place(
    gimp: InstalledGimp, endpoint: Endpoint
) -> None:
    endpoint.answer = red
    picture = told_by_its_pixels()
    Image.fromarray(picture).save(gimp.home / "large.png")
    source = "from inside import islands\nresult = islands.run(**given)"
    gimp.overhear()
    told = gimp.script(source, offset=OFFSET, spots=SPOTS, model="gpt-image-1")
    assert told == {"status": "success", "told": 1}
    assert [asked["method"] for asked in gimp.overhear()] == ["plan", "edit", "used"]

    assert len(endpoint.received) == len(SPOTS)
    for received in endpoint.received:
        sent = np.asarray(received.image.convert("RGB"))
        across, down, high = (int(value) for value in sent[0, 0])
        x, y = (high % 16) * 256 + across, (high // 16) * 256 + down
        np.testing.assert_array_equal(sent, picture[y : y + len(sent), x : x + len(sent[0])])

    before = np.zeros((*SIZE[::-1], 3), np.uint8)
    before[: OFFSET[1], OFFSET[0] :] = picture[-OFFSET[1] :, : -OFFSET[0]]
    after = np.fromfile(gimp.home / "seen", np.uint8).reshape(before.shape)
    outside = np.ones(SIZE[::-1], bool)
    for x, y, w, h in SPOTS:
        outside[y : y + h, x : x + w] = False
        assert (after[y + h // 4 : y + h * 3 // 4, x + w // 4 : x + w * 3 // 4] == RED).all()
    # Where the layer does not reach, the image is transparent, of whatever colour.
    outside[OFFSET[1] :], outside[:, : OFFSET[0]] = False, False
    np.testing.assert_array_equal(after[outside], before[outside])


def test_one_upload_is_scaled_down_where_the_user_prefers_that(
    gimp: InstalledGimp, endpoint: Endpoint
) -> None:
    Image.new("RGB", SIZE, "white").save(gimp.home / "large.png")
    source = "from inside import islands\nresult = islands.run(**given)"
    told = gimp.script(source, offset=OFFSET, spots=SPOTS, model="gpt-image-1", tiles=False)
    assert told == {"status": "success", "told": 1}
    [received] = endpoint.received
    assert max(received.image.size) < SIZE[0]


def test_the_preview_darkens_what_is_not_sent(gimp: InstalledGimp) -> None:
    Image.new("RGB", SIZE, "white").save(gimp.home / "large.png")
    regions = [(0, 0, 1024, 1024), (2176, 1576, 1024, 1024)]
    source = "from inside import islands\nresult = islands.preview(**given)"
    width, height = gimp.script(source, spots=SPOTS, regions=regions, side=256)
    assert max(width, height) == 256
    seen = np.asarray(Image.open(gimp.home / "preview.png").convert("RGB"))
    scale = 256 / SIZE[0]
    corners = [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)]
    bright = [seen[y, x].tolist() == [255, 255, 255] for x, y in corners]
    assert bright == [True, False, False, True], [seen[y, x].tolist() for x, y in corners]
    assert (seen[height // 2, width // 2] < 128).all()
    x, y, w, h = SPOTS[0]
    spot = seen[int((y + h / 2) * scale), int((x + w / 2) * scale)]
    assert spot[0] > spot[1]  # the selection is marked in red
