"""Questions that are asked before something is done."""

from text.i18n import _

__all__ = ["agreed"]


def agreed(title: str, text: str, more: str, yes: str) -> bool:
    """Ask whether to do something; only then is anything with windows imported.

    Parameters
    ----------
    title : str
        Of the window.
    text, more : str
        What is the matter, and what is asked.
    yes : str
        The button that agrees.
    """
    from dialogs import display

    display.begin()
    from gi.repository import GimpUi, Gtk

    from dialogs.widgets import named

    question = Gtk.MessageDialog(
        title=title, message_type=Gtk.MessageType.QUESTION, text=text, secondary_text=more
    )
    named(question, title)
    question.add_button(_("_Cancel"), Gtk.ResponseType.CANCEL)
    question.add_button(yes, Gtk.ResponseType.OK)
    question.set_default_response(Gtk.ResponseType.OK)
    GimpUi.window_set_transient(question)
    agrees: bool = question.run() == Gtk.ResponseType.OK
    question.destroy()
    return agrees
