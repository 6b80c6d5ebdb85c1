"""Where a panel opens: at the side of the screen that the selection is not on."""

from gi.repository import Gdk, Gimp, GimpUi, Gtk

import canvas

__all__ = ["beside"]


def beside(window: Gtk.Window, image: Gimp.Image) -> None:
    """Put a window beside what is selected, above GIMP's own windows.

    GIMP does not tell where on the screen a part of an image is, nor how far it is zoomed; that a
    selection's side of the image is its side of the screen is true unless the user has scrolled.
    Where windows place themselves, as under Wayland, this does nothing.
    """
    GimpUi.window_set_transient(window)
    window.realize()
    monitor = window.get_display().get_monitor_at_window(window.get_window())
    area: Gdk.Rectangle = monitor.get_workarea()
    width, _height = window.get_size()
    on_the_left = _is_on_the_left(image)
    window.move(area.x + area.width - width if on_the_left else area.x, area.y + area.height // 12)


def _is_on_the_left(image: Gimp.Image) -> bool:
    seen = canvas.situation(image)
    if seen is None or seen.selection is None:
        return True
    middle = seen.selection.x + seen.selection.w / 2
    return middle <= seen.size.w / 2
