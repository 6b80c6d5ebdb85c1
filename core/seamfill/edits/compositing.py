"""Lay patches over what they belong to; every pixel whose mask is 0 stays as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from seamfill.edits.patch import Patch
from seamfill.geometry import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seamfill.image.arrays import FloatPixels, Pixels
    from seamfill.image.source import Selection, Source

__all__ = ["changed_outside", "compose", "luma", "merge_patches"]

_STRIP = 256
"""Rows that are compared at a time."""

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


def changed_outside(source: Source, result: Pixels, selection: Selection) -> int:
    """Count the pixels outside a selection in which a result differs from its source.

    Parameters
    ----------
    source : Source
    result : array, shape (source.box.h, source.box.w, channels)
        Of any type and channels; what a type or format left out of the source counts as changed,
        and so does a transparency that is gone.
    selection : Selection

    Returns
    -------
    int
    """
    changed = 0
    for top in range(0, source.box.h, _STRIP):
        rows = slice(top, top + _STRIP)
        old, new = _alike(source.pixels[rows], result[rows])
        differs = (old != new).any(axis=2)
        box = Box(source.box.x, source.box.y + top, source.box.w, len(differs))
        changed += int(np.count_nonzero(differs & (selection.read(box) == 0)))
    return changed


def _alike(old: Pixels, new: Pixels) -> tuple[Pixels, Pixels]:
    """Bring pixels to one type and one number of channels, exactly."""
    if old.dtype != new.dtype:
        kind = max(old.dtype, new.dtype, key=lambda each: each.itemsize)
        old, new = _widened(old, kind), _widened(new, kind)
    if old.shape != new.shape:
        old, new = _with_all_channels(old), _with_all_channels(new)
    return old, new


def _widened(pixels: Pixels, kind: np.dtype[Any]) -> Pixels:
    if pixels.dtype == kind:
        return pixels
    if kind.kind == "f":
        scaled: Pixels = pixels.astype(kind) / kind.type(np.iinfo(pixels.dtype).max)
        return scaled
    widened: Pixels = pixels.astype(kind) * kind.type(257)
    return widened


def _with_all_channels(pixels: Pixels) -> Pixels:
    channels = pixels.shape[2]
    colours = pixels[..., :3] if channels > 2 else pixels[..., [0, 0, 0]]
    peak = 1 if pixels.dtype.kind == "f" else np.iinfo(pixels.dtype).max
    alpha = pixels[..., -1] if channels in (2, 4) else np.full(pixels.shape[:2], peak)
    return np.dstack([colours, alpha.astype(pixels.dtype)])


def luma(colours: FloatPixels) -> FloatPixels:
    """Make grey of colours.

    Parameters
    ----------
    colours : array of float32, shape (..., 3)

    Returns
    -------
    array of float32, shape (..., 1)
    """
    grey: FloatPixels = (colours @ _LUMA)[..., None]
    return grey


def _over(above: FloatPixels, opacity: Pixels, below: Pixels) -> Pixels:
    """Porter and Duff's "over" (1984) for lists of unpremultiplied pixels."""
    channels = below.shape[1]
    colours = channels - 1 if channels in (2, 4) else channels
    top = above[:, :3] if colours == 3 else luma(above[:, :3])
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
        other gives; its report is the worst of theirs, with what all of them change outside.
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
    report = replace(report, outside_changed=_summed(patches))
    return Patch(
        box, colour[..., :3] if opaque else colour, np.rint(shows * 255).astype(np.uint8), report
    )


def _summed(patches: Sequence[Patch]) -> int | None:
    counts = [patch.report.outside_changed for patch in patches]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
