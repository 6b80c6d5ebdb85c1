"""The life of a planned edit: upload, send, answer, fit. The only place that knows their order."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from seamfill import api as wire
from seamfill import transport
from seamfill.edits.compositing import compose, merge_patches
from seamfill.edits.patch import ranked
from seamfill.edits.recipe import summary_of
from seamfill.edits.region import Evidence, fit_patch
from seamfill.edits.resumption import earlier, identify, images_of
from seamfill.edits.upload import flatten, grown, make_upload
from seamfill.errors import Cancelled, SeamfillError
from seamfill.events import Answered, Fitting, Listener, Preparing, careful, raise_if_cancelled
from seamfill.image.arrays import to_uint8
from seamfill.image.source import outside
from seamfill.journal.journal import Journal
from seamfill.options import fit_options
from seamfill.paths import journal_directory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from threading import Event as Flag

    from seamfill.api import AnswerImage, EditRequest, Reply, Upload, WireRequest
    from seamfill.edits.patch import Patch
    from seamfill.edits.plan import Plan
    from seamfill.edits.resumption import Reuse
    from seamfill.endpoints.target import Target
    from seamfill.events import Listener
    from seamfill.geometry import Box, Placement
    from seamfill.image.arrays import Pixels
    from seamfill.image.source import Selection, Source
    from seamfill.journal.entry import Entry
    from seamfill.journal.records import AnswerId, Record

__all__ = ["EditResult", "run"]


@dataclass(frozen=True)
class EditResult:
    """What an edit brought.

    Parameters
    ----------
    plan : Plan
    patches : tuple of Patch
        One for each answer.
    usage : dict
        What the endpoint counted, summed over all requests; empty where it said nothing.
    billed_usd : float or None
        What that costs at the list price; None where it is not known.
    request_ids : tuple of str
    entry : Entry
        The edit's place in the journal; hand those `answers` to its ``use`` that are where the
        user wants them.
    problems : tuple of str
        What went wrong without ending the edit.
    answers : tuple of tuple of (int, int)
        The answers in the journal that make up each patch, by `Patch.answer`: request and number.
    """

    plan: Plan
    patches: tuple[Patch, ...]
    usage: dict[str, Any]
    billed_usd: float | None
    request_ids: tuple[str, ...]
    entry: Entry
    problems: tuple[str, ...] = ()
    answers: tuple[tuple[AnswerId, ...], ...] = ()


def run(
    request: EditRequest,
    source: Source,
    selection: Selection,
    plan: Plan,
    *,
    markup: Source | None = None,
    journal: Journal | None = None,
    listener: Listener | None = None,
    cancel: Flag | None = None,
    origin: str = "",
    reuse: Reuse = "unused",
) -> EditResult:
    """Carry out a planned edit.

    Parameters
    ----------
    request : EditRequest
    source : Source
        With at least the plan's `read` box at hand.
    selection : Selection
    plan : Plan
        From `make_plan` with the same request.
    markup : Source, optional
        What `request.markup` names: RGBA of 8 bits, of the source's size.
    journal : Journal, optional
        The user's own if omitted.
    listener : callable, optional
        Called with each event, in the calling thread.
    cancel : threading.Event, optional
        Set it from another thread to end the edit.
    origin : str
        What the source is called, for the journal.
    reuse : {"unused", "all", "none"}
        Which answers of an earlier run of the same edit are taken instead of paying again.

    Returns
    -------
    EditResult

    Raises
    ------
    SeamfillError
        Any of the tree; what was answered until then is in the journal.
    """
    journal = journal or Journal(journal_directory())
    identity = identify(request, source, selection, plan, markup)
    room = _room(request, plan)
    before = earlier(journal, identity, reuse)
    entry = None if before is None else journal.resume(before.path, room)
    if entry is None:
        before = None
        summary = summary_of(request, source, plan, origin) | {"fingerprint": identity}
        entry = journal.begin(summary, room)
    edit = _Edit(
        request, source, selection, plan, entry, careful(listener), cancel, markup, before, reuse
    )
    try:
        result = edit.run()
    except Cancelled as error:
        entry.finish("cancelled", may_be_billed=error.may_be_billed)
        record = entry.record
        if record is not None and record.unused:
            error.hint = "What came is in the journal; the same edit, started again, takes it up."
        raise
    except SeamfillError as error:
        entry.finish(
            "failed", error=error.code, message=error.message, may_be_billed=error.may_be_billed
        )
        raise
    except BaseException as error:
        entry.finish("failed", error=type(error).__name__, may_be_billed=edit.sent > 0)
        raise
    entry.finish("delivered", patches=result.answers, may_be_billed=edit.doubtful)
    return result


def _room(request: EditRequest, plan: Plan) -> int:
    """Bytes that the edit may need in the journal: uploads, evidence and uncompressed answers."""
    pixels = sum(placement.size.w * placement.size.h for placement in plan.placements)
    return pixels * 4 * (3 + request.n)


@dataclass
class _Edit:
    """One edit under way."""

    request: EditRequest
    source: Source
    selection: Selection
    plan: Plan
    entry: Entry
    listener: Listener
    cancel: Flag | None
    markup: Source | None = None
    before: Record | None = None
    reuse: Reuse = "unused"
    sent: int = 0
    doubtful: bool = False
    replies: list[Reply] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def run(self) -> EditResult:
        if len(self.plan.placements) == 1:
            filled = self._edit_region(self.plan.placements[0], self.source, self.request)
            patches = [patch for patch, _ in filled]
            answers: list[tuple[AnswerId, ...]] = [(answer_id,) for _, answer_id in filled]
        else:
            patches, answers = self._edit_tiles()
        usage = _summed([reply.usage for reply in self.replies if reply.usage])
        return EditResult(
            plan=self.plan,
            patches=tuple(ranked(patches)),
            usage=usage,
            billed_usd=wire.billed_cost(usage, self.plan.target),
            request_ids=tuple(reply.request_id for reply in self.replies if reply.request_id),
            entry=self.entry,
            problems=tuple(dict.fromkeys(self.problems)),
            answers=tuple(answers),
        )

    def _edit_tiles(self) -> tuple[list[Patch], list[tuple[AnswerId, ...]]]:
        """Fill all placements, once for each answer that is asked for."""
        patches: list[Patch] = []
        answers: list[tuple[AnswerId, ...]] = []
        for _answer in range(self.request.n):
            try:
                patch, answer_ids = self._edit_in_turn(dataclasses.replace(self.request, n=1))
            except Cancelled:
                raise
            except SeamfillError as error:
                self._go_on_without(error, patches)
                break
            patches.append(patch)
            answers.append(answer_ids)
        return patches, answers

    def _edit_in_turn(self, request: EditRequest) -> tuple[Patch, tuple[AnswerId, ...]]:
        """Fill one placement after the other, each seeing what the ones before it filled."""
        working, parts = self.source, []
        for placement in self.plan.placements:
            try:
                parts.append(self._edit_region(placement, working, request)[0])
            except Cancelled:
                raise
            except SeamfillError as error:
                self._go_on_with_some(error, len(parts))
                break
            working = compose(working, parts[-1][0])
        return merge_patches([patch for patch, _ in parts]), tuple(
            answer_id for _, answer_id in parts
        )

    def _go_on_with_some(self, error: SeamfillError, parts: int) -> None:
        """Deliver the parts before a failure where only this process has them; else raise."""
        if parts and not self.entry.keeps_answers():
            all_parts = len(self.plan.placements)
            self.problems.append(
                f"Only {parts} of {all_parts} parts were filled; they are delivered since the "
                "journal could not keep them."
            )
            self._go_on_without(error, [parts])
            return
        if parts:
            kept = "The parts before it are kept; the same edit, started again, goes on after them."
            error.hint = f"{error.hint} {kept}".lstrip()
        raise error

    def _go_on_without(self, error: SeamfillError, paid: Sequence[object]) -> None:
        """Deliver what came before a failure, since it was paid for; raise where nothing did."""
        if not paid:
            raise error
        self.problems.append(str(error))
        self.doubtful = self.doubtful or error.may_be_billed

    def _edit_region(
        self, placement: Placement, source: Source, request: EditRequest
    ) -> list[tuple[Patch, AnswerId]]:
        """Edit one region; as many patches as answers came, which may be fewer than asked for."""
        self.listener(Preparing())
        raise_if_cancelled(self.cancel)
        region, missing = flatten(source.read(placement.region))
        missing |= outside(placement.region, source.size)
        selected = self.selection.read(placement.region, placement.selection)
        painted = grown(selected | missing, request.grow)
        seen = to_uint8(region)
        if source.space is not None:
            seen = source.space.to_srgb(seen)
        drawn = self._markup(placement.region)
        style = wire.mask_style(self.plan.target, markup=drawn is not None)
        upload = make_upload(seen, painted, placement.size, drawn, style)
        evidence = Evidence(region, selected, missing, painted, source.space)
        texture, seed = request.texture, request.texture_seed
        how = fit_options(request.fit, request.edge, texture=texture, texture_seed=seed)
        patches = []
        answers = self._answers(upload, evidence, request)
        for number, answer in enumerate(answers, 1):
            raise_if_cancelled(self.cancel)
            self.listener(Fitting(number, len(answers)))
            pixels = answer.decode()
            patch = fit_patch(how, placement.region, source.size, evidence, pixels)
            patches.append((patch, answer.id))
        return patches

    def _markup(self, region: Box) -> Pixels | None:
        """What is drawn over a region; nothing is beyond the source."""
        if self.markup is None:
            return None
        drawn = self.markup.read(region).copy()
        drawn[outside(region, self.markup.size) > 0] = 0
        return drawn

    def _answers(
        self, upload: Upload, evidence: Evidence, request: EditRequest
    ) -> list[AnswerImage]:
        target = self.plan.target
        parts = wire.split(request, target)
        count = self._requests(len(parts))
        answers: list[AnswerImage] = []
        for part in parts:
            self.sent += 1
            try:
                images = self._paid_before(evidence, part)
                if not images:
                    raise_if_cancelled(self.cancel)
                    sending = wire.build(request, target, upload, part, self.sent, count)
                    images = list(self._send(sending, evidence).images)
                for image in images:
                    image.decode()
            except Cancelled:
                raise
            except SeamfillError as error:
                self._go_on_without(error, answers)
                break
            answers += images
            self.listener(Answered(self.sent, count, len(images)))
        return answers

    def _paid_before(self, evidence: Evidence, asked: int) -> list[AnswerImage]:
        """What an earlier run of the same edit got from the request that is next."""
        if self.before is None or self.reuse == "none":
            return []
        images = images_of(self.before, self.sent, self.reuse)
        if images:
            self._keep(evidence, self.sent)
            self.problems.append(
                "An earlier run of the same edit had been paid for; its answers were taken from "
                "the journal."
            )
        if 0 < len(images) < asked:
            self.problems.append(
                f"{asked} answers were asked for, of which that run could keep {len(images)}."
            )
        return images

    def _requests(self, parts: int) -> int:
        """How many requests the whole edit makes."""
        placements = len(self.plan.placements)
        return parts if placements == 1 else placements * self.request.n

    def _send(self, sending: WireRequest, evidence: Evidence) -> Reply:
        with ThreadPoolExecutor(1) as pool:
            # Only a later refit reads these, so the request does not wait for them.
            kept = pool.submit(self._keep, evidence, sending.number)
            # What the fit needs of the original alone is made while the answer is awaited.
            pool.submit(evidence.original.prepare)
            reply = transport.send(
                sending, _reachable(self.plan.target), self.entry, self.listener, self.cancel
            )
            kept.result()
        self.replies.append(reply)
        self.problems += reply.problems
        return reply

    def _keep(self, evidence: Evidence, number: int) -> None:
        """Keep what a later refit needs; where that fails, the answer is worth no less."""
        try:
            evidence.keep(self.entry, number)
        except Exception as error:
            why = error.strerror if isinstance(error, OSError) else type(error).__name__
            self.problems.append(
                f"The journal could not keep what a later refit needs ({why}); the result itself "
                "is complete."
            )


def _summed(usages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Add up usage objects, nested counters included."""
    total: dict[str, Any] = {}
    for usage in usages:
        for name, value in usage.items():
            if isinstance(value, dict):
                total[name] = _summed([total.get(name, {}), value])
            elif isinstance(value, int | float):
                total[name] = total.get(name, 0) + value
    return total


def _reachable(target: Target) -> Target:
    """The same target; with an address, where the endpoint is Seamfill's own and is now started."""
    if not target.endpoint.embedded or target.base_url is not None:
        return target
    from seamfill import offline

    return replace(target, base_url=offline.start())
