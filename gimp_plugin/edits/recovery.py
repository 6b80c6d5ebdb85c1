"""Answers that reached no layer: where they belong, and whether an image is the one they are of."""

from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from gi.repository import Gimp

import canvas
from edits import names
from edits.edit import layer_recipe
from edits.refit import OF_FIT
from worker.journal_messages import COMPARE, CompareParams
from worker.messages import REFIT, USED, Box, JournalEntry, RefitParams, UsedParams

if TYPE_CHECKING:
    from worker.client import Worker

__all__ = ["home_of", "insert", "is_of", "place_of"]

ALIKE = 0.06
"""Median difference around the selection up to which a picture is the one that was sent."""


def place_of(
    image: Gimp.Image, drawables: "list[Gimp.Drawable]", entry: JournalEntry
) -> canvas.Subject:
    """Find where answers belong: over a layer of the size they were made for, or the image.

    They go on top, where they are seen.
    """
    whole = canvas.examine(image, drawables)
    for layer in drawables:
        size = entry.source_size
        if isinstance(layer, Gimp.Layer) and (layer.get_width(), layer.get_height()) == size:
            _ok, x, y = layer.get_offsets()
            return whole._replace(offset=(x, y))
    return whole


def is_of(worker: "Worker", subject: canvas.Subject, entry: JournalEntry) -> bool:
    """Whether an image looks like what an edit was sent of, around what was selected.

    Raises
    ------
    Problem
        If the journal cannot say so any more.
    """
    x, y = subject.offset
    left, top = max(entry.region.x, -x), max(entry.region.y, -y)
    right = min(entry.region.x + entry.region.w, subject.size.w - x)
    bottom = min(entry.region.y + entry.region.h, subject.size.h - y)
    if right <= left or bottom <= top:
        return False
    box = Box(left, top, right - left, bottom - top)
    files = canvas.read(subject._replace(selection=None), box, Path(mkdtemp(dir=worker.folder)))
    params = CompareParams(entry.journal, box, files.pixels, files.format)
    return worker.call(COMPARE, params).difference <= ALIKE


def home_of(entry: JournalEntry) -> "Path | None":
    """The file that an edit was made in, if it is there still."""
    path = Path(entry.origin)
    return path if path.is_absolute() and path.is_file() else None


def insert(worker: "Worker", subject: canvas.Subject, entry: JournalEntry) -> "list[Gimp.Layer]":
    """Put an entry's answers into an image as one step of undo.

    Raises
    ------
    Problem
        If there are none, or the image does not take them.
    """
    where = (str(worker.folder), subject.patch_format)
    answer = worker.call(REFIT, RefitParams(entry.journal, None, {}, *where))
    kept = {k: v for k, v in answer.recipe.items() if k not in OF_FIT}  # fitted as is usual
    recipe = canvas.Recipe(layer_recipe(kept), entry.journal, model=entry.model)
    layers = canvas.insert(subject, answer.patches, names.layer_name(entry.prompt), recipe)
    worker.request(USED, UsedParams(entry.journal))
    return layers
