"""Generative Fill: from a selection to new layers."""

from gi.repository import Gimp

import canvas
from commands import convert
from commands.arguments import add_layers_returned, add_options, layers_returned
from edits import references
from edits.edit import edit
from edits.options import options_of
from edits.progress import progress
from text.i18n import _
from user.preferences import preferences
from user.prompts import last_prompt
from worker.client import Worker

__all__ = ["describe", "run"]


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
            convert.offer(image)
            layers = _ask_and_fill(procedure, image, drawables, config, worker)
        else:
            if run_mode == Gimp.RunMode.WITH_LAST_VALS:
                config.set_property("prompt", last_prompt())
                references.forget(config)
            subject = _subject(image, drawables, config)
            layers = edit(worker, subject, options_of(config), progress(_("Generative Fill")))
    return layers_returned(image, layers, run_mode)


def _ask_and_fill(
    procedure: Gimp.Procedure,
    image: Gimp.Image,
    drawables: "list[Gimp.Drawable]",
    config: Gimp.ProcedureConfig,
    worker: Worker,
) -> "list[Gimp.Layer]":
    """Show the dialog; only then is anything with windows imported."""
    from dialogs import display

    display.begin()
    from dialogs.fill import Kind, ask_and_fill

    references.recall(image, config)
    # What cannot be edited is refused before a dialog asks for anything.
    _subject(image, drawables, config)
    kind = Kind(_("Generative Fill"), "fill", image, lambda: _subject(image, drawables, config))
    return ask_and_fill(procedure, config, worker, kind)


def _subject(
    image: Gimp.Image, drawables: "list[Gimp.Drawable]", config: Gimp.ProcedureConfig
) -> canvas.Subject:
    mark = preferences()["private-mark"]
    subject = canvas.examine(image, drawables, config.get_property("source"), mark)
    return references.with_markup(subject, config.get_property("markup"))
