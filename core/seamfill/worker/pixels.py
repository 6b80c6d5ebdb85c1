"""Raw pixel files between plug-in and worker; ``docs/worker.md`` has their formats."""

from __future__ import annotations

import os
import tempfile
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from seamfill.errors import AnswerUnusable, BadInput
from seamfill.image.arrays import to_uint8
from seamfill.image.reading import selection_from
from seamfill.image.source import Selection
from seamfill.worker.messages import FORMATS, U8, PatchFiles

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from seamfill.edits.patch import Patch
    from seamfill.geometry import Box
    from seamfill.image.arrays import Pixels, SelectionMap

__all__ = ["new_file", "read_mask", "read_pixels", "read_selection", "write_patches"]


def read_selection(path: Path | None, read: Box) -> Selection:
    """Read a selection over a box; all of it where there is no file.

    Parameters
    ----------
    path : Path or None
    read : Box
        In source pixels.

    Returns
    -------
    Selection

    Raises
    ------
    BadInput
        If the file is not that of the box, or selects nothing.
    """
    if path is None:
        return Selection(read, np.full((read.h, read.w), 255, np.uint8))
    found = selection_from(_read(path, read, 1)[..., 0])
    return Selection(found.box.moved(read.x, read.y), found.values)


def read_pixels(path: Path, box: Box, pixel_format: str) -> Pixels:
    """Read a file of one byte a channel.

    Parameters
    ----------
    path : Path
    box : Box
        What it covers.
    pixel_format : str
        One of `FORMATS`.

    Returns
    -------
    array of uint8, shape (box.h, box.w, channels)

    Raises
    ------
    BadInput
        If it cannot be read or is not that of the box.
    """
    return _read(path, box, FORMATS[pixel_format])


def read_mask(path: Path, box: Box) -> SelectionMap:
    """Read a file of a layer mask, one byte a pixel.

    Parameters
    ----------
    path : Path
    box : Box
        What it covers.

    Returns
    -------
    array of uint8, shape (box.h, box.w)

    Raises
    ------
    BadInput
        If it cannot be read or is not that of the box.
    """
    return _read(path, box, 1)[..., 0]


def _read(path: Path, box: Box, channels: int) -> npt.NDArray[np.uint8]:
    length = box.w * box.h * channels
    try:
        # Before it is opened: a pipe would be waited for, a device read without end.
        if not path.is_file() or path.stat().st_size != length:
            raise BadInput("The pixels given are not those of the box.", "Try again.")
        pixels = np.fromfile(path, np.uint8, length)
    except OSError as error:
        raise BadInput(f"The pixels could not be read: {error.strerror}.", "Try again.") from None
    if pixels.size != length:
        raise BadInput("The pixels given are not those of the box.", "Try again.")
    return pixels.reshape(box.h, box.w, channels)


def write_patches(patches: Sequence[Patch], directory: Path, pixel_format: str) -> list[PatchFiles]:
    """Write patches for the plug-in and tell where they are.

    Parameters
    ----------
    patches : sequence of Patch
    directory : Path
        Where the files go.
    pixel_format : str
        `U8` or `FLOAT`.

    Raises
    ------
    AnswerUnusable
        If they cannot be written; their answers are in the journal.
    """
    try:
        return [_write_patch(patch, directory, pixel_format) for patch in patches]
    except OSError as error:
        raise AnswerUnusable(
            f"The patches could not be written: {error.strerror}.",
            "The answers are in the journal. Make room, then recover them.",
            advice="disk",
        ) from None


def new_file(directory: Path, kind: str) -> Path:
    """Make an empty file under a name that nobody else has.

    Parameters
    ----------
    directory : Path
    kind : str
        What its name begins with.

    Returns
    -------
    Path
    """
    handle, name = tempfile.mkstemp(prefix=f"{kind}-", dir=directory)
    os.close(handle)
    return directory / name


def _write_patch(patch: Patch, directory: Path, pixel_format: str) -> PatchFiles:
    pixels = patch.pixels
    if pixels.shape[2] == 3:
        pixels = np.dstack([pixels, np.ones(pixels.shape[:2], np.float32)])
    if pixel_format == U8:
        pixels = to_uint8(pixels)
    colours, mask = new_file(directory, "patch"), new_file(directory, "mask")
    np.ascontiguousarray(pixels).tofile(colours)
    np.ascontiguousarray(patch.mask).tofile(mask)
    report = asdict(patch.report) | {"flags": list(patch.report.flags)}
    return PatchFiles(patch.box, str(colours), pixel_format, str(mask), report, patch.answer)
