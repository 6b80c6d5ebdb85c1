"""Small pictures of results, one of which is chosen with mouse or keyboard."""

from collections.abc import Callable
from typing import NamedTuple

from gi.repository import Gdk, GdkPixbuf, Gtk

from dialogs.widgets import named, screen_side, show_picture
from text.i18n import _

__all__ = ["SIDE", "Thumbnail", "Thumbnails"]

SIDE = 160
"""Of a picture, in GTK's pixels."""
ACROSS = 2
STEPS = {
    Gdk.KEY_Left: -1,
    Gdk.KEY_Right: 1,
    Gdk.KEY_Up: -ACROSS,
    Gdk.KEY_Down: ACROSS,
}
STYLE = b"button { padding: 2px; }"
"""Two pictures side by side leave the panel as narrow as it is without them."""
BEFORE = (Gdk.KEY_0, Gdk.KEY_KP_0)
DIGITS = {ord("0") + n: n for n in range(1, 10)} | {Gdk.KEY_KP_0 + n: n for n in range(1, 10)}


class Thumbnail(NamedTuple):
    """What is known of one result, or of what was there before.

    Parameters
    ----------
    picture : GdkPixbuf.Pixbuf
    name : str
        What screen readers say.
    label : str
        Beneath the picture.
    faults : tuple of str
        What is wrong with it.
    """

    picture: GdkPixbuf.Pixbuf
    name: str
    label: str
    faults: "tuple[str, ...]" = ()


class Thumbnails:
    """Pictures side by side: the original, then results by number.

    Arrows and digits choose; while 0 is held, the original is looked at.

    Parameters
    ----------
    chosen : callable
        Takes the number of what was chosen, 0 for the original.
    looked_at : callable
        Takes the number of what is to be seen for a moment only.
    """

    def __init__(self, chosen: Callable[[int], None], looked_at: Callable[[int], None]) -> None:
        self._chosen, self._looked_at = chosen, looked_at
        self._buttons: list[Gtk.RadioButton] = []
        self.held = False
        """Whether the original is looked at for a moment."""
        self._filling = False
        self.number = 0
        """Of what is chosen."""
        self._style = Gtk.CssProvider()
        self._style.load_from_data(STYLE)
        self.widget = Gtk.Grid(row_spacing=6, column_spacing=6, column_homogeneous=True)
        named(self.widget, _("Results"))

    @staticmethod
    def side(widget: Gtk.Widget) -> int:
        """How many pixels of the screen a picture has at its longer side."""
        return screen_side(widget, SIDE)

    def show(self, thumbnails: "list[Thumbnail]", number: int) -> None:
        """Show other pictures, one of which is chosen; who had the keyboard keeps it."""
        had_focus = self._focused()
        for old in self._buttons:
            old.destroy()
        self._buttons, self._filling = [], True
        for place, thumbnail in enumerate(thumbnails):
            button = self._button(thumbnail, place)
            self.widget.attach(button, place % ACROSS, place // ACROSS, 1, 1)
            self._buttons.append(button)
        self._filling = False
        self.widget.show_all()
        self.choose(number)
        if had_focus:
            self.focus()

    def choose(self, number: int) -> None:
        """Mark what is chosen; nobody is told."""
        if number < len(self._buttons):
            self._filling, self.number = True, number
            self._buttons[number].set_active(True)
            self._filling = False

    def focus(self) -> None:
        """Let what is chosen have the keyboard."""
        if self._buttons:
            self._buttons[self.number].grab_focus()

    def pressed(self, event: Gdk.EventKey) -> bool:
        """Do what a key says; whether it says anything."""
        if event.state & Gtk.accelerator_get_default_mod_mask():
            return False
        if event.keyval in BEFORE:
            if not self.held:
                self.held = True
                self._looked_at(0)
            return True
        number = DIGITS.get(event.keyval)
        if number is None and event.keyval in STEPS and self._focused():
            number = self.number + STEPS[event.keyval]
        if number is None:
            return False
        if 0 <= number < len(self._buttons):
            self._buttons[number].grab_focus()
            self._buttons[number].set_active(True)
        return True

    def released(self, event: "Gdk.EventKey | None" = None) -> bool:
        """See what is chosen again, as 0 is no longer held."""
        if self.held and (event is None or event.keyval in BEFORE):
            self.held = False
            self._looked_at(self.number)
        return False

    def _focused(self) -> bool:
        return any(button.has_focus() for button in self._buttons)

    def _button(self, thumbnail: Thumbnail, number: int) -> Gtk.RadioButton:
        first = self._buttons[0] if self._buttons else None
        button = Gtk.RadioButton.new_from_widget(first)
        button.set_mode(False)  # drawn as a button that stays down
        important = Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION
        button.get_style_context().add_provider(self._style, important)
        picture = Gtk.Image()
        show_picture(picture, thumbnail.picture, SIDE)
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=3)
        box.pack_start(picture, False, False, 0)
        for text in (thumbnail.label, *(f"⚠ {fault}" for fault in thumbnail.faults)):
            label = Gtk.Label(label=text, wrap=True, max_width_chars=16)
            label.set_justify(Gtk.Justification.CENTER)
            box.pack_start(label, False, False, 0)
        button.add(box)
        warning = "\n".join(thumbnail.faults)
        named(button, thumbnail.name).get_accessible().set_description(warning)
        button.set_tooltip_text(_tip(number))
        button.connect("toggled", self._toggled, number)
        button.connect("focus-out-event", lambda *_: self.released())
        return button

    def _toggled(self, button: Gtk.RadioButton, number: int) -> None:
        if button.get_active() and not self._filling:
            self.number = number
            self._chosen(number)


def _tip(number: int) -> "str | None":
    if number == 0:
        return _("Hold 0 to see it for a moment")
    return _("Press {number} to see it").format(number=number) if number < 10 else None
