"""Going on with an edit that was begun before: what was paid for is not paid for again."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING, Literal

from seamfill.api import AnswerImage
from seamfill.errors import AnswerUnusable, PerhapsPaid
from seamfill.transport.recovery import held

if TYPE_CHECKING:
    from seamfill.edits.plan import Plan
    from seamfill.image.source import Selection, Source
    from seamfill.journal.journal import Journal
    from seamfill.journal.records import Record
    from seamfill.options import EditRequest

__all__ = ["Reuse", "earlier", "identify", "images_of"]

Reuse = Literal["unused", "all", "none"]
"""Which answers of an earlier run of the same edit are taken instead of being asked for again.

``"unused"``: those of a run whose answers nobody has used, as a person who starts an edit again
expects. ``"all"``: any, and what may have been billed is not sent again but reported, as a batch
that is run again wants it. ``"none"``: the edit is paid again.
"""

_WITHOUT_EFFECT = {
    "endpoint", "base_url", "model", "references", "markup", "stream", "partial_images", "edge",
    "fit", "texture", "texture_seed", "timeout", "retries",
}  # fmt: skip
"""Options that change nothing of what a model is asked for, or that are told in another way."""


def identify(
    request: EditRequest, source: Source, selection: Selection, plan: Plan, markup: Source | None
) -> str:
    """A fingerprint of all that decides what is paid for: the same edit has the same.

    Parameters
    ----------
    request : EditRequest
    source : Source
    selection : Selection
    plan : Plan
    markup : Source, optional

    Returns
    -------
    str
        In hexadecimal.
    """
    target = plan.target
    options = {
        item.name: getattr(request, item.name)
        for item in dataclasses.fields(request)
        if item.name not in _WITHOUT_EFFECT
    }
    told = [
        options, target.endpoint.name, target.base_url, target.model.name, list(source.size),
        [[list(placement.region), list(placement.size)] for placement in plan.placements],
    ]  # fmt: skip
    digest = hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode())
    for placement in plan.placements:
        digest.update(source.read(placement.region).tobytes())
        digest.update(selection.read(placement.region, placement.selection).tobytes())
        if markup is not None:
            digest.update(markup.read(placement.region).tobytes())
    for path in request.references:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def earlier(journal: Journal, fingerprint: str, reuse: Reuse) -> Record | None:
    """The run of the same edit that is to be gone on with.

    Parameters
    ----------
    journal : Journal
    fingerprint : str
        From `identify`.
    reuse : {"unused", "all", "none"}

    Raises
    ------
    PerhapsPaid
        If another process is at it, and `reuse` is ``"all"``.
    """
    if reuse == "none":
        return None
    for record in journal.find(fingerprint):
        if reuse == "all" and record.running:
            raise PerhapsPaid(
                "Another process is at work on the same edit, so it was not sent again.",
                "Wait until that has ended.",
            )
        if reuse == "all" and (record.known or record.unanswered):
            return record
        if record.known and record.unused == record.known and not record.running:
            return record
    return None


def images_of(record: Record, request: int, reuse: Reuse) -> list[AnswerImage]:
    """The answers that an earlier run got from one of its requests.

    Parameters
    ----------
    record : Record
    request : int
        From 1.
    reuse : {"unused", "all"}

    Returns
    -------
    list of AnswerImage
        Empty where the request is to be sent.

    Raises
    ------
    PerhapsPaid
        If the request may have been billed, and `reuse` is ``"all"``.
    AnswerUnusable
        If what came cannot be used, and `reuse` is ``"all"``.
    """
    images, trouble = [], None
    try:
        for answer in held(record.path, request):
            image = AnswerImage(answer.data, answer.path, id=answer.id)
            try:
                image.decode()
                images.append(image)
            except AnswerUnusable as error:
                trouble = error
    except AnswerUnusable as error:
        trouble = error
    if reuse == "all" and not images:
        if trouble is not None:
            trouble.may_be_billed = True
            raise trouble
        if record.unanswered == request:
            raise PerhapsPaid(
                "An earlier run sent the same request and got no answer.",
                "It may have been billed, so it was not sent again. --pay-again sends it.",
            )
    return images
