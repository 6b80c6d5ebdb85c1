"""Stores a key where the user wants it: in a file only after a question."""

from gi.repository import Gtk

from dialogs.widgets import named
from errors import Cancelled, Problem
from text.i18n import _
from worker.client import Worker
from worker.messages import SET_KEY, SetKeyParams

__all__ = ["place_of", "store"]


def store(worker: Worker, window: Gtk.Window, key: SetKeyParams) -> str:
    """Store a key.

    Returns
    -------
    str
        Where it is now: in the ``keyring`` or in a ``file``.

    Raises
    ------
    Problem
        If it cannot be stored.
    Cancelled
        If the keyring refused it, and the user wants no file.
    """
    try:
        return worker.call(SET_KEY, key).place
    except Problem as problem:
        if problem.code != "keyring_refused":
            raise
    if not _agreed(window):
        raise Cancelled
    return worker.call(SET_KEY, key._replace(place="file")).place


def place_of(place: str) -> str:
    """Say where a key is now."""
    if place == "keyring":
        return _("The key is stored in the system's keyring.")
    return _("The key is stored in a file that only you can read, not in a keyring.")


def _agreed(window: Gtk.Window) -> bool:
    question = Gtk.MessageDialog(
        transient_for=window,
        modal=True,
        title=_("Keyring Refused"),
        message_type=Gtk.MessageType.QUESTION,
        text=_("The system's keyring stayed locked or failed."),
        secondary_text=_(
            "The key is not stored. Keep it in a file that only you can read, though not "
            "encrypted? Or cancel, unlock the keyring and try again."
        ),
    )
    named(question, _("Keyring Refused"))
    question.add_button(_("_Cancel"), Gtk.ResponseType.CANCEL)
    question.add_button(_("Keep in a _File"), Gtk.ResponseType.OK)
    question.set_default_response(Gtk.ResponseType.CANCEL)
    agreed: bool = question.run() == Gtk.ResponseType.OK
    question.destroy()
    return agreed
