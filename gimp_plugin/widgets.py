"""Small parts of the dialogs, built from GIMP's and GTK's own widgets."""

from pathlib import Path
from typing import Any

from gi.repository import GimpUi, Gtk

from i18n import _

__all__ = ["ChoiceRow", "Rows", "help_link", "named"]


def named(widget: Gtk.Widget, name: str) -> Gtk.Widget:
    """Give a widget the name that screen readers say, and return it."""
    widget.get_accessible().set_name(name)
    return widget


def help_link(chapter: str) -> Gtk.Widget:
    """Make a link to a chapter of the help page, which lies beside the plug-in."""
    page = Path(__file__).with_name("help") / "index.html"
    link = Gtk.LinkButton.new_with_label(f"{page.as_uri()}#{chapter}", _("Help"))
    link.set_halign(Gtk.Align.START)
    return link


class Rows:
    """Labels to the left, what they label to the right, as GIMP lays out its dialogs."""

    def __init__(self) -> None:
        self.grid = Gtk.Grid(row_spacing=6, column_spacing=6)
        self._next = 0

    def add(self, text: str, widget: Gtk.Widget, tip: str = "") -> Gtk.Label:
        """Add a row.

        Parameters
        ----------
        text : str
            With an underscore before its mnemonic.
        widget : Gtk.Widget
            Becomes as wide as there is room.
        tip : str, optional
            Explains it in one sentence.

        Returns
        -------
        Gtk.Label
            Of the row.
        """
        label = Gtk.Label.new_with_mnemonic(text)
        label.set_xalign(0.0)
        label.set_mnemonic_widget(widget)
        widget.set_hexpand(True)
        named(widget, text.replace("_", "", 1))
        if tip:
            widget.set_tooltip_text(tip)
        self.grid.attach(label, 0, self._next, 1, 1)
        self.grid.attach(widget, 1, self._next, 1, 1)
        self._next += 1
        return label

    def add_wide(self, widget: Gtk.Widget) -> None:
        """Add something that takes a row for itself."""
        self.grid.attach(widget, 0, self._next, 2, 1)
        self._next += 1


class ChoiceRow:
    """A row that chooses one text of several, bound to an argument of the procedure.

    Parameters
    ----------
    rows : Rows
        Where it goes.
    config : Gimp.ProcedureConfig
        The procedure's arguments.
    argument : str
        Which one is chosen.
    text, tip : str
        See `Rows.add`.
    """

    def __init__(self, rows: Rows, config: Any, argument: str, text: str, tip: str) -> None:
        self._config = config
        self._argument = argument
        self._store = Gtk.ListStore(str, str)
        value = self.value
        self._store.append((value, value))
        self._combo = GimpUi.prop_string_combo_box_new(config, argument, self._store, 0, 1)
        self._label = rows.add(text, self._combo, tip)

    @property
    def value(self) -> str:
        """What is chosen."""
        return self._config.get_property(self._argument) or ""

    def offer(self, choices: "list[tuple[str, str]]", default: str) -> None:
        """Offer choices; what was chosen stays so if it is one of them.

        Parameters
        ----------
        choices : list of (str, str)
            Value and what the user reads.
        default : str
            Chosen where the former choice is not offered.
        """
        value = self.value if self.value in [name for name, _title in choices] else default
        self._store.clear()
        for choice in choices:
            self._store.append(choice)
        self._config.set_property(self._argument, value)
        self._combo.set_active(value)
        self.show(len(choices) > 1)

    def show(self, visible: bool) -> None:
        """Show the row or hide it."""
        self._combo.set_visible(visible)
        self._label.set_visible(visible)
