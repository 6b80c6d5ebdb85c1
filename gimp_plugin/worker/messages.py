"""What passes between plug-in and worker; the core has the same in ``worker/messages.py``.

``docs/worker.md`` says what each part means, and a test that both sides have the same. Nothing of
GIMP is needed for it.
"""

from typing import Generic, NamedTuple, TypeVar

__all__ = [
    "DELETE_KEY",
    "DESCRIBE",
    "EDIT",
    "ENTRIES",
    "PLAN",
    "REFIT",
    "SET_KEY",
    "USED",
    "Box",
    "DeleteKeyParams",
    "Description",
    "EditAnswer",
    "EditParams",
    "EndpointDescription",
    "EntriesAnswer",
    "ErrorAnswer",
    "ErrorData",
    "FitReport",
    "JournalEntry",
    "KindDescription",
    "Method",
    "ModelDescription",
    "Nothing",
    "Options",
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
    "Size",
    "UsedParams",
]

Value = str | int | float | bool | list[str]
Options = dict[str, Value]
"""Options of an edit or a fit by the core's names; what is left out is chosen there."""


class Size(NamedTuple):
    """Width and height in pixels."""

    w: int
    h: int


class Box(NamedTuple):
    """A rectangle in source pixels: of the edited layer, or of the visible image."""

    x: int
    y: int
    w: int
    h: int

    @property
    def size(self) -> Size:
        """Its width and height."""
        return Size(self.w, self.h)

    def meets(self, other: "Box") -> bool:
        """Whether they have a pixel in common."""
        across = self.x < other.x + other.w and other.x < self.x + self.w
        return across and self.y < other.y + other.h and other.y < self.y + self.h

    def holds(self, other: "Box") -> bool:
        """Whether all of the other lies in this one."""
        across = self.x <= other.x and other.x + other.w <= self.x + self.w
        return across and self.y <= other.y and other.y + other.h <= self.y + self.h


class Nothing(NamedTuple):
    """What has nothing to ask, or says no more than that it was done."""


class PlanParams(NamedTuple):
    """What is to be edited, and how: size and selection of the source, and the options.

    `shape` is a file of the selection over its bounds, `markup` the name of a layer that is drawn
    over the picture.
    """

    size: Size
    selection: "Box | None"
    shape: "str | None"
    options: Options
    markup: "str | None"


class EditParams(NamedTuple):
    """The plan that was shown, the files of pixels that it asks for, and where patches go.

    `origin` is what the image is called, for the journal.
    """

    plan: str
    pixels: str
    format: str
    selected: "str | None"
    markup: "str | None"
    directory: str
    output: str
    origin: str = ""


class RefitParams(NamedTuple):
    """An answer in the journal, all of them for None, that is to be fitted once more.

    `made` and `painted` are files of its layer mask, as it was made and as it is now.
    """

    journal: str
    answer: "int | None"
    options: Options
    directory: str
    output: str
    made: "str | None" = None
    painted: "str | None" = None


class UsedParams(NamedTuple):
    """Which answers of an entry are in an image now; None for all of them."""

    journal: str
    answers: "list[int] | None" = None


class SetKeyParams(NamedTuple):
    """The key of an endpoint, and where the user wants it: ``keyring``, ``file`` or wherever."""

    endpoint: str
    key: str
    place: "str | None" = None


class DeleteKeyParams(NamedTuple):
    """Whose key is to be forgotten."""

    endpoint: str


class ModelDescription(NamedTuple):
    """What can be chosen with a model."""

    name: str
    title: str
    sizes: "tuple[str, ...]"
    qualities: "tuple[str, ...]"
    backgrounds: "tuple[str, ...]"
    moderations: "tuple[str, ...]"
    output_formats: "tuple[str, ...]"
    fidelities: "tuple[str, ...]"
    response_formats: "tuple[str, ...]"
    complexities: "tuple[str, ...]"
    compression: bool
    max_n: int
    max_images: int
    markup: bool
    stream: bool
    reads_prompt: bool
    shutdown: "str | None"


