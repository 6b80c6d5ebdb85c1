"""A plan in words: what would be sent and for how much; needs nothing of GIMP."""

import locale
from typing import TYPE_CHECKING

from text.i18n import _

if TYPE_CHECKING:
    from edits.spending import Spent
    from worker.messages import PlanAnswer, PlannedUpload

__all__ = ["money", "of_plan"]


def money(dollars: float) -> str:
    """Write an amount of US dollars as the user does; small ones down to a tenth of a cent."""
    digits = 3 if 0 < dollars < 0.1 else 2
    return _("${amount}").format(amount=locale.format_string(f"%.{digits}f", dollars))


def of_plan(plan: "PlanAnswer", spent: "Spent", whole: str = "") -> "list[str]":
    """Tell a plan in some lines.

    Parameters
    ----------
    plan : PlanAnswer
    spent : Spent
        What edits cost until now.
    whole : {"", "layer", "image"}
        What will be changed in all its parts, which nobody may have meant.
    """
    everything = {
        "image": [_("Nothing is selected: the whole image is edited.")],
        "layer": [_("Nothing is selected: the whole layer is edited.")],
    }.get(whole, [])
    return [*everything, *_sizes(plan.uploads), *_cost(plan.cost_usd, spent), *plan.problems]


def _sizes(uploads: "tuple[PlannedUpload, ...]") -> "list[str]":
    if len(uploads) > 1:
        return [_("Sent in {count} parts, one after the other.").format(count=len(uploads))]
    lines = []
    for upload in uploads:
        (width, height), sent = upload.region.size, upload.size
        region, size = f"{width}\u00a0×\u00a0{height}", f"{sent.w}\u00a0×\u00a0{sent.h}"
        if upload.region.size == sent:
            lines.append(_("Sends {size} pixels as they are.").format(size=size))
        else:
            lines.append(
                _("Sends {region} pixels, scaled to {size}.").format(region=region, size=size)
            )
    return lines


def _cost(cost: "float | None", spent: "Spent") -> "list[str]":
    if cost is None:
        lines = [_("Cost: not known for this model.")]
    elif cost == 0:
        lines = [_("Cost: free.")]
    else:
        lines = [_("Cost: about {money}.").format(money=money(cost))]
    if spent.last and spent.exact:
        lines.append(_("Last edit: {money}.").format(money=money(spent.last)))
    elif spent.last:
        lines.append(_("Last edit: about {money}.").format(money=money(spent.last)))
    if spent.session:
        lines.append(_("This session: {money}.").format(money=money(spent.session)))
    return lines
