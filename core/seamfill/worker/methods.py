"""What the plug-in can ask of the worker; ``docs/worker.md`` has the messages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from seamfill.geometry import Box, Size
from seamfill.worker import journal_messages, messages, servers
from seamfill.worker.params import InvalidParams
from seamfill.worker.plans import Plans

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from pathlib import Path

    from seamfill.edits.patch import Patch
    from seamfill.events import Event
    from seamfill.journal.records import Record
    from seamfill.worker.params import Params

    Flag = threading.Event
    Method = Callable[[Params, Flag], Any]

__all__ = ["CHANGES", "Methods"]


class Methods:
    """What only answers: wanted by nobody once whoever asked is gone."""

    def __init__(self) -> None:
        self._plans = Plans()
        self.answering: dict[str, Method] = {
            "describe": _describe,
            "plan": self._plan,
            "entries": _entries,
            "refit": _refit,
            "again": self._again,
            "pictures": _later("pictures"),
            "compare": _later("compare"),
            **servers.METHODS,
        }

    def _plan(self, params: Params, _cancel: Flag) -> messages.PlanAnswer:
        return self._planned(messages.PlanParams.read(params))

    def _again(self, params: Params, _cancel: Flag) -> journal_messages.AgainAnswer:
        from seamfill.worker.kept import again

        return again(params, self._planned)

    def _planned(self, asked: messages.PlanParams) -> messages.PlanAnswer:
        name, plan = self._plans.make(asked)
        uploads = [messages.PlannedUpload(each.region, each.size) for each in plan.placements]
        return messages.PlanAnswer(name, uploads, plan.read, plan.cost_usd, list(plan.problems))

    def edit(
        self, params: Params, listener: Callable[[Event], None], cancel: Flag
    ) -> messages.EditAnswer:
        """Carry out an edit that was planned."""
        from seamfill.edits.pipeline import run
        from seamfill.edits.recipe import recipe
        from seamfill.image.source import Source
        from seamfill.worker.pixels import read_pixels, read_selection, write_patches

        asked = messages.EditParams.read(params)
        shown = self._plans.find(asked.plan)
        read, request = shown.plan.read, shown.request
        if (asked.markup is None) != (request.markup is None):
            raise InvalidParams("“markup” must be given where the plan has one.")
        source = Source(shown.size, read, read_pixels(asked.pixels, read, asked.format))
        selection, markup = read_selection(asked.selected, read), None
        if asked.markup is not None:
            request = replace(request, markup=asked.markup)
            markup = Source(shown.size, read, read_pixels(asked.markup, read, messages.U8))
        plan = shown.now(selection)
        result = run(
            request,
            source,
            selection,
            plan,
            markup=markup,
            listener=listener,
            cancel=cancel,
            origin=asked.origin,
        )
        return messages.EditAnswer(
            patches=write_patches(result.patches, asked.directory, asked.output),
            recipe=recipe(request),
            model=result.plan.target.model.title or result.plan.target.model.name,
            usage=result.usage,
            request_ids=list(result.request_ids),
            cost_usd=result.plan.cost_usd,
            billed_usd=result.billed_usd,
            journal=str(result.entry.path),
            problems=list(result.problems),
        )


def _later(name: str) -> Method:
    """A method whose module loads what the first edit does not need."""

    def method(params: Params, cancel: Flag) -> Any:
        from seamfill.worker.kept import METHODS

        return METHODS[name](params, cancel)

    return method


def _describe(_params: Params, _cancel: Flag) -> messages.Description:
    from seamfill.worker.describe import describe

    return describe()


def _used(params: Params, _cancel: Flag) -> messages.Nothing:
    from seamfill.journal.journal import Journal
    from seamfill.paths import journal_directory

    used = messages.UsedParams.read(params)
    entry = Journal(journal_directory()).entry(used.journal)
    record = entry.record if entry is not None else None
    if entry is None or record is None:
        raise InvalidParams("“journal” must be an entry of the journal.")
    entry.use(_placed(record, used.answers))
    return messages.Nothing()


def _placed(record: Record, numbers: list[int] | None) -> list[tuple[int, int]]:
    """The answers that make up some patches, or all that were handed over."""
    if numbers is None:
        return [key for keys in record.patches for key in keys] or list(record.known)
    wanted = [number for number in numbers if 0 <= number < len(record.patches)]
    return [key for number in wanted for key in record.patches[number]]


def _entries(_params: Params, _cancel: Flag) -> messages.EntriesAnswer:
    from seamfill.journal.journal import Journal
    from seamfill.paths import journal_directory

    records = list(Journal(journal_directory()).records())
    fittable = [
        record
        for record in records
        if (record.answers or record.state in {"sent", "answered"})
        and len(record.summary.get("source_size") or ()) == 2
    ]
    return messages.EntriesAnswer([_told(record) for record in reversed(fittable)])


def _told(record: Record) -> messages.JournalEntry:
    summary = record.summary
    regions = [Box(*upload["region"]) for upload in summary.get("uploads", [])]
    region = regions[0] if regions else Box(0, 0, 1, 1)
    for other in regions[1:]:
        region = region.union(other)
    return messages.JournalEntry(
        journal=str(record.path),
        begun=record.begun.isoformat(),
        state=record.state,
        prompt=summary.get("request", {}).get("prompt", ""),
        endpoint=summary.get("endpoint") or "",
        model=summary.get("model") or "",
        source_size=Size(*summary["source_size"]),
        region=region,
        answers=len(record.known),
        origin=summary.get("origin") or "",
    )


def _refit(params: Params, cancel: Flag) -> messages.RefitAnswer:
    from seamfill.edits.refit import refit
    from seamfill.journal.journal import read_summary
    from seamfill.options.reading import fit_options_from
    from seamfill.worker.pixels import write_patches

    asked = messages.RefitParams.read(params)
    fit = fit_options_from(asked.options)
    patches = refit(asked.journal, fit, answer=asked.answer, cancel=cancel)
    if asked.made is not None and asked.painted is not None:
        patches = [_painted(patches[0], asked.made, asked.painted)]
    return messages.RefitAnswer(
        patches=write_patches(patches, asked.directory, asked.output),
        recipe=read_summary(asked.journal).get("request", {}) | asked.options,
        journal=str(asked.journal),
    )


def _painted(patch: Patch, made: Path, painted: Path) -> Patch:
    """Carry over to a patch's mask what somebody painted on that of the same answer."""
    from seamfill.edits.handiwork import carried_over
    from seamfill.worker.pixels import read_mask

    before, after = (read_mask(path, patch.box) for path in (made, painted))
    return replace(patch, mask=carried_over(before, after, patch.mask))


def _set_key(params: Params, _cancel: Flag) -> messages.SetKeyAnswer:
    from seamfill.endpoints.keys import store

    asked = messages.SetKeyParams.read(params)
    return messages.SetKeyAnswer(store(asked.endpoint, asked.key, asked.place))


def _delete_key(params: Params, _cancel: Flag) -> messages.Nothing:
    from seamfill.endpoints.keys import delete

    delete(messages.DeleteKeyParams.read(params).endpoint)
    return messages.Nothing()


CHANGES: dict[str, Method] = {
    "used": _used,
    "set_key": _set_key,
    "delete_key": _delete_key,
    **servers.CHANGES,
}
"""What leaves something behind: carried out even where nobody waits for it any more."""