class EndpointDescription(NamedTuple):
    """What can be chosen with an endpoint."""

    name: str
    title: str
    base_url: "str | None"
    kind: "str | None"
    own: bool
    default: bool
    has_key: bool
    needs_key: bool
    lacks: "tuple[str, ...]"
    default_model: str
    timeout: "float | None"
    ca: "str | None"
    price_usd: "float | None"
    allow_http: bool
    models: "tuple[ModelDescription, ...]"


class KindDescription(NamedTuple):
    """A dialect that a server of one's own may speak."""

    name: str
    title: str


class Description(NamedTuple):
    """What can be chosen."""

    version: str
    default_endpoint: str
    kinds: "tuple[KindDescription, ...]"
    endpoints: "tuple[EndpointDescription, ...]"


class PlannedUpload(NamedTuple):
    """A region in source pixels, and the size at which it goes out."""

    region: Box
    size: Size


class PlanAnswer(NamedTuple):
    """What an edit would send; `plan` is the id by which the edit takes it."""

    plan: str
    uploads: "tuple[PlannedUpload, ...]"
    read: Box
    cost_usd: "float | None"
    problems: "tuple[str, ...]"


class FitReport(NamedTuple):
    """What the fit found and did; see the core's class of that name."""

    registered: bool
    scale: float
    dx: float
    dy: float
    agreement: float
    seam_before: float
    seam_after: float
    outside_changed: "int | None"
    layout: str
    matrix: "tuple[float, ...]"
    rotation: float
    warp: float
    gain: "tuple[float, ...]"
    bias: "tuple[float, ...]"
    known: bool
    sharpness: float
    grain: float
    calmed: float
    seam_local: float
    flags: "tuple[str, ...]"


class PatchFiles(NamedTuple):
    """A patch: its place, the files of its colours and layer mask, and how well it fits."""

    box: Box
    pixels: str
    format: str
    mask: str
    report: FitReport
    answer: int


class EditAnswer(NamedTuple):
    """What came of an edit."""

    patches: "tuple[PatchFiles, ...]"
    recipe: "dict[str, object]"
    model: str
    usage: "dict[str, object]"
    request_ids: "tuple[str, ...]"
    cost_usd: "float | None"
    billed_usd: "float | None"
    journal: str
    problems: "tuple[str, ...]"


class RefitAnswer(NamedTuple):
    """What came of a fit."""

    patches: "tuple[PatchFiles, ...]"
    recipe: "dict[str, object]"
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

    entries: "tuple[JournalEntry, ...]"


class SetKeyAnswer(NamedTuple):
    """Where a key is now."""

    place: str


class Progress(NamedTuple):
    """How far an edit is."""

    id: int
    stage: str
    fraction: "float | None"
    number: int
    total: int


class Partial(NamedTuple):
    """The file of an unfinished answer's picture."""

    id: int
    number: int
    path: str


class ErrorData(NamedTuple):
    """Of which kind an error is, in the core's error tree, and what to do next.

    `hint` is for users of a shell; `advice` names what helps.
    """

    code: str
    hint: str
    advice: str
    request_id: "str | None"


class ErrorAnswer(NamedTuple):
    """What went wrong."""

    message: str
    data: "ErrorData | None" = None


Asked = TypeVar("Asked")
Told = TypeVar("Told")


class Method(NamedTuple, Generic[Asked, Told]):
    """What can be asked of the worker: its name, its parameters and its answer."""

    name: str
    params: "type[Asked]"
    answer: "type[Told]"


DESCRIBE = Method("describe", Nothing, Description)
PLAN = Method("plan", PlanParams, PlanAnswer)
EDIT = Method("edit", EditParams, EditAnswer)
REFIT = Method("refit", RefitParams, RefitAnswer)
USED = Method("used", UsedParams, Nothing)
ENTRIES = Method("entries", Nothing, EntriesAnswer)
SET_KEY = Method("set_key", SetKeyParams, SetKeyAnswer)
DELETE_KEY = Method("delete_key", DeleteKeyParams, Nothing)
