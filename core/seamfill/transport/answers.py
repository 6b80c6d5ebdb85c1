"""From a reply to images on disk."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from seamfill.api import AnswerImage, Item, Reply
from seamfill.api.error_mapping import judge
from seamfill.api.error_reply import from_error
from seamfill.api.reply import MAX_ITEMS
from seamfill.errors import AnswerUnusable, SeamfillError
from seamfill.transport.download import Origin, fetch

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from seamfill.api import WireRequest
    from seamfill.endpoints.target import Target
    from seamfill.journal.entry import Entry
    from seamfill.transport.receiver import Received

__all__ = ["NOT_KEPT", "collect", "ending_of", "keep"]

NOT_KEPT = "The journal could not keep the answer, as its disk is full or refuses; save it now."

_MAX_SECONDS = 300.0  # for fetching all answers of a reply that gives addresses
_MORE = 8  # answers of a reply that are used though they were not asked for
_PIXELS = 8_400_000  # of the largest answer of any model in the catalogue
_MAX_PIXELS = 17_000_000  # of all answers, if that is more than those that were asked for have


def collect(
    received: Received,
    wire: WireRequest,
    target: Target,
    entry: Entry,
    cancel: threading.Event | None,
) -> Reply:
    """Fetch what the reply points to, and put every image on disk.

    Parameters
    ----------
    received : Received
        Not a failure.
    wire : WireRequest
    target : Target
    entry : Entry
    cancel : threading.Event, optional

    Raises
    ------
    AnswerUnusable
        If there is no image at all.
    """
    parsed = received.parsed
    if not parsed.items:
        raise _nothing(received, target, entry)
    origin = Origin(target.url, received.peer, target.endpoint.ca)
    deadline = time.monotonic() + _MAX_SECONDS

    def fetched(item: Item) -> bytes:
        return fetch(item.url or "", origin, cancel=cancel, deadline=deadline)

    images: list[AnswerImage] = []
    troubles: list[SeamfillError] = []
    asked = int(wire.value("n") or 1)
    for number, item in enumerate(parsed.items[: asked + _MORE], 1):
        try:
            data = item.data if item.data is not None else fetched(item)
        except AnswerUnusable as error:
            troubles.append(error)
            continue
        path = keep(data, entry, f"answer-{wire.number}-{number}")
        images.append(AnswerImage(data, path, item.revised_prompt, (wire.number, number)))
    if not images:
        raise troubles[0]
    problems = [received.note] if received.note else []
    if any(image.path is None for image in images) and not entry.keeps_answers():
        problems.append(NOT_KEPT)
    problems += _difference(received, asked, len(images) + len(troubles), entry)
    if len(images) > 1:
        images, unusable = _usable(images, max(_MAX_PIXELS, asked * _PIXELS))
        troubles += unusable
    problems += [error.message for error in troubles]
    if parsed.error is not None:
        failure = from_error(parsed.error, 200, {}, target)
        problems.append(judge(failure, target).message)
    return Reply(tuple(images), parsed.usage, received.request_id, tuple(problems))


def keep(data: bytes, entry: Entry, stem: str) -> Path | None:
    """Put an answer on disk.

    Parameters
    ----------
    data : bytes
    entry : Entry
    stem : str
        Of the file's name; the ending follows from the data.

    Returns
    -------
    Path or None
        None where the disk refuses; the answer itself is still at hand.
    """
    try:
        return entry.write(f"{stem}.{ending_of(data)}", data)
    except OSError:
        return None


def ending_of(data: bytes) -> str:
    """The ending for a file that holds an answer.

    Parameters
    ----------
    data : bytes
    """
    if data.startswith(b"\x89PNG"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    return "webp" if data[8:12] == b"WEBP" else "bin"


def _usable(images: list[AnswerImage], room: int) -> tuple[list[AnswerImage], list[SeamfillError]]:
    """The images that can be decoded, or all where none can, so that it is told why."""
    usable: list[AnswerImage] = []
    troubles: list[SeamfillError] = []
    for image in images:
        try:
            if image.pixels > room:
                raise AnswerUnusable(
                    "An answer was left out, since all of them together are absurdly large.",
                    f"It is kept in {image.path}." if image.path else "",
                )
            image.decode()
            room -= image.pixels
            usable.append(image)
        except AnswerUnusable as error:
            troubles.append(error)
    return (usable, troubles) if usable else (images[:1], [])


def _difference(received: Received, asked: int, came: int, entry: Entry) -> list[str]:
    """What to say where more or less came than was asked for."""
    if came < len(received.parsed.items):
        all_are = f" All are kept in {entry.path}." if entry.keeps_answers() else ""
        total = len(received.parsed.items)
        more = " or more" if total >= MAX_ITEMS else ""
        return [
            f"{asked} answers were asked for and {total}{more} came; the first {came} are "
            f"used.{all_are}"
        ]
    if came >= asked:
        return []
    why = ": the connection broke" if received.cut_off else ""
    return [f"{asked} answers were asked for and {came} came{why}."]


def _nothing(received: Received, target: Target, entry: Entry) -> AnswerUnusable:
    name, parsed = target.title, received.parsed
    kept = f"What came is kept in {entry.path}."
    if parsed.task is not None:
        message = (
            f"{name} answered with the name of a task ({parsed.task[:100]}) instead of a picture; "
            "it makes pictures later and elsewhere, which is not supported."
        )
    elif parsed.broken:
        message = f"The answer of {name} is damaged: its picture cannot be read."
    else:
        message = f"The answer of {name} holds no picture."
    return AnswerUnusable(message, kept, request_id=received.request_id)
