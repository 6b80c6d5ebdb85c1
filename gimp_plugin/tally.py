"""What edits took: money in this session of GIMP, and time by model."""

import json
from statistics import median
from typing import Any, NamedTuple

from gi.repository import Gimp

import memory

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
    parasite = Gimp.get_parasite(SESSION)
    return Spent(*json.loads(bytes(parasite.get_data()))) if parasite is not None else Spent()


def add(answer: "dict[str, Any]") -> None:
    """Take note of what an edit cost, from the worker's answer."""
    billed, estimate = answer.get("billed_usd"), answer.get("cost_usd")
    last = estimate if billed is None else billed
    now = Spent(last, billed is not None, spent().session + (last or 0.0))
    Gimp.attach_parasite(Gimp.Parasite.new(SESSION, 0, list(json.dumps(now).encode())))


def usually(options: "dict[str, Any]") -> "float | None":
    """Tell how many seconds such an edit takes; None where that is not known."""
    seconds = _durations().get(_kind(options))
    return median(seconds) if seconds else None


def took(options: "dict[str, Any]", seconds: float) -> None:
    """Take note of how long an edit took."""
    durations, kind = _durations(), _kind(options)
    durations[kind] = [*durations.get(kind, []), round(seconds, 1)][-RECENT:]
    memory.write("durations", {"seconds": durations})


def _kind(options: "dict[str, Any]") -> str:
    """Name what an edit's time depends on most."""
    return " ".join(str(options.get(name, "auto")) for name in ("endpoint", "model", "quality"))


def _durations() -> "dict[str, list[float]]":
    durations: dict[str, list[float]] = memory.read("durations").get("seconds", {})
    return durations
