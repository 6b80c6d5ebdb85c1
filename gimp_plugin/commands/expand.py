"""Expand Canvas: the picture goes on beyond its border."""

from typing import Any

from gi.repository import Gimp

import canvas
from commands import convert
from commands.arguments import PLAIN, add_layers_returned, add_options, layers_returned
from edits import edit, progress, references
from edits.options import options_of
from text.i18n import _
from user.preferences import preferences
from user.prompts import last_prompt
from worker.client import Worker

__all__ = ["describe", "run"]

SIDES = ("left", "top", "right", "bottom")
LARGEST = 20_000


def describe(procedure: Gimp.Procedure) -> None:
    """Describe the command to GIMP."""
    procedure.set_menu_label(_("_Expand Canvas…"))
    procedure.set_icon_name("gimp-tool-crop")
    procedure.set_documentation(
        _("Enlarge the canvas and let an image model continue the picture there"),
        _(
            "What the image looks like is sent with empty space around it; the answer becomes a "
            "new layer and the canvas grows. What was there stays as it is."
        ),
        None,
    )
    titles = {"left": _("_Left"), "top": _("To_p"), "right": _("_Right"), "bottom": _("_Bottom")}
    for side in SIDES:
        procedure.add_int_argument(
            side, titles[side], _("Pixels to add on this side"), 0, LARGEST, 0, PLAIN
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
        If the canvas did not grow; the image is as it was then.
    """
    with Worker() as worker:
        if run_mode == Gimp.RunMode.INTERACTIVE:
            convert.offer(image)
            layers = _ask_and_expand(procedure, image, drawables, config, worker)
        else:
            if run_mode == Gimp.RunMode.WITH_LAST_VALS:
                config.set_property("prompt", last_prompt())
                references.forget(config)
            subject = _subject(image, drawables, config)
            layers = edit.edit(
                worker, subject, options_of(config), progress.progress(_("Expand Canvas"))
            )
    return layers_returned(image, layers, run_mode)


def _subject(
    image: Gimp.Image, drawables: "list[Gimp.Drawable]", config: Gimp.ProcedureConfig
) -> canvas.Subject:
    """Find out what is sent for the sides that are to grow.

    Raises
    ------
    Problem
        If the image cannot be edited, or no side is to grow.
    """
    left, top, right, bottom = (config.get_property(side) for side in SIDES)
    mark, source = preferences()["private-mark"], config.get_property("source")
    frame = (left, top, right, bottom)
    subject = canvas.examine_canvas(image, drawables, frame, source, mark)
    return references.with_markup(subject, config.get_property("markup"))


def _ask_and_expand(
    procedure: Gimp.Procedure,
    image: Gimp.Image,
    drawables: "list[Gimp.Drawable]",
    config: Gimp.ProcedureConfig,
    worker: Worker,
) -> "list[Gimp.Layer]":
    from dialogs import display

    display.begin()
    from dialogs.fill import Kind, ask_and_fill

    references.recall(image, config)

    def subject() -> canvas.Subject:
        return _subject(image, drawables, config)

    kind = Kind(_("Expand Canvas"), "expand", image, subject, _sides)
    canvas.examine(image, drawables)  # what cannot be edited is refused at once
    if not any(config.get_property(side) for side in SIDES):
        config.set_property("right", image.get_width() // 4)
    return ask_and_fill(procedure, config, worker, kind)


def _sides(config: Gimp.ProcedureConfig) -> Any:
    """Make the rows for the four sides."""
    from gi.repository import GimpUi

    from dialogs.widgets import Rows

    titles = {"left": _("_Left"), "top": _("To_p"), "right": _("_Right"), "bottom": _("_Bottom")}
    rows = Rows()
    for side in SIDES:
        rows.add(titles[side], GimpUi.prop_spin_button_new(config, side, 1, 100, 0))
    return rows.grid
