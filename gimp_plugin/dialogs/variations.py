"""Several variations: looked at one by one on the canvas, then kept, discarded or made anew."""

from typing import Any

from gi.repository import Gimp, GimpUi, Gtk

import canvas
from dialogs.fitting import Fitting
from dialogs.widgets import help_link, named, screen_side, show_picture
from errors import Cancelled
from text.i18n import _
from text.reports import faults

__all__ = ["chosen"]

KEEP_ALL, KEEP_ONE, DISCARD, AGAIN = 1, 2, 3, 4
"""What the user may want of some variations; closing the window keeps them all."""

SIDE = 96
ACROSS = 5
"""Thumbnails side by side; more stand beneath."""


def chosen(layers: "list[Gimp.Layer]") -> "list[Gimp.Layer]":
    """Let the user choose of several variations.

    Parameters
    ----------
    layers : list of Gimp.Layer
        New layers, the best first; nothing is asked where there are fewer than two.

    Returns
    -------
    list of Gimp.Layer
        Those that stay; empty if others are wanted.

    Raises
    ------
    Cancelled
        If they were discarded and no others are wanted.
    Problem
        If what was to be kept is gone.
    """
    if len(layers) < 2:
        return layers
    Gimp.displays_flush()
    review = Review(layers)
    verdict = review.run()
    if verdict == KEEP_ONE:
        canvas.keep_one(review.shown)
        return [review.shown]
    if verdict in (DISCARD, AGAIN):
        canvas.discard(layers)
        if verdict == DISCARD:
            raise Cancelled
        return []
    there = [layer for layer in layers if layer.is_valid()]
    if not there:
        canvas.refuse_gone(layers[0])
    return there


class Review:
    """A window with thumbnails; the one chosen is the one that the canvas shows.

    Parameters
    ----------
    layers : list of Gimp.Layer
        The variations, the best first.
    """

    def __init__(self, layers: "list[Gimp.Layer]") -> None:
        self._layers = layers
        self.shown = layers[0]
        self._window = GimpUi.Dialog(title=_("Variations"), role="seamfill-variations")
        for text, response in (
            (_("_Discard All"), DISCARD),
            (_("_Try Again"), AGAIN),
            (_("Keep _All"), KEEP_ALL),
            (_("_Keep This One"), KEEP_ONE),
        ):
            self._window.add_button(text, response)
        self._window.set_default_response(KEEP_ONE)
        text = Gtk.Label(label=_("The best fit comes first. Keep All leaves them in a group."))
        text.set_xalign(0.0)
        outer = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=12, border_width=12)
        outer.pack_start(self._thumbnails(), False, False, 0)
        outer.pack_start(text, False, False, 0)
        outer.pack_start(help_link("variations"), False, False, 0)
        fitting = Fitting(outer)
        fitting.show_all()
        self._window.get_content_area().pack_start(fitting, True, True, 0)

    def run(self) -> int:
        """Wait for what the user wants."""
        response: int = self._window.run()
        self._window.destroy()
        return response

    def _thumbnails(self) -> Gtk.Widget:
        grid = Gtk.Grid(row_spacing=6, column_spacing=6)
        first: Any = None
        for number, layer in enumerate(self._layers):
            button = Gtk.RadioButton.new_from_widget(first)
            first = first or button
            button.set_mode(False)  # drawn as a button that stays down
            button.add(_thumbnail(layer))
            named(button, _("Variation {number}").format(number=number + 1))
            warning = "\n".join(_faults(layer))
            button.set_tooltip_text(warning or None)
            button.get_accessible().set_description(warning)
            button.connect("toggled", self._toggled, number)
            grid.attach(button, number % ACROSS, number // ACROSS, 1, 1)
        return grid

    def _toggled(self, button: Gtk.RadioButton, index: int) -> None:
        if button.get_active():
            self.shown = self._layers[index]
            canvas.show_only(self._layers, index)


def _thumbnail(layer: Gimp.Layer) -> Gtk.Widget:
    """Make a small picture of a variation; beneath it, what is wrong with it."""
    picture = Gtk.Image()
    side = screen_side(picture, SIDE)
    show_picture(picture, canvas.thumbnail(layer, side), SIDE)
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=3)
    box.pack_start(picture, False, False, 0)
    for fault in _faults(layer):
        label = Gtk.Label(label=f"⚠ {fault}", wrap=True, max_width_chars=16)
        label.set_justify(Gtk.Justification.CENTER)
        box.pack_start(label, False, False, 0)
    return box


def _faults(layer: Gimp.Layer) -> "list[str]":
    report = canvas.recipe_of(layer).report
    return [] if report is None else faults(report)
