"""What passes between plug-in and worker about edits in the journal; see `messages`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from seamfill.worker.messages import FORMATS, U8

if TYPE_CHECKING:
    from pathlib import Path

    from seamfill.geometry import Box, Size
    from seamfill.worker.messages import PlanAnswer
    from seamfill.worker.params import Params

__all__ = [
    "AgainAnswer",
    "AgainParams",
    "CompareAnswer",
    "CompareParams",
    "PicturesAnswer",
    "PicturesParams",
]


class PicturesParams(NamedTuple):
    """Which entry is to be shown, the longer side of its pictures, and where their files go."""

    journal: Path
    side: int
    directory: Path

    @classmethod
    def read(cls, params: Params) -> PicturesParams:
        """Read it; see `PlanParams.read`."""
        return cls(params.path("journal"), params.number("side") or 1, params.folder("directory"))


class PicturesAnswer(NamedTuple):
    """Picture files of what was there before, and of each answer in the order they came.

    `prompt` and `model` say what was asked, and whom.
    """

    prompt: str
    model: str
    before: str
    answers: list[str]


class AgainParams(NamedTuple):
    """Which entry's edit is to be made once more, and where files of what it saw go."""

    journal: Path
    directory: Path

    @classmethod
    def read(cls, params: Params) -> AgainParams:
        """Read it; see `PlanParams.read`."""
        return cls(params.path("journal"), params.folder("directory"))


class AgainAnswer(NamedTuple):
    """The plan of the same edit once more, its source's size, and the files that it takes."""

    plan: PlanAnswer
    size: Size
    pixels: str
    format: str
    selected: str


class CompareParams(NamedTuple):
    """An entry, and the file of a box of pixels that are to be compared with what it saw."""

    journal: Path
    box: Box
    pixels: Path
    format: str

    @classmethod
    def read(cls, params: Params) -> CompareParams:
        """Read it; see `PlanParams.read`."""
        return cls(
            params.path("journal"),
            params.box("box"),
            params.path("pixels"),
            params.choice("format", FORMATS, U8),
        )


class CompareAnswer(NamedTuple):
    """How much they differ around what was selected, from 0 to 1."""

    difference: float
