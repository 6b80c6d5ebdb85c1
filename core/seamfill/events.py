"""What an edit tells while it runs.

The pipeline passes these to one callable; fronts turn them into a progress line, a JSON-RPC
notification or a dialog.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seamfill.errors import Cancelled

if TYPE_CHECKING:
    from threading import Event as Flag

__all__ = [
    "Answered",
    "Event",
    "Fitting",
    "Listener",
    "PartialImage",
    "Preparing",
    "Retrying",
    "Sending",
    "Waiting",
    "raise_if_cancelled",
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


def raise_if_cancelled(cancel: Flag | None) -> None:
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
