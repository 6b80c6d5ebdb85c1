"""What edits took: money in this session of GIMP, and time by model."""

from contextlib import suppress
from statistics import median
from typing import NamedTuple

from user import parasites
from user.files import never_failing, read, write
from worker.messages import EditAnswer, Options
from worker.parse import NotAsExpected, parse

__all__ = ["Spent", "add", "spent", "took", "usually"]

SESSION = "seamfill-spent"
RECENT = 9
"""How many edits the usual time is taken from."""


class Spent(NamedTuple):
    """Money in US dollars.

    Parameters
    ----------
    last : float or None
        For the last edit; None where that is not known.
    exact : bool
        Whether the endpoint counted it; otherwise it was estimated.
    session : float
        Since GIMP was started.
    """

    last: "float | None" = None
    exact: bool = False
    session: float = 0.0


def spent() -> Spent:
    """Tell what edits of this GIMP cost."""
    with suppress(NotAsExpected):
        return parse(Spent, parasites.find(None, SESSION))
    return Spent()


def add(answer: EditAnswer) -> None:
    """Take note of what an edit cost."""
    billed, estimate = answer.billed_usd, answer.cost_usd
    last = estimate if billed is None else billed
    with never_failing():
        now = Spent(last, billed is not None, spent().session + (last or 0.0))
        parasites.attach(None, SESSION, now)


def usually(options: Options) -> "float | None":
    """Tell how many seconds such an edit takes; None where that is not known."""
    seconds = _durations().get(_kind(options))
    return median(seconds) if seconds else None


def took(options: Options, seconds: float) -> None:
    """Take note of how long an edit took."""
    with never_failing():
        durations, kind = _durations(), _kind(options)
        durations[kind] = [*durations.get(kind, []), round(seconds, 1)][-RECENT:]
        write("durations", {"seconds": durations})


def _kind(options: Options) -> str:
    """Name what an edit's time depends on most."""
    return " ".join(str(options.get(name, "auto")) for name in ("endpoint", "model", "quality"))


def _durations() -> "dict[str, list[float]]":
    durations = read("durations").get("seconds")
    return durations if isinstance(durations, dict) else {}
