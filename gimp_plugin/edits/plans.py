"""The plan of an edit, made once for what is asked, and by which the edit itself is carried out."""

from typing import TYPE_CHECKING

import canvas
from edits import references
from worker.messages import PLAN, Options, PlanAnswer, PlanParams

if TYPE_CHECKING:
    from collections.abc import Callable

    from worker.client import Failure, Worker

__all__ = ["Planner"]


class Planner:
    """Plans an edit anew where something has changed since, and only there.

    Parameters
    ----------
    worker : Worker
        A running worker.
    """

    def __init__(self, worker: "Worker") -> None:
        self._worker = worker
        self._shape = canvas.Shape()
        self._asked: PlanParams | None = None
        self._plan: PlanAnswer | None = None

    def look_again(self) -> None:
        """Take it that the selection may be another one, whatever its bounds are."""
        self._shape.look_again()

    def forget(self) -> None:
        """Plan anew whatever is asked next, as the worker no longer stands to the plan."""
        self._asked = self._plan = None
        self.look_again()

    def request(
        self,
        subject: canvas.Subject,
        options: Options,
        done: "Callable[[PlanAnswer | None, Failure], None]",
    ) -> None:
        """Plan an edit without waiting for it; `done` takes the plan and the error.

        It takes nothing where just this was asked for and the plan is still to come.

        Raises
        ------
        Problem
            If something that is to go along cannot.
        """
        params = self._params(subject, options, anew=False)
        if params == self._asked:
            if self._plan is not None:
                done(self._plan, None)
            return
        self._asked, self._plan = params, None

        def arrived(plan: "PlanAnswer | None", error: "Failure") -> None:
            if self._asked is params:
                self._plan = plan
                if plan is None:
                    self._asked = None
            done(plan, error)

        self._worker.request(PLAN, params, arrived)

    def plan(self, subject: canvas.Subject, options: Options) -> PlanAnswer:
        """Tell the plan of an edit that is about to begin, and make it if it is not known.

        Raises
        ------
        Problem
            If it cannot be sent as it is.
        """
        params = self._params(subject, options, anew=True)
        if params != self._asked or self._plan is None:
            self._asked = None
            self._plan = self._worker.call(PLAN, params)
            self._asked = params
        return self._plan

    def _params(self, subject: canvas.Subject, options: Options, anew: bool) -> PlanParams:
        folder = self._worker.folder
        return PlanParams(
            subject.size,
            subject.selection,
            self._shape.file(subject, folder),
            references.written(subject, options, folder, anew),
            None if subject.markup is None else subject.markup.get_name(),
        )
