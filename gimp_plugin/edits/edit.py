"""One edit: plan, read, send, insert."""

import time
from typing import Any

from gi.repository import Gimp

import canvas
from edits import references, spending
from edits.names import layer_name
from text.reports import faults
from user import parasites
from user.preferences import preferences
from worker.client import Worker

__all__ = ["edit", "plan_params"]

TOLD = "seamfill-told"


def edit(
    worker: Worker,
    subject: canvas.Subject,
    options: "dict[str, Any]",
    notify: Any,
    began: Any = None,
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
        See docs/worker.md.
    notify : callable
        Takes name and parameters of the worker's notifications.
    began : callable, optional
        Takes the id of the worker's request once the edit has begun, for `Worker.cancel`.
    name : str, optional
        What the new layers are called; after the prompt when left out.

    Returns
    -------
    list of Gimp.Layer
        The new layers, the best first.
    """
    began_at = time.monotonic()
    options = references.written(subject, options, worker.folder)
    params = plan_params(worker, subject, options)
    plan = worker.call("plan", params)
    box = canvas.Box(*plan["read"])
    details = {"read": box, **canvas.read(subject, box, worker.folder)}
    where = {"directory": str(worker.folder), "output": subject.patch_format}
    answer = worker.call("edit", {**params, **details, **where}, notify, began)
    spending.add(answer)
    spending.took(options, time.monotonic() - began_at)
    recipe = answer["recipe"]
    if not preferences()["prompts-in-layers"]:
        recipe = {k: v for k, v in recipe.items() if k != "prompt"}
    about = {"recipe": recipe, "journal": answer["journal"]}
    title = name or layer_name(options.get("prompt", ""))
    layers = canvas.insert(subject, answer["patches"], title, about)
    worker.request("used", {"journal": answer["journal"]}, lambda *_: None)
    _tell(plan, answer)
    return layers


def _tell(plan: "dict[str, Any]", answer: "dict[str, Any]") -> None:
    """Tell the user what is not as it was asked for, or not as good as it should be.

    What a plan tells is so for every edit, and told once while GIMP runs. What several variations
    lack is told beside each where they are looked at, so here it is only about the best of them.
    """
    known = parasites.find(Gimp, TOLD) or []
    new = [problem for problem in plan["problems"] if problem not in known]
    if new:
        parasites.attach(Gimp, TOLD, [*known, *new])
    found = [problem for problem in answer["problems"] if problem not in plan["problems"]]
    lines = [*new, *found, *faults(answer["patches"][0]["report"])]
    if lines:
        Gimp.message("\n".join(lines))


def plan_params(
    worker: Worker, subject: canvas.Subject, options: "dict[str, Any]"
) -> "dict[str, Any]":
    """Say what the worker's ``plan`` needs to know."""
    return {
        "size": subject.size,
        "selection": subject.selection,
        "shape": canvas.read_shape(subject, worker.folder),
        "markup": None if subject.markup is None else subject.markup.get_name(),
        "options": options,
    }
