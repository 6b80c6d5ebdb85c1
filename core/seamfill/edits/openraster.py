"""OpenRaster: the source and its patch as layers, for programs that read ``.ora``.

The format is that of the OpenRaster specification 0.0.6 (baseline).
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import numpy as np

from seamfill.edits.compositing import compose, luma
from seamfill.image.arrays import to_uint8
from seamfill.image.metadata import Metadata
from seamfill.image.writing import encode_picture

if TYPE_CHECKING:
    from seamfill.edits.patch import Patch
    from seamfill.image.arrays import Pixels
    from seamfill.image.reading import SourceFile

__all__ = ["MERGED", "encode_openraster"]

MERGED = "mergedimage.png"
"""Where a file holds all of its layers as one picture."""

_THUMBNAIL = 256

_STACK = """<?xml version="1.0" encoding="UTF-8"?>
<image version="0.0.6" w="{w}" h="{h}">
  <stack>
    <layer name="Seamfill" src="data/patch.png" x="{x}" y="{y}"/>
    <layer name="Original" src="data/original.png" x="0" y="0"/>
  </stack>
</image>
"""


def encode_openraster(file: SourceFile, patch: Patch) -> bytes:
    """Make an OpenRaster file of a source and a patch.

    Parameters
    ----------
    file : SourceFile
    patch : Patch
        Becomes a layer whose alpha is the patch's mask.

    Returns
    -------
    bytes
    """
    profile = Metadata(icc_profile=file.metadata.icc_profile, colours=file.metadata.colours)
    merged = compose(file.source, patch).pixels
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        # The specification wants this one first and uncompressed, so that file types can be told.
        archive.writestr("mimetype", "image/openraster", zipfile.ZIP_STORED)
        archive.writestr(
            "stack.xml",
            _STACK.format(w=file.source.size.w, h=file.source.size.h, x=patch.box.x, y=patch.box.y),
        )
        archive.writestr(
            "data/original.png", encode_picture(file.source.pixels, ".png", file.metadata)
        )
        archive.writestr("data/patch.png", encode_picture(_layer(patch, file), ".png", profile))
        archive.writestr(MERGED, encode_picture(merged, ".png", file.metadata))
        archive.writestr("Thumbnails/thumbnail.png", encode_picture(_thumbnail(merged), ".png"))
    return stream.getvalue()


def _layer(patch: Patch, file: SourceFile) -> Pixels:
    """The patch with its mask as alpha, in colours and depth as the source's own layer has them."""
    alpha = patch.mask.astype(np.float32) / 255
    if patch.pixels.shape[2] == 4:
        alpha = alpha * patch.pixels[..., 3]
    colours = patch.pixels[..., :3]
    if file.source.pixels.shape[2] < 3:
        colours = luma(colours)
    layer = np.dstack([colours, alpha])
    return to_uint8(layer) if file.source.pixels.dtype == np.uint8 else layer


def _thumbnail(pixels: Pixels) -> Pixels:
    step = max(1, -(-max(pixels.shape[:2]) // _THUMBNAIL))
    return to_uint8(pixels[::step, ::step])
