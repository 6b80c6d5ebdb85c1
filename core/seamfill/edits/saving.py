"""Results are written, read back, and only then put where they belong."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seamfill.edits.compositing import changed_outside, compose
from seamfill.edits.openraster import MERGED, encode_openraster
from seamfill.errors import BadInput
from seamfill.files.atomic import Beside
from seamfill.image.decoding import decode_picture
from seamfill.image.metadata import not_held
from seamfill.image.writing import encode_picture, output_paths

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seamfill.edits.patch import Patch
    from seamfill.image.arrays import Pixels
    from seamfill.image.reading import SourceFile
    from seamfill.image.source import Selection, Source

__all__ = ["Saved", "save_patches"]


@dataclass(frozen=True)
class Saved:
    """A result that was written.

    Parameters
    ----------
    path : Path
    outside_changed : int
        Pixels outside the selection in which the composed result differs from the source.
    file_outside_changed : int
        Pixels outside the selection in which the file, read back, differs from the source: what
        its format changed. 0 where it holds the source's pixels as they are.
    why : str
        What the format does to pixels, in the user's words; empty if nothing.
    not_held : tuple of str
        What the source tells beside its pixels and the format has no place for.
    """

    path: Path
    outside_changed: int
    file_outside_changed: int
    why: str = ""
    not_held: tuple[str, ...] = ()


def save_patches(
    source: SourceFile, patches: Sequence[Patch], path: Path, selection: Selection
) -> list[Saved]:
    """Write a picture with each of its patches.

    Parameters
    ----------
    source : SourceFile
    patches : sequence of Patch
    path : Path
        Numbered where there are several patches.
    selection : Selection
        What was to be edited.

    Returns
    -------
    list of Saved
        What was written, and what was measured on it.

    Raises
    ------
    BadInput
        If the ending is not known or a file cannot be written; what was there is there still.
    """
    paths = output_paths(path, len(patches))
    return [
        _save(source, patch, target, selection)
        for patch, target in zip(patches, paths, strict=True)
    ]


def _save(source: SourceFile, patch: Patch, path: Path, selection: Selection) -> Saved:
    suffix = path.suffix.lower()
    result = compose(source.source, patch)
    why = _changes(source.source, suffix)
    if suffix == ".ora":
        data = encode_openraster(source, patch)
    else:
        data = encode_picture(result.pixels, suffix, source.metadata)
    try:
        with Beside(path) as new:
            new.write(data)
            written = _read_back(new.path, suffix, path)
            if not why and not np.array_equal(written, _as_held(result.pixels, suffix)):
                raise BadInput(
                    f"{path.name} did not come back from the disk as it was written.",
                    "The answer is kept: seamfill recover brings it back. Try another format.",
                )
            new.replace()
    except OSError as error:
        raise BadInput(
            f"{path} cannot be written: {error.strerror}.",
            "The answer is kept: seamfill recover brings it back.",
        ) from None
    return Saved(
        path,
        changed_outside(source.source, result.pixels, selection),
        changed_outside(source.source, written, selection),
        why,
        tuple(not_held(source.metadata, suffix)),
    )


def _changes(source: Source, suffix: str) -> str:
    """What a format does to every pixel; empty for one that holds them as they are."""
    kind, channels = source.pixels.dtype, source.pixels.shape[2]
    if suffix in (".jpg", ".jpeg"):
        alpha = " and holds no transparency" if channels in (2, 4) else ""
        return f"JPEG compresses with loss{alpha}"
    if suffix == ".webp" and kind != np.uint8:
        return "WebP holds 8 bits a channel"
    if suffix in (".png", ".ora") and kind == np.float32:
        return "PNG holds whole numbers of 16 bits"
    return ""


def _as_held(pixels: Pixels, suffix: str) -> Pixels:
    """Pixels as a format that keeps them holds them: WebP has no grey."""
    channels = pixels.shape[2]
    if suffix != ".webp" or channels > 2:
        return pixels
    return pixels[..., [0, 0, 0] if channels == 1 else [0, 0, 0, 1]]


def _read_back(written: Path, suffix: str, path: Path) -> Pixels:
    data = written.read_bytes()
    if suffix == ".ora":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = archive.read(MERGED)
    return decode_picture(data, path)
