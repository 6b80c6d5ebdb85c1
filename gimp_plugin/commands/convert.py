"""Offers to convert an indexed image, whose palette has no room for what a model paints."""

from gi.repository import Gimp

from dialogs.question import agreed
from errors import Cancelled
from text.i18n import _

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
    if not agreed(
        _("Convert to RGB"),
        _("This image is indexed: its palette has no room for new colours."),
        _("Convert it to RGB? Undo brings the palette back."),
        _("Con_vert"),
    ):
        raise Cancelled
    image.convert_rgb()
    Gimp.displays_flush()
