"""What the journal tells of an edit: what it saw, in small pictures too, and whether it was so."""

from __future__ import annotations

import numpy as np
import skimage.data

from seamfill.client import Client
from seamfill.edits.again import difference, glimpses, seen
from tests.endpoints import Watch, endpoint, repainted


def test_what_an_edit_in_parts_saw_is_put_together_from_the_journal() -> None:
    photo = np.tile(skimage.data.retina(), (1, 2, 1))[:900, :2300]
    mask = np.zeros(photo.shape[:2], np.uint8)
    mask[300:600, 200:1900] = 255
    with endpoint(repainted, Watch()) as server:
        client = Client(base_url=server.base_url, model="gpt-image-1", prompt="“é” 日本")
        done = client.edit(photo, mask=mask)
    entry = done.result.entry.path
    saw = seen(entry)
    assert len(done.result.plan.placements) > 1
    known = saw.pixels[..., 3] > 0
    assert saw.box == done.result.plan.read
    place = (slice(saw.box.y, saw.box.bottom), slice(saw.box.x, saw.box.right))
    part = photo[place]
    np.testing.assert_array_equal(saw.pixels[..., :3][known], part[known])
    np.testing.assert_array_equal(saw.selection.read(saw.box), mask[place])
    before, after = glimpses(entry, 160)
    assert max(before.shape) == max(after.shape) == 160
    assert np.abs(before.astype(int) - after).max() > 30
    whole = np.dstack([photo, np.full(photo.shape[:2], 255, np.uint8)])
    assert difference(entry, saw.box, whole[place]) == 0
    other = whole[::-1, ::-1]
    assert difference(entry, saw.box, other[place]) > 0.06
