"""A row of buttons, one of which says what the edit is for."""

from collections.abc import Callable

from gi.repository import Gtk

from dialogs.widgets import named
from edits.intents import Intent
from text.i18n import _

__all__ = ["Intents", "layer_name"]


class Intents:
    """The row; nothing is shown where there is but one intent.

    Parameters
    ----------
    intents : tuple of Intent
        The first is chosen.
    changed : callable
        Called when another one was chosen.
    """

    def __init__(self, intents: "tuple[Intent, ...]", changed: Callable[[], None]) -> None:
        self._intents = intents
        self._changed = changed
        self.chosen = intents[0]
        self.widget = Gtk.Box(no_show_all=len(intents) < 2)
        self.widget.get_style_context().add_class("linked")
        first = None
        for intent in intents:
            label, tip = _texts(intent.name)
            button = Gtk.RadioButton.new_with_mnemonic_from_widget(first, label)
            first = first or button
            button.set_mode(False)  # drawn as a button that stays down
            button.set_tooltip_text(tip)
            named(button, label.replace("_", "", 1))
            button.connect("toggled", self._toggled, intent)
            self.widget.pack_start(button, True, True, 0)

    def _toggled(self, button: Gtk.RadioButton, intent: Intent) -> None:
        if button.get_active() and intent is not self.chosen:
            self.chosen = intent
            self._changed()


def _texts(name: str) -> "tuple[str, str]":
    """Label of an intent, and what it sends."""
    texts = {
        "fill": (_("_Fill"), _("What you describe comes into the selection")),
        "remove": (_("Re_move"), _("What is selected goes; its surroundings continue there")),
        "background": (_("Backg_round"), _("All but the selection becomes what you describe")),
        "expand": (_("_Expand"), _("The picture goes on beyond its border")),
    }
    return texts[name]


def layer_name(intent: Intent) -> str:
    """Name a layer that nothing was said for."""
    names = {"background": _("Background"), "expand": _("Continued")}
    return names.get(intent.name, _("Removed"))
