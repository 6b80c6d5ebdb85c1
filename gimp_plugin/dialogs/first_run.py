"""The first time: three ways to fill, of which the user chooses one."""

from collections.abc import Callable

from gi.repository import Gtk

from dialogs.widgets import dimmed, later
from text.i18n import _
from user.start import chosen, was_chosen
from worker.messages import Description

__all__ = ["FirstRun"]


class FirstRun:
    """A card that is there until a way was chosen, and never again.

    Parameters
    ----------
    settings : callable
        Opens Settings.
    """

    def __init__(self, settings: Callable[[], None]) -> None:
        self._settings = settings
        self.widget = Gtk.Frame(no_show_all=True)
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6, border_width=12)
        title = Gtk.Label(xalign=0.0)
        title.set_markup(f"<b>{_('How shall Seamfill fill?')}</b>")
        note = _("Without a key, it continues the surroundings and does not read the prompt.")
        text = Gtk.Label(label=note, xalign=0.0, wrap=True, max_width_chars=34)
        for part in (title, dimmed(text)):
            box.pack_start(part, False, False, 0)
        for label, pressed in (
            (_("On This Machine, _Now"), self.end),
            (_("With a _Key…"), self._set_up),
            (_("With a Server of M_ine…"), self._set_up),
        ):
            button = Gtk.Button.new_with_mnemonic(label)
            button.connect("clicked", later(pressed))
            box.pack_start(button, False, False, 0)
        box.show_all()
        self.widget.add(box)

    def offer(self, described: Description) -> None:
        """Show it where nothing is set up and nothing was chosen."""
        ready = any(each.own or each.has_key for each in described.endpoints)
        bare = not ready and described.default_endpoint == "offline"
        self.widget.set_visible(bare and not was_chosen())

    def end(self) -> None:
        """Take it away for good."""
        chosen()
        self.widget.hide()

    def _set_up(self) -> None:
        self.end()
        self._settings()
