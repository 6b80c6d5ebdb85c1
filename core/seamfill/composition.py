"""Lay patches over what they belong to; every pixel whose mask is 0 stays as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from seamfill.picture import Patch, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seamfill.picture import FloatPixels, Pixels

__all__ = ["compose", "merge_patches"]

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Weights of R', G', B' in luma (ITU-R BT.709)."""


def compose(source: Source, patch: Patch) -> Source:
    """Lay a patch over a source.

    Parameters
    ----------
    source : Source
        Of any type and number of channels.
    patch : Patch

    Returns
    -------
    Source
        A copy; equal to `source` to the bit wherever the patch's mask is 0.
    """
    pixels = source.pixels.copy()
    box = patch.box.intersection(source.box)
    if not (box.w and box.h):
        return replace(source, pixels=pixels)
    rows, columns = box.slices(source.box)
    inner = box.slices(patch.box)
    mask = patch.mask[inner]
    touched = mask > 0
    below = pixels[rows, columns]
    peak = 1.0 if pixels.dtype.kind == "f" else float(np.iinfo(pixels.dtype).max)
    above = patch.pixels[inner][touched]
    blended = _over(
        above, mask[touched].astype(np.float32) / 255, below[touched] / np.float32(peak)
    )
    if pixels.dtype.kind == "f":
        below[touched] = blended
    else:
        below[touched] = np.rint(np.clip(blended, 0, 1) * peak)
    return replace(source, pixels=pixels)


def _over(above: FloatPixels, opacity: Pixels, below: Pixels) -> Pixels:
    """Porter and Duff's "over" (1984) for lists of unpremultiplied pixels."""
    channels = below.shape[1]
    colours = channels - 1 if channels in (2, 4) else channels
    top = above[:, :3] if colours == 3 else (above[:, :3] @ _LUMA)[:, None]
    if above.shape[1] == 4:
        opacity = opacity * above[:, 3]
    share = opacity[:, None]
    if colours == channels:
        mixed: Pixels = below + (top - below) * share
        return mixed
    rest = below[:, -1:] * (1 - share)
    alpha = share + rest
    blended = (top * share + below[:, :colours] * rest) / np.maximum(alpha, 1e-6)
    return np.concatenate([blended, alpha], axis=1)


def merge_patches(patches: Sequence[Patch]) -> Patch:
    """Make one patch of several that are laid one over the other.

    Parameters
    ----------
    patches : sequence of Patch
        From bottom to top; their boxes may overlap.

    Returns
    -------
    Patch
        Over the union of their boxes; laid over a source it gives what laying them one after the
        other gives, and its report is the worst of theirs.
    """
    if len(patches) == 1:
        return patches[0]
    box = patches[0].box
    for patch in patches[1:]:
        box = box.union(patch.box)
    colour = np.zeros((box.h, box.w, 4), np.float32)
    shows = np.zeros((box.h, box.w), np.float32)
    for patch in patches:
        rows, columns = patch.box.slices(box)
        mask = patch.mask.astype(np.float32) / 255
        pixels = patch.pixels
        if pixels.shape[2] == 3:
            pixels = np.dstack([pixels, np.ones_like(mask)])
        kept = shows[rows, columns] * (1 - mask)
        total = mask + kept
        below = colour[rows, columns]
        mixed = (pixels * mask[..., None] + below * kept[..., None]) / np.maximum(total, 1e-6)[
            ..., None
        ]
        # Where nothing shows yet, the topmost pixels are what an edited mask would reveal.
        colour[rows, columns] = np.where(total[..., None] > 0, mixed, pixels)
        shows[rows, columns] = total
    opaque = all(patch.pixels.shape[2] == 3 for patch in patches)
    report = min((patch.report for patch in patches), key=lambda report: report.agreement)
    return Patch(
        box, colour[..., :3] if opaque else colour, np.rint(shows * 255).astype(np.uint8), report
    )
