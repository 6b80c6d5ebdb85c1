"""What the plug-in can ask of the worker; ``docs/worker.md`` has the messages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seamfill.errors import BadInput
from seamfill.geometry import Box, Size

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from seamfill.events import Event
    from seamfill.picture import Patch
    from seamfill.planning import Plan
    from seamfill.records import Record
    from seamfill.request import EditRequest

__all__ = ["JSON", "METHODS", "edit"]

JSON = dict[str, Any]


def _describe(_params: JSON) -> JSON:
    from seamfill.describe import describe

    return describe()


def _plan(params: JSON) -> JSON:
    planned = _planned(params)
    return {
        "uploads": [
            {"region": list(placement.region), "size": list(placement.size)}
            for placement in planned.placements
        ],
        "read": list(planned.read),
        "cost_usd": planned.cost_usd,
        "problems": list(planned.problems),
    }


def _planned(params: JSON) -> Plan:
    from seamfill.planning import make_plan

    size = Size(*_whole_numbers(params, "size", 2))
    bounds = _whole_numbers(params, "selection", 4) if params.get("selection") else None
    selection = Box(*bounds) if bounds else Box(0, 0, *size)

    def islands() -> list[Box]:
        from seamfill.worker.pixels import read_selection

        shape = params.get("shape")
        return read_selection(shape, selection).islands() if shape else []

    return make_plan(_request(params), size, selection, islands=islands)


def edit(params: JSON, listener: Callable[[Event], None], cancel: threading.Event) -> JSON:
    """Carry out an edit; see ``docs/worker.md``."""
    from seamfill.picture import Source
    from seamfill.pipeline import recipe, run
    from seamfill.worker.pixels import U8, read_pixels, read_selection

    request, plan = _request(params), _planned(params)
    read = Box(*_whole_numbers(params, "read", 4))
    if plan.read.union(read) != read:
        raise BadInput("The pixels given do not cover what the edit needs.", "Ask for a plan anew.")
    size = Size(*_whole_numbers(params, "size", 2))
    pixels = read_pixels(params["pixels"], read, params.get("format", U8))
    source = Source(size, read, pixels)
    selection = read_selection(params.get("selected"), read)
    drawn = params.get("markup")
    markup = Source(size, read, read_pixels(drawn, read, U8)) if drawn else None
    result = run(request, source, selection, plan, markup=markup, listener=listener, cancel=cancel)
    return {
        "patches": _written(params, result.patches, request.prompt),
        "recipe": recipe(request),
        "usage": result.usage,
        "request_ids": list(result.request_ids),
        "cost_usd": result.plan.cost_usd,
        "billed_usd": result.billed_usd,
        "journal": str(result.entry.path),
        "problems": list(result.problems),
    }


def _written(params: JSON, patches: Sequence[Patch], prompt: str) -> list[JSON]:
    from seamfill.worker.pixels import U8, write_patches

    return write_patches(patches, Path(params["directory"]), params.get("output", U8), prompt)


def _used(params: JSON) -> JSON:
    from seamfill import settings
    from seamfill.journal import Journal

    entry = Journal(settings.journal_directory()).entry(_entry(params))
    record = entry.record if entry is not None else None
    if entry is None or record is None:
        raise BadInput("“journal” must be an entry of the journal.", "Check the request.")
    entry.use(_placed(record, params.get("answers")))
    return {}


def _placed(record: Record, numbers: Any) -> list[tuple[int, int]]:
    """The answers that make up some patches, or all that were handed over."""
    if numbers is None:
        return [key for keys in record.patches for key in keys] or list(record.known)
    if not isinstance(numbers, list) or any(type(number) is not int for number in numbers):
        raise BadInput("“answers” must be numbers of answers.", "Check the request.")
    wanted = [number for number in numbers if 0 <= number < len(record.patches)]
    return [key for number in wanted for key in record.patches[number]]


def _entries(_params: JSON) -> JSON:
    from seamfill import settings
    from seamfill.journal import Journal

    records = list(Journal(settings.journal_directory()).records())
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


def _refit(params: JSON) -> JSON:
    from seamfill.options import fit_options_from
    from seamfill.refitting import read_summary, refit

    entry = _entry(params)
    asked: JSON = read_summary(entry).get("request", {})
    answer = params.get("answer")
    if answer is not None and (type(answer) is not int or answer < 0):
        raise BadInput("“answer” must be the number of an answer.", "Check the request.")
    patches = refit(entry, fit_options_from(params.get("options") or {}), answer=answer)
    return {
        "patches": _written(params, patches, asked.get("prompt", "")),
        "recipe": asked | (params.get("options") or {}),
        "journal": str(entry),
    }


def _set_key(params: JSON) -> JSON:
    from seamfill import keys

    endpoint, key = str(params.get("endpoint")), str(params.get("key") or "")
    return {"place": keys.store(endpoint, key, params.get("place"))}


def _delete_key(params: JSON) -> JSON:
    from seamfill import keys

    keys.delete(str(params.get("endpoint")))
    return {}


def _options(params: JSON) -> EditRequest:
    from seamfill.options import request_from

    return request_from(params.get("options") or {})


def _request(params: JSON) -> EditRequest:
    """The options, and the markup that comes as pixels beside them."""
    request = _options(params)
    return replace(request, markup=Path(params["markup"])) if params.get("markup") else request


def _entry(params: JSON) -> Path:
    path = params.get("journal")
    if not isinstance(path, str):
        raise BadInput("“journal” must be the path of an entry.", "Check the request.")
    return Path(path)


def _whole_numbers(params: JSON, name: str, count: int) -> list[int]:
    values = params.get(name)
    if isinstance(values, list) and len(values) == count and all(type(v) is int for v in values):
        return values
    raise BadInput(f"“{name}” must be {count} whole numbers.", "Check the request.")


METHODS: dict[str, Callable[[JSON], JSON]] = {
    "describe": _describe,
    "plan": _plan,
    "used": _used,
    "entries": _entries,
    "refit": _refit,
    "set_key": _set_key,
    "delete_key": _delete_key,
}
