"""What passes between plug-in and worker; the plug-in has the same in ``worker/messages.py``.

``docs/worker.md`` says what each part means, and a test that both sides have the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from seamfill.endpoints.keys import Place
    from seamfill.geometry import Box, Size
    from seamfill.worker.params import JSON, Params

__all__ = [
    "FLOAT",
    "FORMATS",
    "U8",
    "DeleteKeyParams",
    "Description",
    "EditAnswer",
    "EditParams",
    "EndpointDescription",
    "EntriesAnswer",
    "JournalEntry",
    "KindDescription",
    "ModelDescription",
    "Nothing",
    "Partial",
    "PatchFiles",
    "PlanAnswer",
    "PlanParams",
    "PlannedUpload",
    "Progress",
    "RefitAnswer",
    "RefitParams",
    "SetKeyAnswer",
    "SetKeyParams",
    "UsedParams",
]

U8 = "R'G'B'A u8"
FLOAT = "R'G'B'A float"
FORMATS = {"Y' u8": 1, "Y'A u8": 2, "R'G'B' u8": 3, U8: 4}
"""How pixels come, by GEGL's name, with their bytes a pixel."""


class Nothing(NamedTuple):
    """An answer that says no more than that it was done."""


class PlanParams(NamedTuple):
    """What is to be edited, and how.

    Parameters
    ----------
    size : Size
        Of the source.
    selection : Box or None
        Bounds of the selection in source pixels; None for all of the source.
    shape : Path or None
        A file of the selection over those bounds.
    options : dict
        By name; what they hold is looked at where they are used.
    markup : str or None
        What is drawn over the picture is called so; None where nothing is.
    """

    size: Size
    selection: Box | None
    shape: Path | None
    options: JSON
    markup: str | None

    @classmethod
    def read(cls, params: Params) -> PlanParams:
        """Read it.

        Raises
        ------
        InvalidParams
            If it is not as it has to be.
        """
        return cls(
            params.size("size"),
            params.optional_box("selection"),
            params.optional_path("shape"),
            params.options(),
            params.optional_text("markup"),
        )


class EditParams(NamedTuple):
    """The plan that the user was shown, and the pixels that it asks for.

    Parameters
    ----------
    plan : str
        The plan's id.
    pixels, format : Path, str
        A file of the plan's box, and GEGL's name of its format.
    selected, markup : Path or None
        Files of the same box; None for all selected, and for nothing drawn.
    directory, output : Path, str
        Where patches go, and in which format.
    origin : str
        What the image is called, for the journal.
    """

    plan: str
    pixels: Path
    format: str
    selected: Path | None
    markup: Path | None
    directory: Path
    output: str
    origin: str = ""

    @classmethod
    def read(cls, params: Params) -> EditParams:
        """Read it; see `PlanParams.read`."""
        return cls(
            params.text("plan"),
            params.path("pixels"),
            params.choice("format", FORMATS, U8),
            params.optional_path("selected"),
            params.optional_path("markup"),
            params.folder("directory"),
            params.choice("output", (U8, FLOAT), U8),
            params.text_if_any("origin") or "",
        )


class RefitParams(NamedTuple):
    """An answer in the journal that is to be fitted once more.

    Parameters
    ----------
    journal : Path
        The entry.
    answer : int or None
        Which of its answers; None for all.
    options : dict
        Of the fit, by name.
    directory, output : Path, str
        Where patches go, and in which format.
    made, painted : Path or None
        Files of its layer mask, as it was made and as somebody painted on it since, which is
        carried over; only for one answer.
    """

    journal: Path
    answer: int | None
    options: JSON
    directory: Path
    output: str
    made: Path | None = None
    painted: Path | None = None

    @classmethod
    def read(cls, params: Params) -> RefitParams:
        """Read it; see `PlanParams.read`."""
        return cls(
            params.path("journal"),
            params.number("answer"),
            params.options(),
            params.folder("directory"),
            params.choice("output", (U8, FLOAT), U8),
            params.optional_path("made"),
            params.optional_path("painted"),
        )


