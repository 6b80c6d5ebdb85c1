"""Small parts of the dialogs, built from GIMP's and GTK's own widgets."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gi.repository import Gdk, GdkPixbuf, Gimp, GimpUi, GLib, Gtk, Pango

from text.i18n import _

__all__ = [
    "AutomaticNumber",
    "ChoiceRow",
    "Rows",
    "dimmed",
    "framed",
    "help_link",
    "label_of",
    "later",
    "named",
    "screen_side",
    "show_help",
    "show_picture",
    "tip_of",
]


def named(widget: Gtk.Widget, name: str) -> Gtk.Widget:
    """Give a widget the name that screen readers say, and return it."""
    widget.get_accessible().set_name(name)
    return widget


def dimmed(label: Gtk.Label) -> Gtk.Label:
    """Let a label stand back, and return it."""
    label.get_style_context().add_class("dim-label")
    return label


def framed(title: str, widget: Gtk.Widget) -> Gtk.Widget:
    """Put a widget under a heading, as GIMP's dialogs do."""
    frame = GimpUi.Frame.new(title)
    frame.set_border_width(12)
    frame.add(widget)
    frame.show_all()
    return frame


def later(action: Callable[[], None]) -> Callable[..., None]:
    """Make a handler that acts as soon as GTK has nothing else to do.

    What waits for another window would otherwise wait within the handler of a press, and whoever
    pressed by assistive technology with it.
    """

    def act() -> bool:
        action()
        return GLib.SOURCE_REMOVE  # type: ignore[no-any-return]

    return lambda *_signal: GLib.idle_add(act, priority=GLib.PRIORITY_DEFAULT)


def show_help(chapter: str, window: Gtk.Window) -> None:
    """Open a chapter of the help page in the user's browser; say where it is if there is none."""
    try:
        Gtk.show_uri_on_window(window, _help(chapter), Gdk.CURRENT_TIME)
    except GLib.Error:
        Gimp.message(_("The help page is {place}.").format(place=_help(chapter)))


def _help(chapter: str) -> str:
    page = Path(__file__).parent.with_name("help") / "index.html"
    return f"{page.as_uri()}#{chapter}"


def help_link(chapter: str) -> Gtk.Widget:
    """Make a link to a chapter of the help page, which lies beside the plug-in."""
    link = Gtk.LinkButton.new_with_label(_help(chapter), _("Help"))
    link.set_halign(Gtk.Align.START)
    return link


def screen_side(widget: Gtk.Widget, side: int) -> int:
    """How many pixels of the screen a length in GTK's own pixels has."""
    return side * int(widget.get_scale_factor())


def show_picture(widget: Gtk.Image, picture: GdkPixbuf.Pixbuf, side: int) -> None:
    """Show a picture in the middle of a square, each of its pixels as one of the screen.

    Where a pixel of GTK's is several of the screen, GTK enlarges pictures but draws icons finely,
    so this shows an icon.

    Parameters
    ----------
    widget : Gtk.Image
        What shows it.
    picture : GdkPixbuf.Pixbuf
        Not larger than the square on the screen, see `screen_side`.
    side : int
        Of the square, in GTK's pixels.
    """
    whole = screen_side(widget, side)
    square = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, True, 8, whole, whole)
    square.fill(0)  # transparent
    width, height = picture.get_width(), picture.get_height()
    picture.copy_area(0, 0, width, height, square, (whole - width) // 2, (whole - height) // 2)
    widget.set_from_gicon(square, Gtk.IconSize.DIALOG)
    widget.set_pixel_size(side)


def label_of(procedure: Gimp.Procedure, argument: str) -> str:
    """What an argument of a procedure is called, with an underscore before its mnemonic."""
    text: str = procedure.find_argument(argument).get_nick()
    return text


def tip_of(procedure: Gimp.Procedure, argument: str) -> str:
    """What an argument of a procedure means, in a sentence."""
    text: str = procedure.find_argument(argument).get_blurb()
    return text


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
    procedure, config : Gimp.Procedure, Gimp.ProcedureConfig
        The procedure, and its arguments.
    argument : str
        Which one is chosen.
    tip : str, optional
        See `Rows.add`; the argument's own when omitted.
    """

    def __init__(
        self, rows: Rows, procedure: Gimp.Procedure, config: Any, argument: str, tip: str = ""
    ) -> None:
        self._config = config
        self._argument = argument
        self._store = Gtk.ListStore(str, str)
        value = self.value
        self._store.append((value, value))
        self._combo = GimpUi.prop_string_combo_box_new(config, argument, self._store, 0, 1)
        self._combo.set_property("ellipsize", Pango.EllipsizeMode.END)  # or titles widen the panel
        tip = tip or tip_of(procedure, argument)
        self._label = rows.add(label_of(procedure, argument), self._combo, tip)

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

    def offer_values(self, values: "list[str]") -> None:
        """Offer values as the endpoint calls them, among them ``auto``."""
        self.offer([(v, _("Automatic") if v == "auto" else v) for v in values], "auto")

    def show(self, visible: bool) -> None:
        """Show the row or hide it."""
        self._combo.set_visible(visible)
        self._label.set_visible(visible)


class AutomaticNumber:
    """A number that the user may leave to be chosen, bound to an argument of the procedure.

    Parameters
    ----------
    config : Gimp.ProcedureConfig
        The procedure's arguments.
    argument : str
        Which one it is; negative where it is left to be chosen.
    highest : int
        The largest number.
    first : int
        Where the user begins who chooses one.
    """

    def __init__(self, config: Any, argument: str, highest: int, first: int) -> None:
        self._config = config
        self._argument = argument
        self._automatic = Gtk.CheckButton.new_with_mnemonic(_("_Automatic"))
        self._number = Gtk.SpinButton.new_with_range(0, highest, 1)
        self._number.set_value(first)
        self._showing = False
        self._box = Gtk.Box(spacing=6)
        self._box.pack_start(self._number, True, True, 0)
        self._box.pack_start(self._automatic, False, False, 0)
        self._show()
        self._automatic.connect("toggled", lambda _button: self._write())
        self._number.connect("value-changed", lambda _button: self._write())
        config.connect(f"notify::{argument}", lambda *_: self._show())

    def add_to(self, rows: Rows, text: str, tip: str) -> None:
        """Add it as a row; see `Rows.add`."""
        self._label = rows.add(text, self._box, tip)
        self._label.set_mnemonic_widget(self._number)
        named(self._number, text.replace("_", "", 1))

    def show(self, visible: bool) -> None:
        """Show the row that it was added as, or hide it."""
        self._box.set_visible(visible)
        self._label.set_visible(visible)

    def _show(self) -> None:
        value = self._config.get_property(self._argument)
        self._showing = True
        self._automatic.set_active(value < 0)
        self._number.set_sensitive(value >= 0)
        if value >= 0:
            self._number.set_value(value)
        self._showing = False

    def _write(self) -> None:
        if not self._showing:
            chosen = -1.0 if self._automatic.get_active() else self._number.get_value()
            whole_or_not = type(self._config.get_property(self._argument))
            self._config.set_property(self._argument, whole_or_not(chosen))
