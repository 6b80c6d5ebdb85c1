"""What was paid for is delivered, taken up again and counted one by one."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from seamfill.client import Client
from seamfill.errors import RateLimited, SeamfillError
from tests.endpoints import Watch, endpoint, repainted

if TYPE_CHECKING:
    from pathlib import Path

    from seamfill.image.arrays import Pixels
    from seamfill.offline.form import Form
    from seamfill.offline.server import Handler

NO = (400, {"error": {"code": "moderation_blocked", "message": "no"}})
BUSY = (429, {"error": {"code": "rate_limit_exceeded", "message": "slow"}})


class Refusing(Watch):
    """Refuses the requests of these numbers, from 1."""

    def __init__(self, refusal: tuple[int, Any], *numbers: int) -> None:
        super().__init__()
        self._refusal, self._numbers = refusal, numbers

    def on_form(self, handler: Handler, form: Form) -> bool:
        self.refuse = self._refusal if len(self.forms) + 1 in self._numbers else None
        return super().on_form(handler, form)


@pytest.fixture
def client(tmp_path: Path) -> Client:
    return Client(journal=tmp_path / "journal", prompt="é", model="some-model-nobody-knows")


@pytest.fixture(scope="module")
def picture() -> tuple[Pixels, Pixels]:
    """A picture, and a mask of two parts that are sent apart."""
    photo = np.random.default_rng(5).integers(0, 256, (80, 2600, 3), np.uint8)
    mask = np.zeros((80, 2600), np.uint8)
    mask[30:60, 10:40] = mask[30:60, -40:-10] = 255
    return photo, mask


@pytest.mark.parametrize("fails", [3, 4])
def test_tiles_deliver_the_answer_that_is_whole_though_the_next_fails(
    client: Client, picture: tuple[Pixels, Pixels], fails: int
) -> None:
    photo, mask = picture
    with endpoint(repainted, Refusing(NO, fails)) as server:
        done = client.edit(photo, mask=mask, n=2, fit=False, base_url=server.base_url)
    assert len(done.result.plan.placements) == 2
    assert len(done.patches) == 1
    assert (done.pixels() != photo).any(axis=2)[mask > 0].mean() > 0.9
    assert any("safety" in problem or "refused" in problem for problem in done.result.problems)


def test_tiles_that_stopped_half_way_go_on_where_they_stopped(
    client: Client, picture: tuple[Pixels, Pixels], tmp_path: Path
) -> None:
    photo, mask = picture
    watch = Refusing(BUSY, 2)
    with endpoint(repainted, watch) as server:
        prepared = client.prepare(photo, mask=mask, retries=0, fit=False, base_url=server.base_url)
        with pytest.raises(RateLimited) as error:
            prepared.run(reuse="all")
        assert "goes on after them" in error.value.hint
        done = prepared.run(reuse="all")
    uploads = [form.named("image")[0].data for form in watch.forms]
    assert uploads[1] == uploads[2] != uploads[0]
    assert len(uploads) == 3
    changed = (done.pixels() != photo).any(axis=2)
    assert changed[:, :100].any()
    assert changed[:, -100:].any()


def test_pixels_use_one_answer_and_leave_the_others_to_be_recovered(
    client: Client, picture: tuple[Pixels, Pixels]
) -> None:
    with endpoint(repainted) as server:
        done = client.edit(picture[0], box=(30, 30, 20, 20), n=3, base_url=server.base_url)
    entry = done.result.entry
    for index, left in zip((0, 0, 2), (2, 2, 1), strict=True):
        done.pixels(index)
        record = entry.record
        assert record is not None
        assert len(record.unused) == left
        assert record.state == "answered"
        assert set(done.result.answers[done.patches[index].answer]).isdisjoint(record.unused)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_whatever_a_server_says_after_the_whole_upload_it_is_not_sent_again(
    client: Client, picture: tuple[Pixels, Pixels], status: int
) -> None:
    watch = Watch(refuse=(status, {"error": {"message": "try again"}}))
    with endpoint(repainted, watch) as server:
        prepared = client.prepare(picture[0], box=(30, 30, 20, 20), base_url=server.base_url)
        for _ in range(3):
            with pytest.raises(SeamfillError) as error:
                prepared.run(reuse="all")
            assert error.value.may_be_billed
    assert len(watch.forms) == 1


def test_the_same_edit_at_work_elsewhere_is_not_sent_again(
    client: Client, picture: tuple[Pixels, Pixels]
) -> None:
    """Two processes with one batch, or a batch that is started twice."""
    codes: list[str] = []
    numbers = itertools.count()

    class Twice(Watch):
        def on_form(self, handler: Handler, form: Form) -> bool:
            if not next(numbers):
                with pytest.raises(SeamfillError) as error:
                    prepared.run(reuse="all")
                codes.append(error.value.code)
            return super().on_form(handler, form)

    watch = Twice()
    with endpoint(repainted, watch) as server:
        prepared = client.prepare(picture[0], box=(30, 30, 20, 20), base_url=server.base_url)
        prepared.run(reuse="all")
    assert codes == ["perhaps_paid"]
    assert len(watch.forms) == 1