class UsedParams(NamedTuple):
    """Which answers of a journal's entry are in an image now; None for all of them."""

    journal: Path
    answers: list[int] | None

    @classmethod
    def read(cls, params: Params) -> UsedParams:
        """Read it; see `PlanParams.read`."""
        return cls(params.path("journal"), params.numbers("answers"))


class SetKeyParams(NamedTuple):
    """The key of an endpoint, and where the user wants it."""

    endpoint: str
    key: str
    place: Place | None

    @classmethod
    def read(cls, params: Params) -> SetKeyParams:
        """Read it; see `PlanParams.read`."""
        # The store itself says which places there are.
        return cls(params.text("endpoint"), params.text("key"), params.value("place"))


class DeleteKeyParams(NamedTuple):
    """Whose key is to be forgotten."""

    endpoint: str

    @classmethod
    def read(cls, params: Params) -> DeleteKeyParams:
        """Read it; see `PlanParams.read`."""
        return cls(params.text("endpoint"))


class ModelDescription(NamedTuple):
    """What can be chosen with a model."""

    name: str
    title: str
    sizes: list[str]
    qualities: list[str]
    backgrounds: list[str]
    moderations: list[str]
    output_formats: list[str]
    fidelities: list[str]
    response_formats: list[str]
    complexities: list[str]
    compression: bool
    max_n: int
    max_images: int
    markup: bool
    stream: bool
    reads_prompt: bool
    shutdown: str | None


class EndpointDescription(NamedTuple):
    """What can be chosen with an endpoint."""

    name: str
    title: str
    base_url: str | None
    kind: str | None
    own: bool
    default: bool
    has_key: bool
    needs_key: bool
    lacks: list[str]
    default_model: str
    timeout: float | None
    ca: str | None
    price_usd: float | None
    allow_http: bool
    models: list[ModelDescription]


class KindDescription(NamedTuple):
    """A dialect that a server of one's own may speak."""

    name: str
    title: str


class Description(NamedTuple):
    """What can be chosen."""

    version: str
    default_endpoint: str
    kinds: list[KindDescription]
    endpoints: list[EndpointDescription]


class PlannedUpload(NamedTuple):
    """A region in source pixels, and the size at which it goes out."""

    region: Box
    size: Size


class PlanAnswer(NamedTuple):
    """What an edit would send; `plan` is the id by which the edit takes it."""

    plan: str
    uploads: list[PlannedUpload]
    read: Box
    cost_usd: float | None
    problems: list[str]


class PatchFiles(NamedTuple):
    """A patch in files.

    Parameters
    ----------
    box : Box
        In source pixels.
    pixels, format : str
        The file of its colours, and GEGL's name of their format.
    mask : str
        The file of its layer mask.
    report : dict
        `FitReport`, with its `flags`.
    answer : int
        Which answer it was made of, in the order in which they came.
    """

    box: Box
    pixels: str
    format: str
    mask: str
    report: JSON
    answer: int


class EditAnswer(NamedTuple):
    """What came of an edit."""

    patches: list[PatchFiles]
    recipe: JSON
    model: str
    usage: JSON
    request_ids: list[str]
    cost_usd: float | None
    billed_usd: float | None
    journal: str
    problems: list[str]


class RefitAnswer(NamedTuple):
    """What came of a fit."""

    patches: list[PatchFiles]
    recipe: JSON
    journal: str


class JournalEntry(NamedTuple):
    """What the journal holds of an edit."""

    journal: str
    begun: str
    state: str
    prompt: str
    endpoint: str
    model: str
    source_size: Size
    region: Box
    answers: int
    origin: str


class EntriesAnswer(NamedTuple):
    """What the journal holds and can be fitted again, newest first."""

    entries: list[JournalEntry]


class SetKeyAnswer(NamedTuple):
    """Where a key is now."""

    place: str


class Progress(NamedTuple):
    """How far an edit is."""

    id: object
    stage: str
    fraction: float | None
    number: int
    total: int


class Partial(NamedTuple):
    """The file of an unfinished answer's picture."""

    id: object
    number: int
    path: str
