"""What the plug-in can ask of the worker; ``docs/worker.md`` has the messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seamfill.errors import BadInput
from seamfill.geometry import Box
from seamfill.worker import servers
from seamfill.worker.messages import FORMATS, JSON, U8, InvalidParams, Params

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from seamfill.edits.plan import Plan
    from seamfill.events import Event
    from seamfill.journal.records import Record
    from seamfill.worker.messages import Asked

    Flag = threading.Event
    Method = Callable[[Params, Flag], JSON]

__all__ = ["CHANGES", "METHODS", "edit"]


def _describe(_params: Params, _cancel: Flag) -> JSON:
    from seamfill.worker.describe import describe

    return describe()


def _plan(params: Params, _cancel: Flag) -> JSON:
    planned = _planned(params.asked())
    return {
        "uploads": [
            {"region": list(placement.region), "size": list(placement.size)}
            for placement in planned.placements
        ],
        "read": list(planned.read),
        "cost_usd": planned.cost_usd,
        "problems": list(planned.problems),
    }


def _planned(asked: Asked) -> Plan:
    from seamfill.edits.plan import make_plan

    def islands() -> list[Box]:
        from seamfill.worker.pixels import read_selection

        return read_selection(asked.shape, asked.selection).islands() if asked.shape else []

    return make_plan(asked.request, asked.size, asked.selection, islands=islands)


def edit(params: Params, listener: Callable[[Event], None], cancel: Flag) -> JSON:
    """Carry out an edit; see ``docs/worker.md``."""
    from seamfill.edits.pipeline import run
    from seamfill.edits.recipe import recipe
    from seamfill.image.source import Source
    from seamfill.worker.pixels import read_pixels, read_selection, write_patches

    output, asked, read = params.output(), params.asked(), params.box("read")
    if not Box(0, 0, *asked.size).contains(read):
        raise InvalidParams("“read” must lie inside the source.")
    pixels = read_pixels(params.path("pixels"), read, params.choice("format", FORMATS, U8))
    selection = read_selection(params.optional_path("selected"), read)
    drawn = params.optional_path("markup")
    markup = Source(asked.size, read, read_pixels(drawn, read, U8)) if drawn else None
    plan = _planned(asked)
    if not read.contains(plan.read):
        raise BadInput("The pixels given do not cover what the edit needs.", "Ask for a plan anew.")
    source = Source(asked.size, read, pixels)
    result = run(
        asked.request, source, selection, plan, markup=markup, listener=listener, cancel=cancel
    )
    return {
        "patches": write_patches(result.patches, output),
        "recipe": recipe(asked.request),
        "usage": result.usage,
        "request_ids": list(result.request_ids),
        "cost_usd": result.plan.cost_usd,
        "billed_usd": result.billed_usd,
        "journal": str(result.entry.path),
        "problems": list(result.problems),
    }


def _used(params: Params, _cancel: Flag) -> JSON:
    from seamfill.journal.journal import Journal
    from seamfill.paths import journal_directory

    entry = Journal(journal_directory()).entry(params.path("journal"))
    record = entry.record if entry is not None else None
    if entry is None or record is None:
        raise InvalidParams("“journal” must be an entry of the journal.")
    entry.use(_placed(record, params.numbers("answers")))
    return {}


def _placed(record: Record, numbers: list[int] | None) -> list[tuple[int, int]]:
    """The answers that make up some patches, or all that were handed over."""
    if numbers is None:
        return [key for keys in record.patches for key in keys] or list(record.known)
    wanted = [number for number in numbers if 0 <= number < len(record.patches)]
    return [key for number in wanted for key in record.patches[number]]


def _entries(_params: Params, _cancel: Flag) -> JSON:
    from seamfill.journal.journal import Journal
    from seamfill.paths import journal_directory

    records = list(Journal(journal_directory()).records())
    fittable = [
        record
        for record in records
        if (record.answers or record.state in {"sent", "answered"})
        and record.summary.get("source_size")
    ]
    return {"entries": [_told(record) for record in reversed(fittable)]}


def _told(record: Record) -> JSON:
    summary = record.summary
    regions = [Box(*upload["region"]) for upload in summary.get("uploads", [])]
    region = regions[0] if regions else Box(0, 0, 1, 1)
    for other in regions[1:]:
        region = region.union(other)
    return {
        "journal": str(record.path),
        "begun": record.begun.isoformat(),
        "state": record.state,
        "prompt": summary.get("request", {}).get("prompt", ""),
        "endpoint": summary.get("endpoint", ""),
        "model": summary.get("model", ""),
        "source_size": summary.get("source_size"),
        "region": list(region),
        "answers": len(record.known),
    }


def _refit(params: Params, cancel: Flag) -> JSON:
    from seamfill.edits.refit import refit
    from seamfill.journal.journal import read_summary
    from seamfill.options.reading import fit_options_from
    from seamfill.worker.pixels import write_patches

    output, entry, options = params.output(), params.path("journal"), params.options()
    fit = fit_options_from(options)
    patches = refit(entry, fit, answer=params.number("answer"), cancel=cancel)
    return {
        "patches": write_patches(patches, output),
        "recipe": read_summary(entry).get("request", {}) | options,
        "journal": str(entry),
    }


def _set_key(params: Params, _cancel: Flag) -> JSON:
    from seamfill.endpoints.keys import store

    place = store(params.text("endpoint"), params.text("key"), params.value("place"))
    return {"place": place}


def _delete_key(params: Params, _cancel: Flag) -> JSON:
    from seamfill.endpoints.keys import delete

    delete(params.text("endpoint"))
    return {}


CHANGES: dict[str, Method] = {
    "used": _used,
    "set_key": _set_key,
    "delete_key": _delete_key,
    **servers.CHANGES,
}
"""What leaves something behind: carried out even where nobody waits for it any more."""

METHODS: dict[str, Method] = {
    "describe": _describe,
    "plan": _plan,
    "entries": _entries,
    "refit": _refit,
    **servers.METHODS,
}
"""What only answers: wanted by nobody once whoever asked is gone."""
