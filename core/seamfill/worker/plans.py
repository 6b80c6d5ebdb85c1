"""The plans that somebody was shown, until an edit takes one."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from seamfill.errors import PlanChanged
from seamfill.geometry import Box

if TYPE_CHECKING:
    from seamfill.edits.plan import Plan
    from seamfill.geometry import Size
    from seamfill.image.source import Selection
    from seamfill.options import EditRequest
    from seamfill.worker.messages import PlanParams

__all__ = ["Plans", "Shown"]

_KEPT = 8  # a dialog changes one after the other, and edits run side by side


@dataclass(frozen=True)
class Shown:
    """A plan, and what it was made for.

    Parameters
    ----------
    request : EditRequest
    size : Size
        Of the source.
    plan : Plan
    """

    request: EditRequest
    size: Size
    plan: Plan

    def now(self, selection: Selection) -> Plan:
        """The plan with the key that there is now, if an edit would still do what was shown.

        Parameters
        ----------
        selection : Selection
            As it is now.

        Raises
        ------
        PlanChanged
            If it would go elsewhere, or leave out some of what is selected.
        """
        from seamfill.endpoints.resolve import resolve

        then, target = self.plan.target, resolve(self.request)
        if replace(target, key=None) != replace(then, key=None):
            raise PlanChanged("Where this would be sent has changed since it was planned.")
        if len(self.plan.placements) > 1 and not self._holds(selection):
            raise PlanChanged("The selection has changed since this was planned.")
        return replace(self.plan, target=target)

    def _holds(self, selection: Selection) -> bool:
        """Whether all that is selected lies in one of the uploads."""
        left = selection.values > 0
        for placement in self.plan.placements:
            part = placement.region.intersection(selection.box)
            if part.w and part.h:
                left[part.slices(selection.box)] = False
        return not left.any()


class Plans:
    """Makes plans and keeps the last of them, each under an id."""

    def __init__(self) -> None:
        self._kept: dict[str, Shown] = {}
        self._made = 0
        self._keeping = threading.Lock()

    def make(self, params: PlanParams) -> tuple[str, Plan]:
        """Plan an edit; the plan, and its id.

        Raises
        ------
        BadInput
            If it cannot be sent as it is.
        """
        from seamfill.edits.plan import make_plan
        from seamfill.options.reading import request_from

        request = request_from(params.options)
        if params.markup is not None:
            request = replace(request, markup=Path(params.markup))
        selection = params.selection or Box(0, 0, *params.size)

        def islands() -> list[Box]:
            from seamfill.worker.pixels import read_selection

            if params.shape is None:
                return []
            return read_selection(params.shape, selection).islands()

        plan = make_plan(request, params.size, selection, islands=islands)
        return self._keep(Shown(request, params.size, plan)), plan

    def find(self, name: str) -> Shown:
        """Find a plan by its id.

        Raises
        ------
        PlanChanged
            If it is none of the last ones.
        """
        with self._keeping:
            shown = self._kept.get(name)
        if shown is None:
            raise PlanChanged("That plan is not known any more.")
        return shown

    def _keep(self, shown: Shown) -> str:
        with self._keeping:
            self._made += 1
            name = str(self._made)
            self._kept[name] = shown
            while len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]
        return name
