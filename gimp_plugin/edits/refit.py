"""Fitting a layer anew: what is asked of the worker, and what is put in its place."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gi.repository import Gimp

import canvas
from errors import Problem
from text.i18n import _
from worker.client import Failure, Worker
from worker.messages import REFIT, Options, PatchFiles, RefitAnswer, RefitParams

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Done = Callable[[PatchFiles | None, Failure], None]

__all__ = ["OF_FIT", "Job", "begin_as", "fit_options_of", "keeps_mask", "of_journal", "options_of"]

SWITCHES = ("fit", "register", "tone")
OF_FIT = (*SWITCHES, "texture", "edge")


def options_of(config: Gimp.ProcedureConfig) -> Options:
    """Collect the arguments as the worker's options."""
    edge = config.get_property("edge")
    switches = {name: config.get_property(name) for name in SWITCHES}
    texture = "auto" if config.get_property("texture") else "off"
    return {**switches, "texture": texture, **({"edge": edge} if edge >= 0 else {})}


def fit_options_of(recipe: canvas.Recipe) -> Options:
    """Tell how a layer was fitted, as the worker's options."""
    kept = recipe.recipe.items()
    return {k: v for k, v in kept if k in OF_FIT and isinstance(v, str | int | float)}


def begin_as(options: "dict[str, object]", config: Gimp.ProcedureConfig) -> None:
    """Begin with the fit that a layer has: that is changed, and not the last one's."""
    raw, edge = not options.get("fit", True), options.get("edge")
    automatic = 0.0 if raw else -1.0
    config.set_property("edge", float(edge) if isinstance(edge, int | float) else automatic)
    for name in ("register", "tone"):
        config.set_property(name, options.get(name, not raw))
    config.set_property("texture", options.get("texture", "off" if raw else "auto") != "off")
    config.set_property("fit", True)  # both halves of it are shown
    config.set_property("keep-mask", True)  # which is never lost without a word


class Job:
    """A layer that is fitted once more.

    Parameters
    ----------
    worker : Worker
        A running worker.
    subject : canvas.Subject
        The layer.
    recipe : canvas.Recipe
        What it was made of.
    """

    def __init__(self, worker: Worker, subject: canvas.Subject, recipe: canvas.Recipe) -> None:
        self.worker, self.subject, self.recipe = worker, subject, recipe
        self._made: str | None = None  # a file of its mask as it was made

    @property
    def layer(self) -> Gimp.Layer:
        """The layer, which may be gone."""
        return self.subject.layer

    def refit(self, options: Options, keep: bool) -> PatchFiles:
        """Fit it with some options.

        Parameters
        ----------
        options : dict
            From `options_of`.
        keep : bool
            Whether what the user painted on its mask is carried over.

        Raises
        ------
        Problem
            If the answer is gone.
        """
        with of_journal():
            if self._paints(keep) and self._made is None:
                self._made = (
                    self.worker.call(REFIT, self._params(fit_options_of(self.recipe)))
                    .patches[0]
                    .mask
                )
            answer = self.worker.call(REFIT, self._params(options, keep))
        return answer.patches[0]

    def request(self, options: Options, keep: bool, done: "Done") -> None:
        """Do the same without waiting for it; `done` takes the patch and the error."""
        if self._paints(keep) and self._made is None:
            self._learn(options, keep, done)
            return

        def arrived(answer: "RefitAnswer | None", error: Failure) -> None:
            if isinstance(error, Problem):
                done(None, _explained(error))
            else:
                done(None if answer is None else answer.patches[0], error)

        try:
            self.worker.request(REFIT, self._params(options, keep), arrived)
        except Problem as problem:
            done(None, problem)

    def put(self, patch: PatchFiles, config: Gimp.ProcedureConfig) -> Gimp.Layer:
        """Put a patch in the layer's place, as one step of undo.

        Raises
        ------
        Problem
            If the layer is gone, or the image does not take the patch; it is as it was then.
        """
        others = {k: v for k, v in self.recipe.recipe.items() if k not in OF_FIT}
        recipe = self.recipe._replace(recipe=others | options_of(config))
        return canvas.replace(self.layer, patch, recipe, self._paints(keeps_mask(config)))

    def _learn(self, options: Options, keep: bool, done: "Done") -> None:
        """Find out how the mask was made, then go on."""

        def arrived(answer: "RefitAnswer | None", error: Failure) -> None:
            if answer is None:
                done(None, _explained(error) if isinstance(error, Problem) else error)
                return
            self._made = answer.patches[0].mask
            self.request(options, keep, done)

        self.worker.request(REFIT, self._params(fit_options_of(self.recipe)), arrived)

    def _paints(self, keep: bool) -> bool:
        return keep and self.layer.is_valid() and canvas.mask_changed(self.layer)

    def _params(self, options: Options, keep: bool = False) -> RefitParams:
        where = (str(self.worker.folder), self.subject.patch_format)
        seed = self.recipe.recipe.get("texture_seed")
        if isinstance(seed, int):
            options = {**options, "texture_seed": seed}
        params = RefitParams(self.recipe.journal, self.recipe.answer, options, *where)
        if self._made is None or not self._paints(keep):
            return params
        painted = canvas.write_mask(self.layer, self.worker.folder / "painted")
        if Path(painted).stat().st_size != Path(self._made).stat().st_size:
            raise Problem(
                _("The layer has another size than it was made with, and so has its mask."),
                _("Switch off that the mask is kept to get a new one."),
            )
        return params._replace(made=self._made, painted=painted)


def keeps_mask(config: Gimp.ProcedureConfig) -> bool:
    """Whether the user wants to keep what was painted on a layer mask."""
    return bool(config.get_property("keep-mask"))


@contextmanager
def of_journal() -> "Iterator[None]":
    """Say what it means for a layer that the journal has nothing."""
    try:
        yield
    except Problem as problem:
        raise _explained(problem) from problem


def _explained(problem: Problem) -> Problem:
    """Say what it means for the layer that the journal has nothing."""
    if problem.code != "bad_input":
        return problem
    return Problem(
        _("The journal no longer holds the answer that this layer was made of."),
        _("The layer stays as it is."),
    )
