"""The edit as a script calls it: large selections, islands, arrays, keys, cancelling."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import skimage.data
from PIL import Image, ImageCms

from seamfill.client import Client, edit
from seamfill.errors import BadInput, Cancelled, PerhapsPaid, RequestRejected
from seamfill.events import PartialImage, Sending, Waiting
from seamfill.geometry import Box
from tests.endpoints import Watch, echo, endpoint, repainted
from tests.gimp.icc import matrix_profile
from tests.loopback import Endpoint

if TYPE_CHECKING:
    from pathlib import Path

    from seamfill.events import Event
    from seamfill.image.arrays import Pixels
    from seamfill.offline.form import Form


def _large_photo() -> Pixels:
    retina: Pixels = skimage.data.retina()
    return np.tile(retina, (1, 2, 1))[:1300, :2400]


def _uploaded(form: Form) -> Pixels:
    with Image.open(io.BytesIO(form.named("image")[0].data)) as image:
        return np.asarray(image)


def test_a_selection_larger_than_any_upload_keeps_its_detail_in_tiles() -> None:
    photo = _large_photo()
    mask = np.zeros(photo.shape[:2], np.uint8)
    mask[100:1200, 200:1500] = 255
    watch = Watch()
    with endpoint(echo, watch) as server:
        client = Client(base_url=server.base_url, model="gpt-image-1", prompt="x")
        done = client.edit(photo, mask=mask)
    assert len(watch.forms) == len(done.result.plan.placements) > 1
    for placement in done.result.plan.placements:
        assert placement.region.size == placement.size
    assert len(done.patches) == 1
    assert np.array_equal(done.pixels(), photo)


@pytest.mark.parametrize(
    ("where", "model", "mode"),
    [("compatible", "gpt-image-2", "RGBA"), ("sd-cpp", None, "L"),
     ("compatible", "gpt-image-1-all", None)],
)  # fmt: skip
def test_a_mask_goes_out_in_the_form_that_its_model_takes(
    where: str, model: str | None, mode: str | None
) -> None:
    watch = Watch(refuse=(400, {"error": {"message": "no"}}))  # once it is here
    with endpoint(echo, watch) as server:
        client = Client(endpoint=where, base_url=server.base_url, model=model, prompt="x")
        with pytest.raises(RequestRejected):
            client.edit(skimage.data.astronaut(), box=(200, 200, 90, 90))
    [form] = watch.forms
    masks = [Image.open(io.BytesIO(file.data)).mode for file in form.named("mask")]
    assert masks == ([mode] if mode else [])


def test_a_tile_sees_what_the_ones_before_it_filled() -> None:
    photo = _large_photo()
    mask = np.zeros(photo.shape[:2], np.uint8)
    mask[100:1200, 200:1500] = 255
    watch = Watch()

    def red(image: Pixels, hole: Pixels, _seed: int) -> Pixels:
        filled = image.copy()
        filled[hole] = (255, 0, 0)
        return filled

    with endpoint(red, watch) as server:
        done = Client(base_url=server.base_url, model="gpt-image-1").edit(
            photo, mask=mask, prompt="red", edge=0
        )
    for form in watch.forms[1:]:
        assert (_uploaded(form) == (255, 0, 0)).all(axis=2).any()
    result = done.pixels()
    assert np.array_equal(result[mask == 0], photo[mask == 0])
    assert (np.abs(result[mask > 0].astype(int) - (255, 0, 0)).max(axis=1) < 40).mean() > 0.95


def test_islands_far_apart_are_sent_apart_and_come_back_as_one_patch() -> None:
    photo = _large_photo()
    mask = np.zeros(photo.shape[:2], np.uint8)
    for row, column in ((300, 300), (1000, 2000)):
        mask[row : row + 150, column : column + 150] = 255
    with endpoint(repainted) as server:
        done = Client(base_url=server.base_url, model="gpt-image-1").edit(
            photo, mask=mask, prompt="x"
        )
    assert len(done.result.plan.placements) == 2
    assert sum(p.size.w * p.size.h for p in done.result.plan.placements) < 2_200_000
    changed = (done.pixels() != photo).any(axis=2)
    assert not changed[mask == 0].any()
    assert changed[300:450, 300:450].any()
    assert changed[1000:1150, 2000:2150].any()


def test_several_answers_that_a_model_gives_one_at_a_time() -> None:
    watch = Watch()
    with endpoint(watch=watch) as server:
        done = edit(
            skimage.data.coffee(),
            box=(100, 100, 80, 80),
            prompt="x",
            n=3,
            base_url=server.base_url,
            model="some-model-nobody-knows",
        )
    assert len(done.patches) == 3
    assert sum(int(form.value("n", "1")) for form in watch.forms) == 3


def test_answers_that_came_before_a_failure_are_delivered() -> None:
    class FailLater(Watch):
        def on_form(self, handler: object, form: Form) -> bool:
            if len(self.forms) == 1:
                self.refuse = (400, {"error": {"code": "moderation_blocked", "message": "no"}})
            return super().on_form(handler, form)  # type: ignore[arg-type]

    with endpoint(watch=FailLater()) as server:
        done = edit(
            skimage.data.coffee(),
            box=(100, 100, 80, 80),
            prompt="x",
            n=3,
            base_url=server.base_url,
            model="some-model-nobody-knows",
        )
    assert len(done.patches) == 1
    assert done.result.problems


def test_pictures_and_masks_come_from_memory_or_from_disk(tmp_path: Path) -> None:
    photo = skimage.data.coffee()
    mask = np.zeros(photo.shape[:2], bool)
    mask[100:180, 100:180] = True
    Image.fromarray(photo).save(tmp_path / "photo.png")
    Image.fromarray(mask).save(tmp_path / "mask.png")
    with endpoint(repainted) as server:
        client = Client(base_url=server.base_url)
        results = [
            client.edit(photo, mask=mask, prompt="x").pixels(),
            client.edit(Image.fromarray(photo), mask=Image.fromarray(mask), prompt="x").pixels(),
            client.edit(tmp_path / "photo.png", mask=tmp_path / "mask.png", prompt="x").pixels(),
        ]
    assert np.array_equal(results[0], results[1])
    assert np.array_equal(results[0], results[2])


@pytest.mark.parametrize(
    ("picture", "options", "says"),
    [
        (np.zeros((4, 4), np.int64), {}, "not a picture"),
        (np.zeros((4, 4, 7), np.uint8), {}, "not a picture"),
        (np.zeros((9, 9, 3), np.uint8), {"mask": np.zeros((3, 3), np.uint8)}, "mask"),
        (np.zeros((9, 9, 3), np.uint8), {"mask": np.zeros((9, 9), np.uint8)}, "selects nothing"),
        (np.zeros((9, 9, 3), np.uint8), {"colour": "red"}, "no option"),
        (np.zeros((9, 9, 3), np.uint8), {"n": "two"}, "n"),
        (np.zeros((9, 9, 3), np.uint8), {"context": 5}, "context"),
    ],
)
def test_what_cannot_be_used_is_refused(
    picture: Pixels, options: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        edit(picture, **{"prompt": "x", **options})


def test_a_key_given_outright_is_sent_and_nothing_else_shows_it(
    own_home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    headers = []

    class Look(Watch):
        def on_request(self, handler: object) -> bool:
            headers.append(handler.headers["Authorization"])  # type: ignore[attr-defined]
            return False

    with endpoint(watch=Look()) as server:
        client = Client(api_key="sk-abcdef-0123456789", base_url=server.base_url)
        done = client.edit(skimage.data.coffee(), box=(10, 10, 50, 50), prompt="x")
    assert headers[-1] == "Bearer sk-abcdef-0123456789"
    assert set(headers) <= {headers[-1], None}  # who the server is was asked first
    assert "abcdef" not in repr(done.result.plan)
    for path in own_home.rglob("*"):
        assert path.is_dir() or b"sk-abcdef" not in path.read_bytes()
    assert "sk-abcdef" not in caplog.text


def test_events_come_in_order_and_a_cancel_is_heard() -> None:
    cancel = threading.Event()
    events: list[Event] = []

    def listen(event: Event) -> None:
        events.append(event)
        if isinstance(event, Waiting):
            cancel.set()

    watch = Watch(hold=threading.Event())
    with endpoint(watch=watch) as server:
        with pytest.raises((Cancelled, PerhapsPaid)) as raised:
            edit(
                skimage.data.coffee(),
                box=(10, 10, 50, 50),
                prompt="x",
                base_url=server.base_url,
                listener=listen,
                cancel=cancel,
            )
        assert watch.hold is not None
        watch.hold.set()
    assert isinstance(raised.value, Cancelled)
    kinds = [type(event) for event in events]
    assert kinds.index(Sending) < kinds.index(Waiting)


def test_a_picture_in_another_colour_space_is_sent_as_srgb_and_comes_back_in_its_own(
    tmp_path: Path,
) -> None:
    srgb = ImageCms.createProfile("sRGB")
    profile = matrix_profile("adobe")
    photo = Image.fromarray(np.repeat(np.repeat(skimage.data.coffee(), 2, 0), 2, 1))
    own = ImageCms.profileToProfile(photo, srgb, ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    assert own is not None
    own.save(tmp_path / "photo.png", icc_profile=profile)
    watch = Watch()
    with endpoint(echo, watch) as server:
        done = edit(
            tmp_path / "photo.png", box=(300, 300, 200, 200), prompt="x", base_url=server.base_url
        )
    x, y, w, h = done.result.plan.placements[0].region
    sent = _uploaded(watch.forms[0]).astype(int)
    assert np.abs(sent - np.asarray(photo)[y : y + h, x : x + w]).mean() < 2
    before = np.asarray(own).astype(int)
    after = done.pixels().astype(int)
    assert np.array_equal(after[:300], before[:300])
    assert np.abs(after - before)[300:500, 300:500].mean() < 1.5


def test_something_new_keeps_its_own_tones() -> None:
    """What the model paints around the selection says nothing about how it drifts elsewhere."""

    def inverted_in_mask(image: Pixels, hole: Pixels, _seed: int) -> Pixels:
        answer = (image * 0.9 + 8).astype(np.uint8)
        answer[hole] = 255 - image[hole]
        return answer

    photo = skimage.data.coffee()
    with endpoint(inverted_in_mask) as server:
        done = edit(photo, box=(200, 150, 60, 50), prompt="x", base_url=server.base_url)
    inside = (slice(150, 200), slice(200, 260))
    # The rest of the picture says that the answer is a tenth too dim; so is what is new in it.
    wanted = np.clip(((255 - photo[inside].astype(float)) - 8) / 0.9, 0, 255)
    assert np.median(np.abs(done.pixels()[inside] - wanted)) < 4


def test_markup_is_sent_where_it_lies_over_the_region(tmp_path: Path) -> None:
    photo = _large_photo()
    drawn = np.zeros((*photo.shape[:2], 4), np.uint8)
    drawn[420:440, 600:700] = (255, 0, 0, 255)
    Image.fromarray(drawn).save(tmp_path / "drawn.png")
    with Endpoint() as server:
        client = Client(base_url=server.base_url, model="gpt-image-2.6-sunburst", prompt="x")
        done = client.edit(photo, box=(500, 300, 400, 300), markup=tmp_path / "drawn.png")
        with pytest.raises(BadInput, match=r"The markup drawn\.png is 2400 × 1300"):
            client.edit(photo[:500], box=(500, 300, 100, 100), markup=tmp_path / "drawn.png")
        Image.fromarray(photo).save(tmp_path / "opaque.png")
        with pytest.raises(BadInput, match="no transparency"):
            client.edit(photo, box=(500, 300, 100, 100), markup=tmp_path / "opaque.png")
    [received] = server.received
    assert "mask" not in received.files
    region = done.result.plan.placements[0].region
    with Image.open(io.BytesIO(received.files["markup"])) as sent:
        assert np.array_equal(np.asarray(sent), drawn[region.slices(Box(0, 0, 2400, 1300))])


def test_partial_images_come_while_the_model_works(tmp_path: Path) -> None:
    heard: list[Event] = []
    with endpoint(repainted) as server:
        client = Client(base_url=server.base_url, model="gpt-image-2.6-sunburst", prompt="x")
        client.edit(
            _large_photo(), box=(500, 300, 400, 300), stream=True, partial_images=2,
            listener=heard.append,
        )  # fmt: skip
    shown = [event for event in heard if isinstance(event, PartialImage)]
    assert [event.index for event in shown] == [0, 1]
