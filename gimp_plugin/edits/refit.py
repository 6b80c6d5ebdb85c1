"""Fitting a layer anew: what is asked of the worker, and what is put in its place."""

from typing import TYPE_CHECKING, NamedTuple

from gi.repository import Gimp

import canvas
from errors import Problem
from text.i18n import _
from worker.client import Failure, Worker
from worker.messages import REFIT, Options, PatchFiles, RefitAnswer, RefitParams

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Job", "options_of"]

SWITCHES = ("fit", "register", "tone")


def options_of(config: Gimp.ProcedureConfig) -> Options:
    """Collect the arguments as the worker's options."""
    edge = config.get_property("edge")
    switches = {name: config.get_property(name) for name in SWITCHES}
    texture = "auto" if config.get_property("texture") else "off"
    return {**switches, "texture": texture, **({"edge": edge} if edge >= 0 else {})}


class Job(NamedTuple):
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

    worker: Worker
    subject: canvas.Subject
    recipe: canvas.Recipe

    def refit(self, options: Options) -> PatchFiles:
        """Fit it with some options.

        Raises
        ------
        Problem
            If the answer is gone.
        """
        try:
            answer = self.worker.call(REFIT, self._params(options))
        except Problem as problem:
            raise _explained(problem) from problem
        return answer.patches[0]

    def keeps_mask(self, config: Gimp.ProcedureConfig) -> bool:
        """Whether the layer's mask stays, as the user painted on it and wants that."""
        return bool(config.get_property("keep-mask")) and canvas.mask_changed(self.subject.layer)

    def request(
        self, options: Options, done: "Callable[[PatchFiles | None, Failure], None]"
    ) -> None:
        """Do the same without waiting for it; `done` takes the patch and the error."""

        def arrived(answer: "RefitAnswer | None", error: Failure) -> None:
            if isinstance(error, Problem):
                done(None, _explained(error))
            else:
                done(None if answer is None else answer.patches[0], error)

        self.worker.request(REFIT, self._params(options), arrived)

    def _params(self, options: Options) -> RefitParams:
        where = (str(self.worker.folder), self.subject.patch_format)
        seed = self.recipe.recipe.get("texture_seed")
        if isinstance(seed, int):
            options = {**options, "texture_seed": seed}
        return RefitParams(self.recipe.journal, self.recipe.answer, options, *where)


def _explained(problem: Problem) -> Problem:
    """Say what it means for the layer that the journal has nothing."""
    if problem.code != "bad_input":
        return problem
    return Problem(
        _("The journal no longer holds the answer that this layer was made of."),
        _("The layer stays as it is."),
    )
