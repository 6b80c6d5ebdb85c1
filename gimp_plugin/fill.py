"""Generative Fill: from a selection to new layers."""

import time
from typing import Any
from unicodedata import category

from gi.repository import Gimp

import canvas
import conversion
import memory
import parasites
import references
import tally
from arguments import add_layers_returned, add_options, layers_returned, options_of
from i18n import _
from reports import faults
from worker import Worker

__all__ = ["describe", "edit", "layer_name", "plan_params", "progress", "run", "stage_text"]

TOLD = "seamfill-told"
LONGEST_NAME = 32
"""Letters of a layer's name."""
NEVER_SHOWN = ("Cc", "Cs")
"""Unicode's categories of control characters and of lone surrogates, which UTF-8 cannot hold."""
JOINED = ("Mn", "Mc", "Me", "Cf", "Sk")
"""Those of marks, joiners and skin tones: one letter with what is before them."""
JOINER = "\u200d"
"""Makes one emoji of two."""


def describe(procedure: Gimp.Procedure) -> None:
    """Describe the command to GIMP."""
    procedure.set_menu_label(_("_Generative Fill…"))
    procedure.set_icon_name("gimp-tool-heal")
    procedure.set_documentation(
        _("Fill the selection with what an image model makes of a description"),
        _(
            "Sends the selection with some of its surroundings to an image model and puts the "
            "answer onto a new layer, fitted to the picture. Nothing outside the selection "
            "changes. Without a selection the whole layer is edited."
        ),
        None,
    )
    add_options(procedure)
    add_layers_returned(procedure)


def run(
    procedure: Gimp.Procedure,
    run_mode: Gimp.RunMode,
    image: Gimp.Image,
    drawables: "list[Gimp.Drawable]",
    config: Gimp.ProcedureConfig,
) -> Gimp.ValueArray:
    """Run the command.

    Raises
    ------
    Problem, Cancelled
        If no layer was made; the image is as it was then.
    """
    with Worker() as worker:  # first, so that it loads while GIMP is asked
        if run_mode == Gimp.RunMode.INTERACTIVE:
            conversion.offer(image)
            layers = _ask_and_fill(procedure, image, drawables, config, worker)
        else:
            if run_mode == Gimp.RunMode.WITH_LAST_VALS:
                config.set_property("prompt", memory.last_prompt())
                references.forget(config)
            target = _target(image, drawables, config)
            layers = edit(worker, target, options_of(config), progress(_("Generative Fill")))
    return layers_returned(image, layers, run_mode)


def _ask_and_fill(
    procedure: Gimp.Procedure,
    image: Gimp.Image,
    drawables: "list[Gimp.Drawable]",
    config: Gimp.ProcedureConfig,
    worker: Worker,
) -> "list[Gimp.Layer]":
    """Show the dialog; only then is anything with windows imported."""
    import windows

    windows.begin()
    from dialog import Kind, ask_and_fill

    references.recall(image, config)
    # What cannot be edited is refused before a dialog asks for anything.
    _target(image, drawables, config)
    kind = Kind(_("Generative Fill"), "fill", image, lambda: _target(image, drawables, config))
    return ask_and_fill(procedure, config, worker, kind)


def _target(
    image: Gimp.Image, drawables: "list[Gimp.Drawable]", config: Gimp.ProcedureConfig
) -> canvas.Target:
    mark = memory.preferences()["private-mark"]
    target = canvas.examine(image, drawables, config.get_property("source"), mark)
    return references.with_markup(target, config.get_property("markup"))


def edit(
    worker: Worker,
    target: canvas.Target,
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
    target : canvas.Target
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
    options = references.written(target, options, worker.folder)
    params = plan_params(worker, target, options)
    plan = worker.call("plan", params)
    box = canvas.Box(*plan["read"])
    details = {"read": box, **canvas.read(target, box, worker.folder)}
    where = {"directory": str(worker.folder), "output": target.patch_format}
    answer = worker.call("edit", {**params, **details, **where}, notify, began)
    tally.add(answer)
    tally.took(options, time.monotonic() - began_at)
    recipe = answer["recipe"]
    if not memory.preferences()["prompts-in-layers"]:
        recipe = {k: v for k, v in recipe.items() if k != "prompt"}
    about = {"recipe": recipe, "journal": answer["journal"]}
    title = name or layer_name(options.get("prompt", ""))
    layers = canvas.insert(target, answer["patches"], title, about)
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
    worker: Worker, target: canvas.Target, options: "dict[str, Any]"
) -> "dict[str, Any]":
    """Say what the worker's ``plan`` needs to know."""
    return {
        "size": target.size,
        "selection": target.selection,
        "shape": canvas.read_shape(target, worker.folder),
        "markup": None if target.markup is None else target.markup.get_name(),
        "options": options,
    }


def layer_name(prompt: str) -> str:
    """Name a layer after its prompt: shortly, on one line, and never as the private ones are."""
    shown = (" " if category(letter) in NEVER_SHOWN else letter for letter in prompt)
    words = " ".join("".join(shown).split())
    mark = memory.preferences()["private-mark"]
    while mark and words.startswith(mark):
        words = words.removeprefix(mark).lstrip()
    if len(words) <= LONGEST_NAME:
        return words or _("Fill")
    end = LONGEST_NAME - 1
    while end > 1 and (category(words[end]) in JOINED or words[end - 1] == JOINER):
        end -= 1
    return words[:end].rstrip() + "…"


def progress(title: str) -> Any:
    """Show the worker's progress where GIMP shows that of any plug-in."""
    Gimp.progress_init(title)

    def notify(method: str, params: "dict[str, Any]") -> None:
        if method != "progress":
            return
        Gimp.progress_set_text(stage_text(params))
        if params.get("fraction") is None:
            Gimp.progress_pulse()
        else:
            Gimp.progress_update(params["fraction"])

    return notify


def stage_text(params: "dict[str, Any]") -> str:
    """Put the worker's notification of progress in words."""
    texts = {
        "preparing": _("Preparing"),
        "sending": _("Sending"),
        "waiting": _("Waiting for the model"),
        "retrying": _("Trying again soon"),
        "answered": _("The answer is here"),
        "fitting": _("Fitting the answer"),
    }
    text = texts[params["stage"]]
    total = params.get("total", 1)
    if total < 2:
        return text
    return _("{what} ({number} of {count})").format(what=text, number=params["number"], count=total)
