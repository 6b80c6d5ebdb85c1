"""The commands called from Script-Fu, and the guide's example as it is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from skimage import data

from tests.real_gimp import PROJECT

if TYPE_CHECKING:
    from tests.loopback import Endpoint
    from tests.real_gimp import InstalledGimp

pytestmark = pytest.mark.gimp

CONSOLE = ("gimp-console", "-i", "--batch-interpreter=plug-in-script-fu-eval", "--quit", "-b")
AROUND = """
(let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "photo.png")))
       (layer (vector-ref (car (gimp-image-get-layers image)) 0))
       (result (begin (gimp-image-select-rectangle image CHANNEL-OP-REPLACE 100 100 80 80)
                      {call}))
       (layers (car result))
       (port (open-output-file "layers.txt")))
  (for-each
    (lambda (layer) (display (car (gimp-item-get-name layer)) port) (newline port))
    (vector->list layers))
  (close-output-port port))
"""


def evaluate(gimp: InstalledGimp, script: str) -> None:
    """Run Script-Fu in GIMP without windows, beside a photograph."""
    Image.fromarray(data.coffee()).save(gimp.home / "photo.png")
    gimp.system.give(gimp.home)
    done = gimp.system.run([*CONSOLE, script], home=gimp.home, env=gimp.env, timeout=120)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-3000:]}"


@pytest.mark.parametrize(
    ("call", "names", "sent"),
    [
        (
            "(plug-in-seamfill-fill #:run-mode RUN-NONINTERACTIVE #:image image "
            '#:drawables (vector layer) #:prompt "a red door" #:count 2)',
            ["a red door 1", "a red door 2"],
            ["a red door"],
        ),
        (
            "(plug-in-seamfill-remove #:image image #:drawables (vector layer))",
            ["Removed"],
            [],
        ),
    ],
)
def test_script_fu_gets_the_new_layers(
    gimp: InstalledGimp, endpoint: Endpoint, call: str, names: list[str], sent: list[str]
) -> None:
    evaluate(gimp, AROUND.format(call=call))
    assert (gimp.home / "layers.txt").read_text().splitlines() == names
    assert [received.fields["prompt"] for received in endpoint.received] == sent


LAYERS = """
from gi.repository import Gio
image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path("table.xcf"))
result = [layer.get_name() for layer in image.get_layers()]
image.delete()
"""


def test_the_guides_example_saves_the_new_layer(gimp: InstalledGimp, endpoint: Endpoint) -> None:
    guide = (PROJECT / "docs" / "guide.md").read_text("utf-8")
    [example] = re.findall(r"```scheme\n(.*?)```", guide, re.DOTALL)
    evaluate(gimp, example)
    assert gimp.script(LAYERS) == ["an empty table", "Background"]
    assert [received.fields["prompt"] for received in endpoint.received] == ["an empty table"]
