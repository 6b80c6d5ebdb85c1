"""An edit made once more: with what it saw then, and its results beside the earlier ones."""

import time
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from gi.repository import Gimp

import canvas
from edits.edit import Begun
from edits.refit import fit_options_of, of_journal
from worker.journal_messages import AGAIN, AgainParams
from worker.messages import REFIT, EditParams, Options, RefitParams

if TYPE_CHECKING:
    from worker.client import Worker

__all__ = ["begin_again", "bring_back"]


def begin_again(worker: "Worker", layer: Gimp.Layer) -> "tuple[Begun, EditParams]":
    """Plan the edit that a layer came of once more; selection and image may be others by now.

    Parameters
    ----------
    worker : Worker
    layer : Gimp.Layer
        A result, beside which the new ones come.

    Raises
    ------
    Problem
        If the journal no longer holds what it takes.
    """
    at, recipe = time.monotonic(), canvas.recipe_of(layer)
    folder = Path(mkdtemp(dir=worker.folder))
    with of_journal():
        again = worker.call(AGAIN, AgainParams(recipe.journal, str(folder)))
    subject = canvas.Subject(layer.get_image(), None, (0, 0), again.size, None)
    files = (again.pixels, again.format, again.selected, None)
    params = EditParams(
        again.plan.plan, *files, str(folder), subject.patch_format, canvas.origin(subject.image)
    )
    kept = recipe.recipe.items()
    options: Options = {k: v for k, v in kept if isinstance(v, str | int | float)}
    return Begun(subject, options, again.plan, at, folder, layer), params


def bring_back(worker: "Worker", layer: Gimp.Layer, answer: int) -> Gimp.Layer:
    """Put an answer that was not kept beside a layer of the same edit, as one step of undo.

    Raises
    ------
    Problem
        If it is gone.
    """
    recipe = canvas.recipe_of(layer)
    output = canvas.examine_layer(layer.get_image(), [layer]).patch_format
    options = fit_options_of(recipe)
    params = RefitParams(recipe.journal, answer, options, str(worker.folder), output)
    with of_journal():
        found = worker.call(REFIT, params)
    return canvas.insert_beside(layer, found.patches, recipe)[0]
