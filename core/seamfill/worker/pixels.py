"""Raw pixel files between plug-in and worker; ``docs/worker.md`` has their formats."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from seamfill.errors import BadInput
from seamfill.picture import Selection, to_uint8
from seamfill.reading import selection_from

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seamfill.geometry import Box
    from seamfill.picture import Patch, Pixels

__all__ = ["U8", "read_pixels", "read_selection", "write_patches"]

U8 = "R'G'B'A u8"
_CHANNELS = {"Y' u8": 1, "Y'A u8": 2, "R'G'B' u8": 3, U8: 4, "Y u8": 1}

_NAME_LENGTH = 40


def read_selection(path: str | None, read: Box) -> Selection:
    """Read a selection over a box; all of it where there is no file.

    Raises
    ------
    BadInput
        If the file is not that of the box, or selects nothing.
    """
    if path is None:
        return Selection(read, np.full((read.h, read.w), 255, np.uint8))
    found = selection_from(read_pixels(path, read, "Y u8")[..., 0])
    return Selection(found.box.moved(read.x, read.y), found.values)


def read_pixels(path: str, box: Box, pixel_format: str) -> Pixels:
    """Read a file of one byte a channel.

    Returns
    -------
    array of uint8, shape (box.h, box.w, channels)

    Raises
    ------
    BadInput
        If it cannot be read or is not that of the box.
    """
    channels = _CHANNELS.get(pixel_format)
    if channels is None:
        raise BadInput(f"Pixels cannot be given as {pixel_format}.", "Check the request.")
    try:
        pixels = np.fromfile(path, np.uint8)
    except OSError as error:
        raise BadInput(f"The pixels could not be read: {error.strerror}.", "Try again.") from None
    if pixels.size != box.w * box.h * channels:
        raise BadInput("The pixels given are not those of the box.", "Try again.")
    return pixels.reshape(box.h, box.w, channels)


def _write_patch(patch: Patch, directory: Path, number: int, output: str) -> dict[str, Any]:
    pixels = patch.pixels
    if pixels.shape[2] == 3:
        pixels = np.dstack([pixels, np.ones(pixels.shape[:2], np.float32)])
    if output == U8:
        pixels = to_uint8(pixels)
    colours, mask = directory / f"patch-{number}", directory / f"mask-{number}"
    np.ascontiguousarray(pixels).tofile(colours)
    np.ascontiguousarray(patch.mask).tofile(mask)
    return {
        "box": list(patch.box),
        "pixels": str(colours),
        "format": output,
        "mask": str(mask),
        "report": asdict(patch.report) | {"flags": list(patch.report.flags)},
        "answer": patch.answer,
    }


def write_patches(
    patches: Sequence[Patch], directory: Path, output: str, prompt: str
) -> list[dict[str, Any]]:
    """Write patches for the plug-in and tell where they are."""
    return [
        {"name": _layer_name(prompt)} | _write_patch(patch, directory, number, output)
        for number, patch in enumerate(patches, 1)
    ]


def _layer_name(prompt: str) -> str:
    words = " ".join(prompt.split())
    if len(words) <= _NAME_LENGTH:
        return words or "Seamfill"
    return words[:_NAME_LENGTH].rsplit(" ", 1)[0] + "…"
