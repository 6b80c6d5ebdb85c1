"""Fitting a layer anew: what is asked of the worker, and what is put in its place."""

from typing import Any, NamedTuple

from gi.repository import Gimp

import canvas
from errors import Cancelled, Problem
from text.i18n import _
from worker.client import Answer, Worker

__all__ = ["Job", "options_of"]

SWITCHES = ("fit", "register", "tone")


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
    subject : canvas.Subject
        The layer.
    about : dict
        What it was made of, from `canvas.recipe_of`.
    """

    worker: Worker
    subject: canvas.Subject
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
        return bool(config.get_property("keep-mask")) and canvas.mask_changed(self.subject.layer)

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
            "output": self.subject.patch_format,
        }


def _explained(problem: Problem) -> Problem:
    """Say what it means for the layer that the journal has nothing."""
    if problem.code != "bad_input":
        return problem
    return Problem(
        _("The journal no longer holds the answer that this layer was made of."),
        _("The layer stays as it is."),
    )
