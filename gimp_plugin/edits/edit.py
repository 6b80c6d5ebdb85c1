"""One edit: plan, read, send, insert."""

import time
from typing import TYPE_CHECKING

from gi.repository import Gimp

import canvas
from edits import spending
from edits.names import layer_name
from edits.plans import Planner
from text.reports import faults
from user import parasites
from user.preferences import preferences
from worker.messages import EDIT, USED, EditAnswer, EditParams, Options, PlanAnswer, UsedParams

if TYPE_CHECKING:
    from collections.abc import Callable

    from worker.client import Notify, Worker

__all__ = ["edit"]

TOLD = "seamfill-told"


def edit(
    worker: "Worker",
    subject: canvas.Subject,
    options: Options,
    notify: "Notify",
    *,
    planner: "Planner | None" = None,
    began: "Callable[[int], None] | None" = None,
    name: str = "",
) -> "list[Gimp.Layer]":
    """Plan, read, edit, insert.

    Parameters
    ----------
    worker : Worker
        A running worker.
    subject : canvas.Subject
        What to edit.
    options : dict
        By the core's names; see docs/worker.md.
    notify : callable
        Takes the worker's notifications.
    planner : Planner, optional
        Who made the plan that the user was shown, which is then carried out.
    began : callable, optional
        Takes the id of the worker's request once the edit has begun, for `Worker.cancel`.
    name : str, optional
        What the new layers are called; after the prompt when left out.

    Returns
    -------
    list of Gimp.Layer
        The new layers, the best first.

    Raises
    ------
    Problem, Cancelled
        If there are none; the image is as it was then.
    """
    began_at = time.monotonic()
    plan = (planner or Planner(worker)).plan(subject, options)
    files = canvas.read(subject, plan.read, worker.folder)
    params = EditParams(plan.plan, *files, str(worker.folder), subject.patch_format)
    answer = worker.call(EDIT, params, notify, began)
    spending.add(answer)
    spending.took(options, time.monotonic() - began_at)
    recipe = answer.recipe
    if not preferences().prompts_in_layers:
        recipe = {k: v for k, v in recipe.items() if k != "prompt"}
    title = name or layer_name(str(options.get("prompt", "")))
    layers = canvas.insert(subject, answer.patches, title, canvas.Recipe(recipe, answer.journal))
    worker.request(USED, UsedParams(answer.journal))
    _tell(plan, answer)
    return layers


def _tell(plan: PlanAnswer, answer: EditAnswer) -> None:
    """Tell the user what is not as it was asked for, or not as good as it should be.

    What a plan tells is so for every edit, and told once while GIMP runs. What several variations
    lack is told beside each where they are looked at, so here it is only about the best of them.
    """
    found = parasites.find(None, TOLD)
    known = found if isinstance(found, list) else []
    new = [problem for problem in plan.problems if problem not in known]
    if new:
        parasites.attach(None, TOLD, [*known, *new])
    others = [problem for problem in answer.problems if problem not in plan.problems]
    lines = [*new, *others, *faults(answer.patches[0].report)]
    if lines:
        Gimp.message("\n".join(lines))
