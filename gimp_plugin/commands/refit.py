"""Refit Layer: an answer that is here already, fitted once more and at no cost."""

from typing import Any

from gi.repository import Gimp

import canvas
from commands.arguments import PLAIN, add_layers_returned, layers_returned
from edits.refit import Job, options_of
from text.i18n import _
from worker.client import Worker

__all__ = ["describe", "run"]


def describe(procedure: Gimp.Procedure) -> None:
    """Describe the command to GIMP."""
    procedure.set_menu_label(_("Re_fit Layer…"))
    procedure.set_icon_name("gimp-tool-heal")
    procedure.set_documentation(
        _("Fit a layer that Seamfill made once more, with another edge"),
        _(
            "The answer is taken from the journal, so nothing is sent and nothing is paid. The "
            "layer is replaced by a new one; undo brings it back."
        ),
        None,
    )
    procedure.add_double_argument(
        "edge",
        _("E_dge"),
        _("Width in pixels over which old and new blend; -1 for as wide as they agree"),
        -1.0,
        256.0,
        -1.0,
        PLAIN,
    )
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
        "keep-mask",
        _("Keep the layer _mask as I painted it"),
        _("A layer mask that was changed by hand stays as it is; otherwise a new one is made"),
        True,
        PLAIN,
    )
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
        If the layer was not replaced; the image is as it was then.
    """
    with Worker() as worker:
        subject = _subject(image, drawables, run_mode)
        about = canvas.recipe_of(subject.layer)
        job = Job(worker, subject, about)
        if run_mode == Gimp.RunMode.INTERACTIVE:
            _take_from(about["recipe"], config)
            patch = _ask(procedure, config, job)
        else:
            patch = job.refit(options_of(config))
        recipe = {k: v for k, v in about["recipe"].items() if k != "edge"} | options_of(config)
        about = about | {"recipe": recipe}
        layer = canvas.replace(subject.layer, patch, about, job.keeps_mask(config))
    return layers_returned(image, [layer], run_mode)


def _subject(
    image: Gimp.Image, drawables: "list[Gimp.Drawable]", run_mode: Gimp.RunMode
) -> canvas.Subject:
    """Find the layer that is meant: the active one, or for a user the newest that Seamfill made.

    Of a group of variations, it is the one that is shown.

    Raises
    ------
    Problem
        If there is none.
    """
    groups = [each for each in drawables if each.is_group() and canvas.made_here(each)]
    layer = canvas.newest(groups)
    if layer is None and run_mode != Gimp.RunMode.NONINTERACTIVE and not _is_made_here(drawables):
        layer = canvas.newest(image.get_layers())
    return canvas.examine_layer(image, drawables if layer is None else [layer])


def _is_made_here(drawables: "list[Gimp.Drawable]") -> bool:
    if len(drawables) != 1:
        return False
    [active] = drawables
    layer = Gimp.Layer.from_mask(active) if isinstance(active, Gimp.LayerMask) else active
    return canvas.made_here(layer)


def _take_from(recipe: "dict[str, Any]", config: Gimp.ProcedureConfig) -> None:
    """Begin with the fit that the layer has: the dialog changes that, and not the last one's."""
    raw = not recipe.get("fit", True)
    config.set_property("edge", float(recipe.get("edge", 0.0 if raw else -1.0)))
    for name in ("register", "tone"):
        config.set_property(name, recipe.get(name, not raw))
    config.set_property("fit", True)  # the dialog shows both halves of it
    config.set_property("keep-mask", True)  # which is never lost without a word


def _ask(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, job: Job) -> "dict[str, Any]":
    from dialogs import display

    display.begin()
    from dialogs.refit import ask

    return ask(procedure, config, job)
