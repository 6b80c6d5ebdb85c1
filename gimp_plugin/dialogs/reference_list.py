"""References in the dialog: layers and files that the model is shown besides."""

from pathlib import Path
from typing import Any

from gi.repository import GdkPixbuf, Gimp, GLib, Gtk, Pango

import canvas
from dialogs.fitting import Folded
from dialogs.widgets import named, screen_side, show_picture
from edits.references import layers, named_layer
from text.i18n import _

__all__ = ["ReferenceList"]

TALL = 96
"""Pixels; longer lists scroll."""
SIDE = 24
"""Pixels of the small pictures beside the title."""
SHOWN = 3
"""How many of them there are at most."""


class ReferenceList:
    """A list to tick, bound to the argument ``references``.

    Its title says what is ticked while it is folded away.

    Parameters
    ----------
    config : Gimp.ProcedureConfig
        The procedure's arguments.
    image : Gimp.Image
        Whose layers are offered.
    """

    def __init__(self, config: Any, image: Gimp.Image) -> None:
        self._config = config
        self._image = image
        self._chosen: list[str] = list(config.get_property("references") or [])
        self._shown = True
        self._buttons: dict[str, Gtk.CheckButton] = {}
        self._list = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
        self._label = Gtk.Label(use_underline=True, ellipsize=Pango.EllipsizeMode.END)
        self._label.set_max_width_chars(24)
        self._pictures = Gtk.Box(spacing=3)
        self.widget = self._built()
        self._tell()
        config.connect("notify::references", lambda *_: self._changed())

    def show(self, visible: bool) -> None:
        """Show it where the model takes references; where it does not, none go along."""
        self._shown = visible
        self.widget.set_visible(visible)
        self._write()

    def _built(self) -> Gtk.Widget:
        scrolled = Gtk.ScrolledWindow(shadow_type=Gtk.ShadowType.IN)
        scrolled.set_policy(Gtk.PolicyType.NEVER, Gtk.PolicyType.AUTOMATIC)
        scrolled.set_min_content_height(TALL)
        scrolled.add(named(self._list, _("References")))
        add = Gtk.Button.new_with_mnemonic(_("Add _File…"))
        add.set_halign(Gtk.Align.START)
        add.connect("clicked", lambda _button: self._ask())
        inner = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6, margin_start=12)
        inner.set_margin_top(6)
        inner.pack_start(scrolled, True, True, 0)
        inner.pack_start(add, False, False, 0)
        title = Gtk.Box(spacing=6)
        title.pack_start(self._label, False, False, 0)
        title.pack_start(self._pictures, False, False, 0)
        title.show_all()
        expander = Folded(inner, no_show_all=True)
        self._label.set_mnemonic_widget(expander)
        expander.set_label_widget(title)
        expander.connect("notify::expanded", lambda *_: self._fill())
        return expander

    def _fill(self) -> None:
        """List the layers, and the files chosen before; not before somebody looks."""
        if not self._buttons:
            offered = [layer.get_name() for layer in layers(self._image)]
            for name in (*offered, *(name for name in self._chosen if name not in offered)):
                self._add(name)

    def _add(self, name: str) -> None:
        button = self._buttons[name] = Gtk.CheckButton(label=_title(name))
        button.set_active(name in self._chosen)
        button.connect("toggled", self._toggled, name)
        button.show()
        self._list.pack_start(button, False, False, 0)

    def _toggled(self, button: Gtk.CheckButton, name: str) -> None:
        others = [old for old in self._chosen if old != name]
        self._chosen = [*others, name] if button.get_active() else others
        self._write()

    def _ask(self) -> None:
        """Ask for files; a response comes later, so that nothing waits meanwhile."""
        chooser = Gtk.FileChooserDialog(
            title=_("Add References"),
            transient_for=self.widget.get_toplevel(),
            modal=True,
            select_multiple=True,
        )
        named(chooser, _("Add References"))
        chooser.add_button(_("_Cancel"), Gtk.ResponseType.CANCEL)
        chooser.add_button(_("_Add"), Gtk.ResponseType.OK)
        chooser.set_default_response(Gtk.ResponseType.OK)
        pictures = Gtk.FileFilter()
        pictures.add_pixbuf_formats()
        chooser.set_filter(pictures)
        chooser.connect("response", self._answered)
        chooser.show()

    def _answered(self, chooser: Gtk.FileChooserDialog, response: int) -> None:
        files = chooser.get_filenames() if response == Gtk.ResponseType.OK else []
        chooser.destroy()
        for name in files:
            if name not in self._chosen:
                self._chosen = [*self._chosen, name]
            if name in self._buttons:
                self._buttons[name].set_active(True)
            else:
                self._add(name)
        self._write()

    def _write(self) -> None:
        names = self._chosen if self._shown else []
        if names != list(self._config.get_property("references") or []):
            self._config.set_property("references", names)
        self._tell()

    def _changed(self) -> None:
        """Follow what sets the argument besides, such as the dialog's Reset."""
        names = list(self._config.get_property("references") or [])
        if not self._shown or names == self._chosen:
            return
        self._chosen = names
        for name, button in self._buttons.items():
            button.set_active(name in names)
        self._tell()

    def _tell(self) -> None:
        """Say in the title what goes along, which is paid for even while it is folded away."""
        for picture in self._pictures.get_children():
            self._pictures.remove(picture)
        count, names = len(self._chosen), ", ".join(_title(name) for name in self._chosen)
        title = _("R_eferences ({count}): {names}") if count else _("R_eferences")
        self._label.set_label(title.format(count=count, names=names.replace("_", "__")))
        named(self.widget, title.replace("_", "", 1).format(count=count, names=names))
        tip = _("Layers and files that the model is shown besides")
        self.widget.set_tooltip_text("\n".join(map(_title, self._chosen)) or tip)
        for name in self._chosen[:SHOWN]:
            self._show(name)

    def _show(self, name: str) -> None:
        picture = Gtk.Image()
        layer = named_layer(self._image, name)
        side = screen_side(self.widget, SIDE)
        try:
            if layer is not None:
                pixels = canvas.thumbnail(layer, side)
            else:
                pixels = GdkPixbuf.Pixbuf.new_from_file_at_size(name, side, side)
        except GLib.Error:  # GIMP may read what this cannot
            return
        show_picture(picture, pixels, SIDE)
        picture.show()
        self._pictures.pack_start(picture, False, False, 0)


def _title(name: str) -> str:
    """How a layer is called, or a file without its folder."""
    return Path(name).name if Path(name).is_absolute() else name
