"""Refit Layer: an answer that is here already, fitted once more and at no cost."""

from gi.repository import Gimp

import canvas
from commands.arguments import PLAIN, add_option
from commands.frame import Call, Command
from edits.refit import Job, begin_as, keeps_mask, options_of
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
        _("Keep what I painted on the layer _mask"),
        _("What was painted on the layer mask by hand is painted on the new one"),
        True,
        PLAIN,
    )


def _run(call: Call) -> "list[Gimp.Layer]":
    config = call.config
    subject = _subject(call)
    recipe = canvas.recipe_of(subject.layer)
    job = Job(call.worker, subject, recipe)
    if call.interactive:
        begin_as(recipe.recipe, config)
        patch = _ask(call.procedure, config, job)
    else:
        patch = job.refit(options_of(config), keeps_mask(config))
    return [job.put(patch, config)]


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


def _ask(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, job: Job) -> PatchFiles:
    from dialogs import display

    display.begin()
    from dialogs.refit import ask

    return ask(procedure, config, job)
