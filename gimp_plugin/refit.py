"""Refit Layer: an answer that is here already, fitted once more and at no cost."""

from typing import Any, NamedTuple

from gi.repository import Gimp

import canvas
from arguments import PLAIN, add_layers_returned, layers_returned
from errors import Cancelled, Problem
from i18n import _
from worker import Answer, Worker

__all__ = ["Job", "describe", "options_of", "run"]

SWITCHES = ("fit", "register", "tone")


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
        target = _target(image, drawables, run_mode)
        about = canvas.recipe_of(target.layer)
        job = Job(worker, target, about)
        if run_mode == Gimp.RunMode.INTERACTIVE:
            _take_from(about["recipe"], config)
            patch = _ask(procedure, config, job)
        else:
            patch = job.refit(options_of(config))
        recipe = {k: v for k, v in about["recipe"].items() if k != "edge"} | options_of(config)
        about = about | {"recipe": recipe}
        layer = canvas.replace(target.layer, patch, about, job.keeps_mask(config))
    return layers_returned(image, [layer], run_mode)


def _target(
    image: Gimp.Image, drawables: "list[Gimp.Drawable]", run_mode: Gimp.RunMode
) -> canvas.Target:
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


def options_of(config: Gimp.ProcedureConfig) -> "dict[str, Any]":
    """Collect the arguments as the worker's options."""
    edge = config.get_property("edge")
    switches = {name: config.get_property(name) for name in SWITCHES}
    return {**switches, **({"edge": edge} if edge >= 0 else {})}


class Job(NamedTuple):
    """A layer that is fitted once more.

    Parameters
    ----------
    worker : Worker
        A running worker.
    target : canvas.Target
        The layer.
    about : dict
        What it was made of, from `canvas.recipe_of`.
    """

    worker: Worker
    target: canvas.Target
    about: "dict[str, Any]"

    def refit(self, options: "dict[str, Any]") -> "dict[str, Any]":
        """Fit it with some options; the patch as the worker describes it.

        Raises
        ------
        Problem
            If the answer is gone.
        """
        try:
            answer = self.worker.call("refit", self._params(options))
        except Problem as problem:
            raise _explained(problem) from problem
        patch: dict[str, Any] = answer["patches"][0]
        return patch

    def keeps_mask(self, config: Gimp.ProcedureConfig) -> bool:
        """Whether the layer's mask stays, as the user painted on it and wants that."""
        return bool(config.get_property("keep-mask")) and canvas.mask_changed(self.target.layer)

    def request(self, options: "dict[str, Any]", done: Answer) -> None:
        """Do the same without waiting for it; `done` takes the patch and the error."""

        def arrived(answer: Any, error: "Problem | Cancelled | None") -> None:
            if isinstance(error, Problem):
                done(None, _explained(error))
            else:
                done(answer and answer["patches"][0], error)

        self.worker.request("refit", self._params(options), arrived)

    def _params(self, options: "dict[str, Any]") -> "dict[str, Any]":
        return {
            "journal": self.about["journal"],
            "answer": self.about.get("answer", 0),
            "options": options,
            "directory": str(self.worker.folder),
            "output": self.target.patch_format,
        }


def _explained(problem: Problem) -> Problem:
    """Say what it means for the layer that the journal has nothing."""
    if problem.code != "bad_input":
        return problem
    return Problem(
        _("The journal no longer holds the answer that this layer was made of."),
        _("The layer stays as it is."),
    )


def _take_from(recipe: "dict[str, Any]", config: Gimp.ProcedureConfig) -> None:
    """Begin with the fit that the layer has: the dialog changes that, and not the last one's."""
    raw = not recipe.get("fit", True)
    config.set_property("edge", float(recipe.get("edge", 0.0 if raw else -1.0)))
    for name in ("register", "tone"):
        config.set_property(name, recipe.get(name, not raw))
    config.set_property("fit", True)  # the dialog shows both halves of it
    config.set_property("keep-mask", True)  # which is never lost without a word


def _ask(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, job: Job) -> "dict[str, Any]":
    import windows

    windows.begin()
    from refitdialog import ask

    return ask(procedure, config, job)
