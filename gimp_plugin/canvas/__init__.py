"""GIMP's side of an edit: what there is to edit, its pixels, and where the patches go.

Only what is asked for is read, straight from GIMP's buffers; pixels pass as bytes and are never
computed with. Everything that cannot be edited is refused here, before anything is sent.
"""

from canvas.beside import insert_beside
from canvas.layers import insert, replace
from canvas.preview_layer import Trial
from canvas.reading import pixbuf, read, read_small, thumbnail, write_picture
from canvas.recipes import (
    Recipe,
    made_here,
    mask_changed,
    newest,
    recipe_of,
    write_mask,
)
from canvas.results import name_of, pictures, results_of
from canvas.shape import Shape
from canvas.subject import (
    Subject,
    examine,
    examine_canvas,
    examine_layer,
    inverse,
    origin,
    refuse_gone,
    with_markup,
)
from canvas.variations import discard, keep_one, show_only, shown_of
from canvas.watch import Situation, situation

__all__ = [
    "Recipe",
    "Shape",
    "Situation",
    "Subject",
    "Trial",
    "discard",
    "examine",
    "examine_canvas",
    "examine_layer",
    "insert",
    "insert_beside",
    "inverse",
    "keep_one",
    "made_here",
    "mask_changed",
    "name_of",
    "newest",
    "origin",
    "pictures",
    "pixbuf",
    "read",
    "read_small",
    "recipe_of",
    "refuse_gone",
    "replace",
    "results_of",
    "show_only",
    "shown_of",
    "situation",
    "thumbnail",
    "with_markup",
    "write_mask",
    "write_picture",
]
