"""What an edit tells while it runs.

The pipeline passes these to one callable; fronts turn them into a progress line, a JSON-RPC
notification or a dialog.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from seamfill.errors import Cancelled

__all__ = [
    "Answered",
    "Event",
    "Fitting",
    "Listener",
    "PartialImage",
    "Preparing",
    "Retrying",
    "Sending",
    "Stage",
    "Stop",
    "Waiting",
    "careful",
    "is_over",
    "raise_if_cancelled",
    "stage_of",
]


@dataclass(frozen=True)
class Preparing:
    """The upload is being made; nothing has left the machine."""


@dataclass(frozen=True)
class Sending:
    """The upload is on its way.

    Parameters
    ----------
    request : int
        Which request of the edit this is, from 1.
    requests : int
        How many there are.
    size : int
        Bytes to send.
    """

    request: int
    requests: int
    size: int


@dataclass(frozen=True)
class Waiting:
    """The endpoint has the upload and works; from here on it may cost money."""

    request: int
    requests: int


@dataclass(frozen=True)
class Retrying:
    """A request is repeated after a pause, where that cannot be paid twice.

    Parameters
    ----------
    reason : str
        Why, in the user's words.
    seconds : float
        The pause before the next attempt.
    attempt : int
        The attempt to come, from 2.
    """

    reason: str
    seconds: float
    attempt: int


@dataclass(frozen=True)
class PartialImage:
    """A preview of an unfinished answer.

    Parameters
    ----------
    index : int
        Its number within its answer, from 0.
    data : bytes
        An encoded image.
    """

    index: int
    data: bytes


@dataclass(frozen=True)
class Answered:
    """The answers of one request are in the journal."""

    request: int
    requests: int
    images: int


@dataclass(frozen=True)
class Fitting:
    """An answer is being fitted."""

    image: int
    images: int


Event = Preparing | Sending | Waiting | Retrying | PartialImage | Answered | Fitting
Listener = Callable[[Event], None]


def careful(listener: Listener | None) -> Listener:
    """A listener whose own connection may break without an answer being lost for it.

    Parameters
    ----------
    listener : callable, optional
    """

    def tell(event: Event) -> None:
        if listener is not None:
            with contextlib.suppress(OSError, ValueError):
                listener(event)

    return tell


class Stop(threading.Event):
    """Asks an edit to end: as it stands, or once no answer that may be billed is still to come."""

    def __init__(self) -> None:
        super().__init__()
        self.waits = False

    def gently(self) -> None:
        """End before the next request; an answer that may be billed still reaches the journal."""
        self.waits = True
        self.set()

    def at_once(self) -> None:
        """End whatever is under way."""
        self.waits = False
        self.set()


def is_over(cancel: threading.Event | None, *, may_be_billed: bool) -> bool:
    """Whether somebody has asked to stop in a way that ends what is under way.

    Parameters
    ----------
    cancel : threading.Event, optional
        A `Stop`, or any other event.
    may_be_billed : bool
        Whether an answer that may have to be paid for would be lost.
    """
    if cancel is None or not cancel.is_set():
        return False
    return not (may_be_billed and isinstance(cancel, Stop) and cancel.waits)


def raise_if_cancelled(cancel: threading.Event | None) -> None:
    """Raise where the user has asked to stop.

    Parameters
    ----------
    cancel : threading.Event, optional
        Set by whoever wants the edit to end.

    Raises
    ------
    Cancelled
        If it is set.
    """
    if cancel is not None and cancel.is_set():
        raise Cancelled("The edit was cancelled.")


class Stage(NamedTuple):
    """How far an edit is, in words for a person.

    Parameters
    ----------
    name : str
        ``preparing``, ``sending``, ``waiting``, ``retrying``, ``answered`` or ``fitting``.
    text : str
    fraction : float or None
        Share of the edit's answers that are dealt with, 0..1; None where that says nothing.
    number, total : int
        Which request or answer it is about, from 1, and how many there are.
    """

    name: str
    text: str
    fraction: float | None = None
    number: int = 1
    total: int = 1


def stage_of(event: Event) -> Stage:
    """Put an event in words.

    Parameters
    ----------
    event : Event

    Returns
    -------
    Stage
    """
    match event:
        case Preparing():
            return Stage("preparing", "Preparing the upload")
        case Sending(request=number, requests=count, size=size):
            text = f"Sending {size / 1e6:.1f} MB{_of(number, count)}"
            return Stage("sending", text, None, number, count)
        case Waiting(request=number, requests=count):
            text = f"Waiting for the model{_of(number, count)}"
            return Stage("waiting", text, None, number, count)
        case PartialImage():
            return Stage("waiting", "The answer takes shape")
        case Retrying(reason=reason, seconds=seconds):
            return Stage("retrying", f"{reason} Trying again in {seconds:.0f} s")
        case Answered(request=number, requests=count):
            text = f"The answer is here{_of(number, count)}"
            return Stage("answered", text, number / count, number, count)
        case Fitting(image=number, images=count):
            text = f"Fitting the answer{_of(number, count)}"
            return Stage("fitting", text, number / count, number, count)


def _of(number: int, count: int) -> str:
    return f" ({number} of {count})" if count > 1 else ""
