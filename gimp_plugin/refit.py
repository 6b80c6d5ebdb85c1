"""Refit Layer: an answer that is here already, fitted once more and at no cost."""

from typing import Any

from gi.repository import Gimp

import canvas
from arguments import PLAIN, add_layers_returned, layers_returned
from errors import Problem
from i18n import _
from worker import Worker

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
        target = canvas.examine(image, drawables)
        about = canvas.recipe_of(target.layer)
        if run_mode == Gimp.RunMode.INTERACTIVE:
            _ask(procedure, config)
        layers = [_refit(worker, target, about, config)]
    return layers_returned(image, layers)


def _ask(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig) -> None:
    import windows

    windows.begin()
    windows.ask(procedure, config, _("Refit Layer"), _("_Refit"), ["edge", "fit"])


def _refit(
    worker: Worker,
    target: canvas.Target,
    about: "dict[str, Any]",
    config: Gimp.ProcedureConfig,
) -> Gimp.Layer:
    edge = config.get_property("edge")
    options = {"fit": config.get_property("fit"), **({"edge": edge} if edge >= 0 else {})}
    where = {"directory": str(worker.folder), "output": target.patch_format}
    answer = worker.call("refit", {"journal": about["journal"], "options": options, **where})
    wanted = about.get("answer", 0)
    patches = [p for p in answer["patches"] if p.get("answer", 0) == wanted]
    if not patches:
        raise Problem(
            _("The journal no longer holds the answer that this layer was made of."),
            _("The layer stays as it is."),
        )
    return canvas.replace(target.layer, patches[0], about)
