"""Time and memory of a call from GIMP against an endpoint that answers at once with the upload.

    python -m tests.benchmarks.overhead

Prints a Markdown table: seconds from the call of the procedure to its layer, at 2, 24 and 100
megapixels with a selection of 500 pixels across, and by how much GIMP's own memory grows.
"""

from __future__ import annotations

import statistics
import sys
from typing import Any

from tests.loopback import Endpoint, echo
from tests.real_gimp import install

SIZES = {"2 MP": (1600, 1250), "24 MP": (6000, 4000), "100 MP": (12000, 8400)}
RUNS = 5

SCRIPT = """
import time
from gi.repository import Gegl

def resident():
    with open(f"/proc/{os.getppid()}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024

def noisy_image(width, height):
    image = Gimp.Image.new(width, height, Gimp.ImageBaseType.RGB)
    layer = Gimp.Layer.new(
        image, "photo", width, height, Gimp.ImageType.RGB_IMAGE, 100, Gimp.LayerMode.NORMAL
    )
    image.insert_layer(layer, None, 0)
    layer.fill(Gimp.FillType.PATTERN)
    filter = Gimp.DrawableFilter.new(layer, "gegl:noise-rgb", "")
    layer.merge_filter(filter)
    return image, layer

def call(image, layer):
    procedure = Gimp.get_pdb().lookup_procedure("plug-in-seamfill-fill")
    config = procedure.create_config()
    config.set_property("image", image)
    config.set_core_object_array("drawables", [layer])
    config.set_property("prompt", "x")
    started = time.perf_counter()
    values = procedure.run(config)
    took = time.perf_counter() - started
    assert values.index(0) == Gimp.PDBStatusType.SUCCESS, Gimp.get_pdb().get_last_error()
    return took

result = {}
for name, (width, height) in given["sizes"].items():
    image, layer = noisy_image(width, height)
    image.select_ellipse(
        Gimp.ChannelOps.REPLACE, width // 2 - 250, height // 2 - 250, 500, 500
    )
    first = call(image, layer)
    before = resident()
    times = [call(image, layer) for _run in range(given["runs"])]
    result[name] = {"times": times, "grown": resident() - before}
    image.delete()
"""


def main() -> int:
    """Measure and print."""
    with install("3.0", "overhead") as gimp, Endpoint(echo) as endpoint:
        gimp.use_endpoint(endpoint.base_url)
        told: dict[str, Any] = gimp.script(SCRIPT, timeout=900, sizes=SIZES, runs=RUNS)
    print("| image | seconds, median | fastest | slowest | GIMP grows, MB per call |")
    print("|---|---|---|---|---|")
    for name, row in told.items():
        times = row["times"]
        print(
            f"| {name} | {statistics.median(times):.2f} | {min(times):.2f} | {max(times):.2f} "
            f"| {row['grown'] / RUNS:.1f} |"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
