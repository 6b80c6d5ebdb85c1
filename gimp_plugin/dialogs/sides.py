"""How far a canvas grows: to a ratio, or by pixels at each side."""

from typing import Any

from gi.repository import Gimp, GimpUi, Gtk

from dialogs.widgets import Rows, label_of
from edits.ratios import RATIOS, sides_for
from text.i18n import _

__all__ = ["Sides"]

SIDES = ("left", "top", "right", "bottom")


class Sides:
    """The rows for ratio and sides, bound to the arguments of those names.

    Parameters
    ----------
    procedure, config : Gimp.Procedure, Gimp.ProcedureConfig
    image : Gimp.Image
        What grows.
    """

    def __init__(self, procedure: Gimp.Procedure, config: Any, image: Gimp.Image) -> None:
        self._config, self._image = config, image
        self._growing = False
        self._ratio = Gtk.ComboBoxText()
        self._ratio.append("", _("Any"))
        for each in RATIOS:
            self._ratio.append(each, each)
        self._ratio.set_active_id("")
        self._ratio.connect("changed", lambda _box: self._grow())
        rows = Rows()
        tip = _("Of the new canvas; the picture stays in its middle")
        rows.add(_("Rat_io"), self._ratio, tip)
        for side in SIDES:
            spin = GimpUi.prop_spin_button_new(config, side, 1, 100, 0)
            spin.connect("value-changed", lambda _spin: self._loosen())
            rows.add(label_of(procedure, side), spin)
        self.widget = rows.grid

    def _grow(self) -> None:
        """Set the sides to what the ratio needs."""
        ratio = self._ratio.get_active_id()
        if not ratio or not self._image.is_valid():
            return
        size = (self._image.get_width(), self._image.get_height())
        self._growing = True
        for side, pixels in zip(SIDES, sides_for(size, ratio), strict=True):
            self._config.set_property(side, pixels)
        self._growing = False

    def _loosen(self) -> None:
        """Sides that the user sets have no ratio."""
        if not self._growing:
            self._ratio.set_active_id("")
