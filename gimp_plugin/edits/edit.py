"""One edit: plan, read, send, insert."""

import time
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, NamedTuple

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
    from worker.client import Notify, Worker

__all__ = ["Begun", "begin", "edit", "layer_recipe"]

TOLD = "seamfill-told"


class Begun(NamedTuple):
    """An edit that is under way.

    Parameters
    ----------
    subject : canvas.Subject
    options : dict
        By the core's names; see docs/worker.md.
    plan : PlanAnswer
        What was shown to the user.
    at : float
        When it began, by the monotonic clock.
    folder : Path
        Where its pixels pass.
    beside : Gimp.Layer or None
        The earlier result that new ones come beside; None where they get a place of their own.
    """

    subject: canvas.Subject
    options: Options
    plan: PlanAnswer
    at: float
    folder: Path
    beside: "Gimp.Layer | None" = None

    def finish(self, worker: "Worker", answer: EditAnswer, name: str = "") -> "list[Gimp.Layer]":
        """Put an answer into the image.

        Parameters
        ----------
        worker : Worker
        answer : EditAnswer
        name : str
            What the new layers are called; after the prompt where it is empty.

        Returns
        -------
        list of Gimp.Layer
            The new layers, the best first.

        Raises
        ------
        Problem
            If there are none; the image is as it was then, and the answer can be recovered.
        """
        spending.add(answer)
        spending.took(self.options, time.monotonic() - self.at)
        recipe = self._recipe(answer)
        if self.beside is not None and self.beside.is_valid():
            layers = canvas.insert_beside(self.beside, answer.patches, recipe)
        else:
            title = name or layer_name(str(self.options.get("prompt", "")))
            layers = canvas.insert(self.subject, answer.patches, title, recipe)
        rmtree(self.folder, ignore_errors=True)
        worker.request(USED, UsedParams(answer.journal))
        return layers

    def _recipe(self, answer: EditAnswer) -> canvas.Recipe:
        billed = answer.billed_usd is not None
        cost = answer.billed_usd if billed else answer.cost_usd
        return canvas.Recipe(
            layer_recipe(answer.recipe),
            answer.journal,
            model=answer.model,
            cost_usd=None if cost is None else cost / len(answer.patches),
            billed=billed,
            seconds=round(time.monotonic() - self.at, 1),
        )

    def remarks(self, answer: EditAnswer) -> "list[str]":
        """Say what is not as it was asked for; `text.reports.faults` says it of a fit.

        What a plan tells is so for every edit, and told once while GIMP runs.
        """
        found = parasites.find(None, TOLD)
        known = found if isinstance(found, list) else []
        new = [problem for problem in self.plan.problems if problem not in known]
        if new:
            parasites.attach(None, TOLD, [*known, *new])
        others = [problem for problem in answer.problems if problem not in self.plan.problems]
        return [*new, *others]


def layer_recipe(recipe: "dict[str, object]") -> "dict[str, object]":
    """Tell what of an edit's options a layer may keep: no prompt where the user wants none."""
    if preferences().prompts_in_layers:
        return recipe
    return {k: v for k, v in recipe.items() if k != "prompt"}


def begin(
    worker: "Worker", subject: canvas.Subject, options: Options, planner: "Planner | None" = None
) -> "tuple[Begun, EditParams]":
    """Plan an edit and read what it sends.

    Parameters
    ----------
    worker : Worker
        A running worker.
    subject : canvas.Subject
        What to edit.
    options : dict
        By the core's names; see docs/worker.md.
    planner : Planner, optional
        Who made the plan that the user was shown, which is then carried out.

    Returns
    -------
    Begun, EditParams
        The edit, and what the worker is to be told for it.

    Raises
    ------
    Problem
        If it cannot be sent as it is.
    """
    at = time.monotonic()
    plan = (planner or Planner(worker)).plan(subject, options)
    folder = Path(mkdtemp(dir=worker.folder))  # several edits may be under way
    files = canvas.read(subject, plan.read, folder)
    params = EditParams(
        plan.plan, *files, str(folder), subject.patch_format, canvas.origin(subject.image)
    )
    return Begun(subject, options, plan, at, folder), params


def edit(
    worker: "Worker",
    subject: canvas.Subject,
    options: Options,
    notify: "Notify",
    name: str = "",
) -> "list[Gimp.Layer]":
    """Plan, read, edit, insert, and wait for each.

    Parameters
    ----------
    worker, subject, options
        See `begin`.
    notify : callable
        Takes the worker's notifications.
    name : str, optional
        See `Begun.finish`.

    Returns
    -------
    list of Gimp.Layer
        The new layers, the best first.

    Raises
    ------
    Problem, Cancelled
        If there are none; the image is as it was then.
    """
    begun, params = begin(worker, subject, options)
    answer = worker.call(EDIT, params, notify)
    layers = begun.finish(worker, answer, name)
    if remarks := [*begun.remarks(answer), *faults(answer.patches[0].report)]:
        Gimp.message("\n".join(remarks))
    return layers
