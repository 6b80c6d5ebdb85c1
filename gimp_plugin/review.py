"""Several variations: looked at one by one on the canvas, then kept, discarded or made anew."""

from typing import Any

from gi.repository import Gimp, GimpUi, Gtk

from i18n import _
from widgets import named

__all__ = ["AGAIN", "DISCARD", "KEEP", "discard", "look_at"]

KEEP, DISCARD, AGAIN = 1, 2, 3
"""What the user may want of some variations."""

SIDE = 96


def look_at(image: Gimp.Image, layers: "list[Gimp.Layer]") -> int:
    """Let the user flip through variations on the canvas.

    Parameters
    ----------
    image : Gimp.Image
        Which they are in.
    layers : list of Gimp.Layer
        The variations, the best first; the one last looked at is visible afterwards.

    Returns
    -------
    int
        `KEEP`, `DISCARD` or `AGAIN`; closing the window keeps them.
    """
    dialog = GimpUi.Dialog(title=_("Variations"), role="seamfill-variations")
    dialog.add_button(_("_Discard All"), DISCARD)
    dialog.add_button(_("_Try Again"), AGAIN)
    dialog.add_button(_("_Keep"), KEEP)
    dialog.set_default_response(KEEP)
    thumbnails = Gtk.Box(spacing=6)
    first: Any = None
    for number, layer in enumerate(layers):
        button = Gtk.RadioButton.new_from_widget(first)
        first = first or button
        button.set_mode(False)  # drawn as a button that stays down
        button.add(Gtk.Image.new_from_pixbuf(_thumbnail(layer)))
        named(button, _("Variation {number}").format(number=number + 1))
        button.connect("toggled", _toggled, image, layers, number)
        thumbnails.pack_start(button, False, False, 0)
    text = Gtk.Label(label=_("The best fit comes first. All stay in the group."), xalign=0.0)
    outer = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=12, border_width=12)
    outer.pack_start(thumbnails, False, False, 0)
    outer.pack_start(text, False, False, 0)
    outer.show_all()
    dialog.get_content_area().pack_start(outer, True, True, 0)
    response: int = dialog.run()
    dialog.destroy()
    return response if response in (DISCARD, AGAIN) else KEEP


def discard(image: Gimp.Image, layers: "list[Gimp.Layer]") -> None:
    """Take the group that holds some variations out of the image."""
    if image.is_valid() and layers[0].is_valid() and layers[0].get_parent() is not None:
        image.remove_layer(layers[0].get_parent())
        Gimp.displays_flush()


def _toggled(
    button: Gtk.RadioButton, image: Gimp.Image, layers: "list[Gimp.Layer]", index: int
) -> None:
    """Show one variation and hide the others, which is nothing that undo should step through."""
    if not button.get_active() or not image.is_valid():
        return
    image.undo_freeze()
    for number, layer in enumerate(layers):
        if layer.is_valid():
            layer.set_visible(number == index)
    image.undo_thaw()
    Gimp.displays_flush()


def _thumbnail(layer: Gimp.Layer) -> Any:
    return layer.get_thumbnail(SIDE, SIDE, Gimp.PixbufTransparency.SMALL_CHECKS)
