"""Refit Layer: an answer that is here already, fitted once more and at no cost."""

from gi.repository import Gimp

import canvas
from commands.arguments import PLAIN, add_option
from commands.frame import Call, Command
from edits.refit import Job, options_of
from text.i18n import _
from worker.messages import PatchFiles

__all__ = ["command"]


def command() -> Command:
    """Describe the command."""
    return Command(
        _("Re_fit Layer…"),
        "gimp-tool-heal",
        _("Fit a layer that Seamfill made once more, with another edge"),
        _(
            "The answer is taken from the journal, so nothing is sent and nothing is paid. The "
            "layer is replaced by a new one; undo brings it back."
        ),
        _add_arguments,
        _run,
    )


def _add_arguments(procedure: Gimp.Procedure) -> None:
    add_option(procedure, "edge")
    procedure.add_boolean_argument(
        "fit",
        _("_Register and tone"),
        _("Undo shifts, zoom and changed tones of the answer"),
        True,
        PLAIN,
    )
    procedure.add_boolean_argument(
        "register", _("Undo shift and _zoom of the answer"), None, True, PLAIN
    )
    procedure.add_boolean_argument("tone", _("Fit its _tones to the picture"), None, True, PLAIN)
    procedure.add_boolean_argument(
        "texture", _("Fit its sharpness and _grain to the picture"), None, True, PLAIN
    )
    procedure.add_boolean_argument(
        "keep-mask",
        _("Keep the layer _mask as I painted it"),
        _("A layer mask that was changed by hand stays as it is; otherwise a new one is made"),
        True,
        PLAIN,
    )


def _run(call: Call) -> "list[Gimp.Layer]":
    config = call.config
    subject = _subject(call)
    recipe = canvas.recipe_of(subject.layer)
    job = Job(call.worker, subject, recipe)
    if call.interactive:
        _take_from(recipe.recipe, config)
        patch = _ask(call.procedure, config, job)
    else:
        patch = job.refit(options_of(config))
    options = {k: v for k, v in recipe.recipe.items() if k != "edge"} | options_of(config)
    recipe = recipe._replace(recipe=options)
    return [canvas.replace(subject.layer, patch, recipe, job.keeps_mask(config))]


def _subject(call: Call) -> canvas.Subject:
    """Find the layer that is meant: the active one, or for a user the newest that Seamfill made.

    Of a group of variations, it is the one that is shown.

    Raises
    ------
    Problem
        If there is none.
    """
    drawables = call.drawables
    groups = [each for each in drawables if each.is_group() and canvas.made_here(each)]
    layer = canvas.newest(groups)
    by_user = call.run_mode != Gimp.RunMode.NONINTERACTIVE
    if layer is None and by_user and not _is_made_here(drawables):
        layer = canvas.newest(call.image.get_layers())
    return canvas.examine_layer(call.image, drawables if layer is None else [layer])


def _is_made_here(drawables: "list[Gimp.Drawable]") -> bool:
    if len(drawables) != 1:
        return False
    [active] = drawables
    layer = Gimp.Layer.from_mask(active) if isinstance(active, Gimp.LayerMask) else active
    return canvas.made_here(layer)


def _take_from(options: "dict[str, object]", config: Gimp.ProcedureConfig) -> None:
    """Begin with the fit that the layer has: the dialog changes that, and not the last one's."""
    raw, edge = not options.get("fit", True), options.get("edge")
    automatic = 0.0 if raw else -1.0
    config.set_property("edge", float(edge) if isinstance(edge, int | float) else automatic)
    for name in ("register", "tone"):
        config.set_property(name, options.get(name, not raw))
    config.set_property("texture", options.get("texture", "off" if raw else "auto") != "off")
    config.set_property("fit", True)  # the dialog shows both halves of it
    config.set_property("keep-mask", True)  # which is never lost without a word


def _ask(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, job: Job) -> PatchFiles:
    from dialogs import display

    display.begin()
    from dialogs.refit import ask

    return ask(procedure, config, job)
