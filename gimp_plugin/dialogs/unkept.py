"""Variations that are in the journal and no longer in the image, to be brought back."""

from collections.abc import Callable

from gi.repository import GdkPixbuf, Gimp, GLib, Gtk

import canvas
from dialogs.fitting import Folded
from dialogs.thumbnails import ACROSS, SIDE
from dialogs.widgets import later, named, screen_side, show_picture
from text.i18n import _
from worker.client import Failure, Worker
from worker.journal_messages import PICTURES, PicturesAnswer, PicturesParams

__all__ = ["Unkept"]


class Unkept:
    """A part that is only there where something can be brought back.

    Parameters
    ----------
    worker : Worker
    bring : callable
        Takes a result of the same edit, and the number of the answer that is wanted beside it.
    arrived : callable
        Called when the journal has told of some results.
    """

    def __init__(
        self,
        worker: Worker,
        bring: Callable[[Gimp.Layer, int], None],
        arrived: Callable[[], None],
    ) -> None:
        self._worker, self._bring, self._arrived = worker, bring, arrived
        self._known: dict[str, PicturesAnswer | None] = {}
        self._layers: list[Gimp.Layer] = []
        self._grid = Gtk.Grid(row_spacing=6, column_spacing=6)
        self.widget = Folded(self._grid, label="")
        self.widget.set_no_show_all(True)

    def about(self, layers: "list[Gimp.Layer]") -> None:
        """Turn to some results, and ask the journal for what it has besides."""
        self._layers = layers
        self._fill()
        for journal in {canvas.recipe_of(layer).journal for layer in layers}:
            if journal not in self._known:
                self._ask(journal)

    def told(self, journal: str) -> "PicturesAnswer | None":
        """What the journal says of an edit; None where it does not, or not yet."""
        return self._known.get(journal)

    def _ask(self, journal: str) -> None:
        self._known[journal] = None
        side = screen_side(self._grid, SIDE)
        params = PicturesParams(journal, side, str(self._worker.folder))

        def arrived(answer: "PicturesAnswer | None", _error: Failure) -> None:
            self._known[journal] = answer  # nothing where the journal has let go of it
            self._fill()
            self._arrived()

        self._worker.request(PICTURES, params, arrived)

    def _fill(self) -> None:
        for old in self._grid.get_children():
            old.destroy()
        here = [layer for layer in self._layers if layer.is_valid()]
        there = {(recipe.journal, recipe.answer) for recipe in map(canvas.recipe_of, here)}
        count = 0
        for layer in {canvas.recipe_of(layer).journal: layer for layer in here}.values():
            journal = canvas.recipe_of(layer).journal
            known = self._known.get(journal)
            for number, path in enumerate(known.answers if known is not None else ()):
                if (journal, number) not in there:
                    button = self._button(layer, number, path)
                    self._grid.attach(button, count % ACROSS, count // ACROSS, 1, 1)
                    count += 1
        self.widget.set_label(_("_Not Kept ({count})").format(count=count))
        self.widget.set_visible(count > 0)

    def _button(self, layer: Gimp.Layer, number: int, path: str) -> Gtk.Button:
        picture, button = Gtk.Image(), Gtk.Button()
        try:
            show_picture(picture, GdkPixbuf.Pixbuf.new_from_file(path), SIDE)
        except GLib.Error:  # it can be brought back all the same
            picture.set_size_request(SIDE, SIDE)
        button.add(picture)
        name = _("Bring Back Answer {number}").format(number=number + 1)
        named(button, name).set_tooltip_text(name)
        button.connect("clicked", later(lambda: self._bring(layer, number)))
        button.show_all()
        return button
