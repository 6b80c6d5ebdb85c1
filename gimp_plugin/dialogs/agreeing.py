"""The question before an edit that costs more than the user lets pass."""

from gi.repository import Gtk

from dialogs.widgets import named
from edits.words import money
from errors import Cancelled
from text.i18n import _
from user.preferences import preferences

__all__ = ["agree"]


def agree(window: Gtk.Window, cost: "float | None") -> None:
    """Ask first where an edit costs more than the user's limit.

    Parameters
    ----------
    window : Gtk.Window
        Which the question belongs to.
    cost : float or None
        Estimate in US dollars; None where that is not known, which asks nothing.

    Raises
    ------
    Cancelled
        If the user does not want it.
    """
    limit = preferences().cost_limit
    if not limit or not cost or cost <= limit:
        return
    question = Gtk.MessageDialog(
        transient_for=window,
        modal=True,
        message_type=Gtk.MessageType.QUESTION,
        buttons=Gtk.ButtonsType.OK_CANCEL,
        text=_("This edit costs about {money}.").format(money=money(cost)),
        secondary_text=_("Your limit is {money}; Settings changes it.").format(money=money(limit)),
    )
    named(question, _("Cost of This Edit"))
    agreed = question.run() == Gtk.ResponseType.OK
    question.destroy()
    if not agreed:
        raise Cancelled
