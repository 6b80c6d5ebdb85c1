"""References in the dialog: layers and files that the model is shown besides."""

from pathlib import Path
from typing import Any

from gi.repository import Gimp, Gtk

from i18n import _
from references import layers, named_layer
from widgets import named

__all__ = ["ReferenceList"]

TALL = 96
"""Pixels; longer lists scroll."""


class ReferenceList:
    """A list to tick, bound to the argument ``references``.

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
        # The last edit's may have been of another image.
        known = [name for name in config.get_property("references") or [] if self._known(name)]
        self._chosen: list[str] = known
        self._filled = False
        self._list = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
        self.widget = self._built()
        self._write(known)

    def show(self, visible: bool) -> None:
        """Show it where the model takes references; where it does not, none go along."""
        self.widget.set_visible(visible)
        self._write(self._chosen if visible else [])

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
        inner.show_all()
        expander = Gtk.Expander(no_show_all=True, use_underline=True)
        expander.set_tooltip_text(_("Layers and files that the model is shown besides"))
        expander.add(inner)
        expander.connect("notify::expanded", lambda *_: self._fill())
        return expander

    def _fill(self) -> None:
        """List the layers, and the files chosen before; not before somebody looks."""
        if self._filled:
            return
        self._filled = True
        offered = [layer.get_name() for layer in layers(self._image)]
        for name in (*offered, *(name for name in self._chosen if name not in offered)):
            self._add(name)

    def _known(self, name: str) -> bool:
        return named_layer(self._image, name) is not None or Path(name).is_file()

    def _add(self, name: str) -> None:
        button = Gtk.CheckButton(label=Path(name).name if Path(name).is_absolute() else name)
        button.set_active(name in self._chosen)
        button.connect("toggled", self._toggled, name)
        button.show()
        self._list.pack_start(button, False, False, 0)

    def _toggled(self, button: Gtk.CheckButton, name: str) -> None:
        others = [old for old in self._chosen if old != name]
        self._chosen = [*others, name] if button.get_active() else others
        self._write(self._chosen)

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
        new = [name for name in files if name not in self._chosen]
        self._chosen = [*self._chosen, *new]
        for name in new:
            self._add(name)
        self._write(self._chosen)

    def _write(self, names: "list[str]") -> None:
        if names != (self._config.get_property("references") or []):
            self._config.set_property("references", names)
        self._count()

    def _count(self) -> None:
        count = len(self._chosen)
        self.widget.set_label(
            _("R_eferences ({count})").format(count=count) if count else _("R_eferences")
        )
