"""What the plug-in can ask about edits in the journal, to show them and to make them once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from seamfill.errors import BadInput
from seamfill.worker import journal_messages as messages
from seamfill.worker.messages import U8, PlanParams
from seamfill.worker.pixels import new_file, read_pixels

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from pathlib import Path

    from seamfill.image.arrays import Pixels
    from seamfill.worker.messages import PlanAnswer
    from seamfill.worker.params import Params

    Flag = threading.Event
    Method = Callable[[Params, Flag], Any]

__all__ = ["METHODS", "again"]


def again(params: Params, plan: Callable[[PlanParams], PlanAnswer]) -> messages.AgainAnswer:
    """Plan an edit of the journal once more, and write down what it takes.

    Parameters
    ----------
    params : Params
    plan : callable
        Makes a plan that the worker keeps.

    Raises
    ------
    BadInput
        If the journal does not hold all that it takes.
    """
    from seamfill.edits.again import seen

    asked = messages.AgainParams.read(params)
    saw = seen(asked.journal)
    if "markup" in saw.request:
        raise BadInput(
            "Instructions were drawn for this edit, and the journal does not keep them.",
            "Use its prompt for a new edit.",
            advice="again",
        )
    shape = _written(asked.directory, "shape", saw.selection.values)
    box, options = saw.selection.box, dict(saw.request)
    planned = plan(PlanParams(saw.size, box, shape, options, None))
    if planned.read.intersection(saw.box) != planned.read:
        raise BadInput(
            "The model takes other sizes now, and the journal does not hold all that is sent.",
            "Use the prompt for a new edit.",
            advice="again",
        )
    pixels = saw.pixels[planned.read.slices(saw.box)]
    selected = saw.selection.read(planned.read)
    return messages.AgainAnswer(
        planned,
        saw.size,
        str(_written(asked.directory, "pixels", pixels)),
        U8,
        str(_written(asked.directory, "selected", selected)),
    )


def _pictures(params: Params, _cancel: Flag) -> messages.PicturesAnswer:
    from seamfill.edits.again import glimpses
    from seamfill.image.writing import encode_picture
    from seamfill.journal.journal import read_summary

    asked = messages.PicturesParams.read(params)
    paths = []
    for picture in glimpses(asked.journal, min(asked.side, 1024)):
        path = new_file(asked.directory, "picture")
        path.write_bytes(encode_picture(picture, ".png"))
        paths.append(str(path))
    before, *answers = paths
    summary = read_summary(asked.journal)
    prompt = summary.get("request", {}).get("prompt", "")
    return messages.PicturesAnswer(prompt, summary.get("model", ""), before, answers)


def _compare(params: Params, _cancel: Flag) -> messages.CompareAnswer:
    from seamfill.edits.again import difference

    asked = messages.CompareParams.read(params)
    pixels = _as_rgba(read_pixels(asked.pixels, asked.box, asked.format))
    return messages.CompareAnswer(difference(asked.journal, asked.box, pixels))


def _as_rgba(pixels: Pixels) -> Pixels:
    channels = pixels.shape[2]
    colours = pixels[..., :3] if channels > 2 else pixels[..., :1].repeat(3, axis=2)
    full = np.full(pixels.shape[:2], 255, np.uint8)
    return np.dstack([colours, full if channels % 2 else pixels[..., -1]])


def _written(directory: Path, kind: str, pixels: Pixels) -> Path:
    path = new_file(directory, kind)
    np.ascontiguousarray(pixels).tofile(path)
    return path


METHODS: dict[str, Method] = {"pictures": _pictures, "compare": _compare}
"""What only answers."""
