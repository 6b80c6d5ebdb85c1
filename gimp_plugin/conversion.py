"""Offers to convert an indexed image, whose palette has no room for what a model paints."""

from gi.repository import Gimp

from errors import Cancelled
from i18n import _

__all__ = ["offer"]


def offer(image: Gimp.Image) -> None:
    """Ask whether to convert an indexed image to RGB, which is one step of undo.

    Nothing is asked where conversion would not help.

    Raises
    ------
    Cancelled
        If the user does not want it.
    """
    if image is None or not image.is_valid() or image.get_floating_sel() is not None:
        return
    if image.get_base_type() != Gimp.ImageBaseType.INDEXED:
        return
    if not _agreed():
        raise Cancelled
    image.convert_rgb()
    Gimp.displays_flush()


def _agreed() -> bool:
    import windows

    windows.begin()
    from gi.repository import GimpUi, Gtk

    from widgets import named

    question = Gtk.MessageDialog(
        title=_("Convert to RGB"),
        message_type=Gtk.MessageType.QUESTION,
        text=_("This image is indexed: its palette has no room for new colours."),
        secondary_text=_("Convert it to RGB? Undo brings the palette back."),
    )
    named(question, _("Convert to RGB"))
    question.add_button(_("_Cancel"), Gtk.ResponseType.CANCEL)
    question.add_button(_("Con_vert"), Gtk.ResponseType.OK)
    question.set_default_response(Gtk.ResponseType.OK)
    GimpUi.window_set_transient(question)
    agreed: bool = question.run() == Gtk.ResponseType.OK
    question.destroy()
    return agreed
