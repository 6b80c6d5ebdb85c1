"""What went wrong, where the user looks, with the buttons that help."""

from collections.abc import Callable
from functools import partial

from gi.repository import Gdk, GLib, Gtk

from dialogs.widgets import later
from errors import Problem
from text.advice import buttons
from text.i18n import _

__all__ = ["MessageBar"]


class MessageBar:
    """A bar that is only there while there is something to say.

    Parameters
    ----------
    bring : callable
        Takes the name of the button that was pressed: see `text.advice.buttons`.
    """

    def __init__(self, bring: Callable[[str], None]) -> None:
        self._bring = bring
        self._details = ""
        self.widget = Gtk.InfoBar(message_type=Gtk.MessageType.WARNING, no_show_all=True)
        self._message = Gtk.Label(xalign=0.0, wrap=True, max_width_chars=34, selectable=True)
        self._row = Gtk.Box(spacing=6)
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        box.pack_start(self._message, False, False, 0)
        box.pack_start(self._row, False, False, 0)
        self.widget.get_content_area().add(box)
        box.show_all()

    def show(self, problem: Problem) -> None:
        """Say what went wrong."""
        self.widget.set_message_type(Gtk.MessageType.WARNING)
        self._message.set_markup(
            f"<b>{GLib.markup_escape_text(problem.message)}</b>\n"
            f"{GLib.markup_escape_text(problem.hint)}"
        )
        for old in self._row.get_children():
            self._row.remove(old)
        for name, label in buttons(problem.advice):
            self._add(label, partial(self._bring, name))
        if problem.details:
            self._details = problem.details
            self._add(_("Copy _Details"), self._copy)
        self.widget.show()

    def note(self, text: str) -> None:
        """Say something that nobody has to do anything about."""
        self.widget.set_message_type(Gtk.MessageType.INFO)
        self._message.set_text(text)
        for old in self._row.get_children():
            self._row.remove(old)
        self.widget.show()

    def hide(self) -> None:
        """Say nothing any more."""
        self.widget.hide()

    def _add(self, label: str, pressed: Callable[[], None]) -> None:
        button = Gtk.Button.new_with_mnemonic(label)
        button.connect("clicked", later(pressed))
        button.show()
        self._row.pack_start(button, False, False, 0)

    def _copy(self) -> None:
        clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
        clipboard.set_text(self._details, -1)
        clipboard.store()
