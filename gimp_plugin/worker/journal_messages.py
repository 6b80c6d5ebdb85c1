"""What passes between plug-in and worker about edits in the journal; see `messages`."""

from typing import NamedTuple

from worker.messages import Box, Method, PlanAnswer, Size

__all__ = [
    "AGAIN",
    "COMPARE",
    "PICTURES",
    "AgainAnswer",
    "AgainParams",
    "CompareAnswer",
    "CompareParams",
    "PicturesAnswer",
    "PicturesParams",
]


class PicturesParams(NamedTuple):
    """Which entry is to be shown, the longer side of its pictures, and where their files go."""

    journal: str
    side: int
    directory: str


class PicturesAnswer(NamedTuple):
    """Picture files of what was there before, and of each answer in the order they came.

    `prompt` and `model` say what was asked, and whom.
    """

    prompt: str
    model: str
    before: str
    answers: "tuple[str, ...]"


class AgainParams(NamedTuple):
    """Which entry's edit is to be made once more, and where files of what it saw go."""

    journal: str
    directory: str


class AgainAnswer(NamedTuple):
    """The plan of the same edit once more, its source's size, and the files that it takes."""

    plan: PlanAnswer
    size: Size
    pixels: str
    format: str
    selected: str


class CompareParams(NamedTuple):
    """An entry, and the file of a box of pixels that are to be compared with what it saw."""

    journal: str
    box: Box
    pixels: str
    format: str


class CompareAnswer(NamedTuple):
    """How much they differ around what was selected, from 0 to 1."""

    difference: float


PICTURES = Method("pictures", PicturesParams, PicturesAnswer)
AGAIN = Method("again", AgainParams, AgainAnswer)
COMPARE = Method("compare", CompareParams, CompareAnswer)
