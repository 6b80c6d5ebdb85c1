"""``seamfill edit``."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from seamfill.cli.output import Progress, print_json, say
from seamfill.cli.stopping import stopped_by_signals
from seamfill.client import Client
from seamfill.image.reading import read_source
from seamfill.image.writing import check_output, default_output
from seamfill.options import EditRequest
from seamfill.options.reading import parse_box

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from seamfill.client import Edited
    from seamfill.edits.plan import Plan
    from seamfill.edits.saving import Saved
    from seamfill.fit import FitReport

__all__ = [
    "edited_object",
    "fit_object",
    "losses",
    "outside",
    "plan_object",
    "request_options",
    "run_edit",
]


def run_edit(options: argparse.Namespace) -> int:
    """Edit one picture."""
    client = Client(**request_options(options))
    box = parse_box(options.box) if options.box else None
    source = read_source(options.source)
    output = options.output or default_output(source)
    paths = check_output(output, source, options.n or 1)
    if options.dry_run:
        plan = client.plan(source, mask=options.mask, box=box)
        _tell_plan(plan, paths, as_json=options.json)
        return 0
    progress = Progress()
    prepared = client.prepare(source, mask=options.mask, box=box)
    with stopped_by_signals() as stop:
        edited = prepared.run(progress, stop, reuse="none" if options.pay_again else "unused")
        progress.end()
        written = edited.save(output)
    if options.json:
        print_json(edited_object(edited, written))
    else:
        _tell(edited)
    return 0


def request_options(options: argparse.Namespace) -> dict[str, Any]:
    """Pick those options that make up the request.

    Parameters
    ----------
    options : argparse.Namespace

    Returns
    -------
    dict
        None for what was not said.
    """
    return {item.name: getattr(options, item.name) for item in fields(EditRequest)}


def plan_object(plan: Plan) -> dict[str, Any]:
    """Tell a plan as the contract of ``--json`` has it.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    dict
    """
    uploads = [
        {"region": list(placement.region), "size": list(placement.size)}
        for placement in plan.placements
    ]
    return {"uploads": uploads, "cost_usd": plan.cost_usd}


def edited_object(edited: Edited, written: list[Path]) -> dict[str, Any]:
    """Tell a finished edit as the contract of ``--json`` has it.

    Parameters
    ----------
    edited : Edited
    written : list of Path
        Where the results are.

    Returns
    -------
    dict
    """
    result = edited.result
    return {
        "outputs": [str(path) for path in written],
        "plan": plan_object(result.plan),
        "fit": [
            fit_object(report, saved)
            for report, saved in zip(edited.reports, edited.saved, strict=True)
        ],
        "usage": result.usage,
        "billed_usd": result.billed_usd,
        "request_ids": list(result.request_ids),
        "journal": str(result.entry.path),
        "problems": [*result.plan.problems, *result.problems, *losses(edited.saved)],
    }


def fit_object(report: FitReport, saved: Saved) -> dict[str, Any]:
    """Tell a fit, and what was measured on its composed result and on the file of that.

    Parameters
    ----------
    report : FitReport
    saved : Saved

    Returns
    -------
    dict
    """
    measured = {
        "outside_changed": saved.outside_changed,
        "file_outside_changed": saved.file_outside_changed,
    }
    return asdict(report) | measured | {"warnings": list(report.warnings)}


def losses(written: Sequence[Saved]) -> list[str]:
    """Say what the source tells beside its pixels and a file has no place for.

    Parameters
    ----------
    written : sequence of Saved

    Returns
    -------
    list of str
        Sentences.
    """
    return [
        f"{saved.path.name} has no place for what the picture also holds: "
        f"{', '.join(saved.not_held)}."
        for saved in written
        if saved.not_held
    ]


def outside(saved: Saved) -> str:
    """Say what was measured outside the selection, and what a format did there.

    Parameters
    ----------
    saved : Saved

    Returns
    -------
    str
    """
    told = f"{saved.outside_changed} pixels changed outside the selection"
    if saved.file_outside_changed > saved.outside_changed:
        more = saved.file_outside_changed
        told += f"; in the file {more} differ there, since {saved.why}"
    return told


def _tell_plan(plan: Plan, paths: list[Path], *, as_json: bool) -> None:
    if as_json:
        print_json({"outputs": [str(path) for path in paths], "plan": plan_object(plan)})
        for problem in plan.problems:  # which the object has no place for
            say(problem, error=True)
        return
    say(f"Endpoint: {plan.target.endpoint.title}, model {plan.target.model.name}")
    for placement in plan.placements:
        x, y, w, h = placement.region
        sent = placement.size
        say(f"Upload:   {w} × {h} pixels at {x}, {y}, sent as {sent.w} × {sent.h}")
    say("Price:    " + ("not known" if plan.cost_usd is None else f"about ${plan.cost_usd:.3f}"))
    for path in paths:
        say(f"Output:   {path}")
    for problem in plan.problems:
        say(problem)


def _tell(edited: Edited) -> None:
    if edited.result.billed_usd:
        say(f"Billed:   about ${edited.result.billed_usd:.3f}, by what the endpoint counted")
    for saved, report in zip(edited.saved, edited.reports, strict=True):
        drift = (
            f"undid a shift of {report.dx:.1f}, {report.dy:.1f} px and a zoom of "
            f"{(report.scale - 1) * 100:+.2f} %"
            if report.registered
            else ("could not be registered" if report.known else "was placed as it came")
        )
        say(f"{saved.path}: {drift}; {outside(saved)}")
        for warning in report.warnings:
            say(f"{saved.path}: {warning}")
    for problem in (*edited.result.plan.problems, *edited.result.problems, *losses(edited.saved)):
        say(problem)
