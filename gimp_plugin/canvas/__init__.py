"""GIMP's side of an edit: what there is to edit, its pixels, and where the patches go.

Only what is asked for is read, straight from GIMP's buffers; pixels pass as bytes and are never
computed with. Everything that cannot be edited is refused here, before anything is sent.
"""

from canvas.inserting import insert, recipe_of, replace
from canvas.reading import read, read_small
from canvas.target import Box, Target, examine, examine_canvas, examine_layer
from canvas.trial import Trial

__all__ = [
    "Box",
    "Target",
    "Trial",
    "examine",
    "examine_canvas",
    "examine_layer",
    "insert",
    "read",
    "read_small",
    "recipe_of",
    "replace",
]
