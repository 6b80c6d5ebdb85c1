"""Remove Selection: what is selected goes, and its surroundings continue in its place."""

from gi.repository import Gimp

import canvas
from commands import convert
from commands.arguments import PLAIN, add_layers_returned, add_source, layers_returned
from edits import edit, progress
from errors import Problem
from text.i18n import _
from user.preferences import preferences
from worker.client import Worker

__all__ = ["describe", "run"]

PROMPT = (
    "Remove what is in the masked area and continue the background there naturally, as if "
    "nothing had ever been there. Add no new objects."
)
"""For models that read a prompt; not shown, so not translated."""


def describe(procedure: Gimp.Procedure) -> None:
    """Describe the command to GIMP."""
    procedure.set_menu_label(_("_Remove Selection"))
    procedure.set_icon_name("gimp-tool-eraser")
    procedure.set_documentation(
        _("Remove what is selected and continue the surroundings in its place"),
        _(
            "Without a dialog and without a prompt, on this machine unless another endpoint is "
            "given. The result is a new layer."
        ),
        None,
    )
    procedure.add_string_argument(
        "endpoint", _("_Endpoint"), _("Where to send it; on this machine by default"), "offline",
        PLAIN,
    )  # fmt: skip
    procedure.add_string_argument(
        "model", _("_Model"), _("Which model fills; empty for the endpoint's own"), "", PLAIN
    )
    add_source(procedure)
    add_layers_returned(procedure)


def run(
    _procedure: Gimp.Procedure,
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
    with Worker() as worker:
        if run_mode == Gimp.RunMode.INTERACTIVE:
            convert.offer(image)
        mark, source = preferences()["private-mark"], config.get_property("source")
        subject = canvas.examine(image, drawables, source, mark)
        if subject.selection is None:
            raise Problem(_("Nothing is selected."), _("Select what is to go, and try again."))
        wanted = {name: config.get_property(name) for name in ("endpoint", "model")}
        options = {"prompt": PROMPT, **{name: value for name, value in wanted.items() if value}}
        notify = progress.progress(_("Remove Selection"))
        layers = edit.edit(worker, subject, options, notify, name=_("Removed"))
    return layers_returned(image, layers, run_mode)
