"""The README's Python-Fu example runs as it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image
from skimage import data

from tests.install.test_readme import blocks

if TYPE_CHECKING:
    from tests.loopback import Endpoint
    from tests.real_gimp import InstalledGimp

pytestmark = pytest.mark.gimp

AROUND = """
from gi.repository import Gio
image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path("readme.png"))
image.select_rectangle(Gimp.ChannelOps.REPLACE, 100, 100, 80, 80)
{example}
result = [layer.get_name() for layer in layers]
image.delete()
"""


def test_the_python_fu_example_returns_a_layer(gimp: InstalledGimp, endpoint: Endpoint) -> None:
    Image.fromarray(data.coffee()).save(gimp.home / "readme.png")
    (example,) = (block for block in blocks("python") if "Gimp" in block)
    assert gimp.script(AROUND.format(example=example)) == ["an empty table"]
    assert [received.fields["prompt"] for received in endpoint.received] == ["an empty table"]
