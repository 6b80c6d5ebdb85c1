"""Keeps dialogs on the screen, however small it is and whatever is open in them."""

from typing import Any

from gi.repository import Gdk, GLib, Gtk

__all__ = ["Fitting", "Folded"]

BESIDE = 190
"""What a dialog takes besides its content, in GTK's pixels, until that can be measured: its frame,
its buttons, and those for saved settings."""
LEAST = 96
"""What is left of the content on the smallest screen, in GTK's pixels."""

TRIES = 20
"""How often a place is looked for that something new does not have yet."""


class Fitting(Gtk.ScrolledWindow):  # type: ignore[misc]
    """A dialog's content, as tall as it wants to be or as the screen lets it, and scrolled then.

    Parameters
    ----------
    content : Gtk.Widget
        What is shown; its width stays as it is.
    """

    def __init__(self, content: Gtk.Widget) -> None:
        super().__init__()
        self.set_policy(Gtk.PolicyType.NEVER, Gtk.PolicyType.AUTOMATIC)
        self.set_overlay_scrolling(False)  # or nothing would say that there is more
        self._content = content
        self._beside = BESIDE
        self._settling = 0
        self.add(content)
        self.get_child().set_shadow_type(Gtk.ShadowType.NONE)
        self.connect("map", lambda _widget: self._watch())
        self.connect("destroy", lambda _widget: self._forget())

    def do_get_request_mode(self) -> Gtk.SizeRequestMode:
        """Tell GTK that words wrap."""
        return Gtk.SizeRequestMode.HEIGHT_FOR_WIDTH

    def do_get_preferred_height(self) -> "tuple[int, int]":
        """Tell GTK how tall it is at its own width."""
        return self.do_get_preferred_height_for_width(self.get_preferred_width()[1])

    def do_get_preferred_height_for_width(self, width: int) -> "tuple[int, int]":
        """Tell GTK how tall it is at a width: the window grows with it, and not beyond."""
        _least, natural = self._content.get_preferred_height_for_width(width)
        height = min(natural, max(LEAST, _area(self).height - self._beside))
        return height, height

    def to_top(self) -> None:
        """Show what stands first, which may be a message."""
        self.get_vadjustment().set_value(0)

    def reveal(self, widget: Gtk.Widget) -> None:
        """Show as much of a part of the content as there is room for, from its top."""

        def scroll() -> bool:
            adjustment = self.get_vadjustment()
            place = widget.translate_coordinates(self._content, 0, 0)
            height = widget.get_allocated_height()
            tries.append(place)
            if place is None or height < 2 or place[1] + height > adjustment.get_upper():
                return len(tries) < TRIES  # it has no place yet
            adjustment.clamp_page(place[1], place[1] + min(height, adjustment.get_page_size()))
            return GLib.SOURCE_REMOVE  # type: ignore[no-any-return]

        tries: list[object] = []
        GLib.timeout_add(50, scroll)

    def _watch(self) -> None:
        self.get_toplevel().connect_after("size-allocate", lambda *_: self._settle_soon())
        self._settle_soon()

    def _settle_soon(self) -> None:
        if not self._settling:
            self._settling = GLib.idle_add(self._settle)

    def _forget(self) -> None:
        if self._settling:
            GLib.source_remove(self._settling)
            self._settling = 0

    def _settle(self) -> bool:
        """Measure what the dialog takes besides, and move it where it hangs over the edge."""
        self._settling = 0
        window = self.get_toplevel()
        frame, area = window.get_window().get_frame_extents(), _area(self)
        beside = frame.height - self.get_allocated_height()
        if beside != self._beside:
            self._beside = beside
            self.queue_resize()
        over = frame.height - area.height
        if over > 0:  # a window does not shrink by itself
            width, height = window.get_size()
            window.resize(width, height - over)
        left = max(area.x, min(frame.x, area.x + area.width - frame.width))
        top = max(area.y, min(frame.y, area.y + area.height - frame.height))
        if (left, top) != (frame.x, frame.y):
            window.move(left, top)
        return GLib.SOURCE_REMOVE  # type: ignore[no-any-return]


class Folded(Gtk.Expander):  # type: ignore[misc]
    """Something folded away, which the keyboard does not wander into before it is open.

    Parameters
    ----------
    content : Gtk.Widget
        What is shown when it is open.
    """

    def __init__(self, content: Gtk.Widget, **properties: Any) -> None:
        super().__init__(use_underline=True, **properties)
        content.show_all()
        content.set_no_show_all(True)
        content.hide()
        self.add(content)
        self.connect("notify::expanded", lambda *_: self._unfold(content))

    def _unfold(self, content: Gtk.Widget) -> None:
        content.set_visible(self.get_expanded())
        around = self.get_ancestor(Fitting)
        if self.get_expanded() and around is not None:
            around.reveal(self)


def _area(widget: Gtk.Widget) -> Gdk.Rectangle:
    """Find the part of a widget's monitor that panels leave to windows, in GTK's pixels."""
    display, window = widget.get_display(), widget.get_toplevel().get_window()
    if window is not None:
        monitor = display.get_monitor_at_window(window)
    else:
        monitor = display.get_primary_monitor() or display.get_monitor(0)
    return monitor.get_workarea()
