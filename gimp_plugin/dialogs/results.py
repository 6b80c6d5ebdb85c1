"""What came of edits, beside the picture: compared on the canvas, kept, discarded, asked again."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from gi.repository import Gdk, Gimp, GLib, Gtk, Pango

import canvas
from dialogs.fitting import Fitting
from dialogs.refit_part import RefitPart
from dialogs.thumbnails import Thumbnail, Thumbnails
from dialogs.unkept import Unkept
from dialogs.widgets import dimmed, later
from edits.again import bring_back
from edits.intents import said
from edits.words import money
from errors import Problem
from text.i18n import _
from text.reports import faults, told
from worker.client import Worker

__all__ = ["Host", "Results"]

WATCH = 400
"""Milliseconds between two looks at which layers are active."""


class Host(Protocol):
    """The window around the results."""

    def use_prompt(self, prompt: str) -> None:
        """Take a result's prompt for the next edit."""

    def similar(self, layer: Gimp.Layer) -> None:
        """Make the edit that a result came of once more."""

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong."""


class Results:
    """The results of the active layer's edit; nothing where Seamfill did not make it.

    Parameters
    ----------
    image : Gimp.Image
    worker : Worker
    host : Host
    """

    def __init__(self, image: Gimp.Image, worker: Worker, host: Host) -> None:
        self._image, self._worker, self._host = image, worker, host
        self._layers: list[Gimp.Layer] = []
        self._thumbnails = Thumbnails(self._choose, self._look_at)
        self.widget = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6, no_show_all=True)
        self._prompt = Gtk.Label(xalign=0.0, ellipsize=Pango.EllipsizeMode.END)
        self._about = Gtk.Label(xalign=0.0, wrap=True, max_width_chars=34, selectable=True)
        self._refit = RefitPart(worker, host.show_problem, self.look)
        self._unkept = Unkept(worker, self._bring_back, self._tell)
        self._build()
        self._watching = GLib.timeout_add(WATCH, self._watch)

    def end(self) -> None:
        """Look no more, and leave the canvas as it is."""
        self._refit.end()
        if self._watching:
            GLib.source_remove(self._watching)
            self._watching = 0

    def look(self) -> None:
        """See whether other results are active now, or another one of them is shown."""
        if not self._image.is_valid():
            return
        found = canvas.results_of(self._image)
        if found != self._layers:
            self._layers = found
            self._fill()
        elif found and not (self._refit.trying or self._thumbnails.held):
            shown = canvas.shown_of(found)
            if shown != self._thumbnails.number:
                self._thumbnails.choose(shown)
                self._tell()

    def bring(self, with_keyboard: bool) -> None:
        """Show new results, and let the keyboard choose among them if it is wanted there."""
        self.look()
        around = self.widget.get_ancestor(Fitting)
        if around is not None and self._layers:
            around.reveal(self.widget)
        if with_keyboard:
            self._thumbnails.focus()

    def _build(self) -> None:
        self._keep = _button(_("_Keep This One"), self._keep_one)
        self._discard = _button(_("Disc_ard"), self._discard_one)
        self._similar = _button(_("Generate _Similar"), self._ask_again)
        self._similar.set_tooltip_text(_("Asks the same once more; what is here stays"))
        self._use = _button(_("_Use This Prompt"), self._use_prompt)
        row = Gtk.FlowBox(selection_mode=Gtk.SelectionMode.NONE, row_spacing=6, column_spacing=6)
        row.set_max_children_per_line(2)
        for button in (self._keep, self._discard, self._similar, self._use):
            row.add(button)
            button.get_parent().set_can_focus(False)
        for part in (self._prompt, self._thumbnails.widget, self._about, row):
            self.widget.pack_start(part, False, False, 0)
            part.show_all()
        for part in (self._refit.widget, self._unkept.widget):
            self.widget.pack_start(part, False, False, 0)
        dimmed(self._about)
        self.widget.connect("key-press-event", self._pressed)
        self.widget.connect("key-release-event", lambda _box, key: self._thumbnails.released(key))

    def _watch(self) -> bool:
        if not self._image.is_valid():
            self._watching = 0
            return GLib.SOURCE_REMOVE  # type: ignore[no-any-return]
        self.look()
        return GLib.SOURCE_CONTINUE  # type: ignore[no-any-return]

    def _fill(self) -> None:
        self.widget.set_visible(bool(self._layers))
        self._unkept.about(self._layers)
        if not self._layers:
            self._thumbnails.show([], 0)
            self._refit.about(None)
            return
        self._refit.end()
        side = self._thumbnails.side(self.widget)
        before, *results = canvas.pictures(self._layers, side)
        shown = [Thumbnail(before, _("Original"), _("Original"))]
        for number, (layer, picture) in enumerate(zip(self._layers, results, strict=True), 1):
            report = canvas.recipe_of(layer).report
            name = _("Variation {number}").format(number=number)
            wrong = () if report is None else tuple(faults(report))
            shown.append(Thumbnail(picture, name, str(number), wrong))
        self._thumbnails.show(shown, canvas.shown_of(self._layers))
        self._tell()

    @property
    def _chosen(self) -> "Gimp.Layer | None":
        """The result that is chosen; None for the original."""
        number = self._thumbnails.number
        return self._layers[number - 1] if 0 < number <= len(self._layers) else None

    def _tell(self) -> None:
        """Say what is known of what is chosen, and which buttons are about it."""
        if not self._layers or not all(layer.is_valid() for layer in self._layers):
            return  # the next look finds others
        layer, several = self._chosen, len(self._layers) > 1
        recipe = canvas.recipe_of(layer or self._layers[0])
        prompt = self._said(recipe)
        self._prompt.set_text(f"“{prompt}”" if prompt else "")
        self._prompt.set_visible(bool(prompt))
        self._prompt.set_tooltip_text(prompt or None)
        size = (self._layers[0].get_width(), self._layers[0].get_height())
        lines = [_made(recipe)]
        if layer is not None and recipe.report is not None:
            lines.append(told(recipe.report, size))
        self._about.set_text("\n".join(filter(None, lines)))
        self._keep.set_sensitive(several or layer is None)
        self._discard.set_sensitive(layer is not None)
        self._use.set_sensitive(bool(prompt))
        self._refit.about(layer)

    def _said(self, recipe: canvas.Recipe) -> str:
        """Tell a result's prompt: from the journal where the layer does not keep it."""
        journal = self._unkept.told(recipe.journal)
        kept = str(recipe.recipe.get("prompt") or "")
        return said(kept or (journal.prompt if journal is not None else ""))

    def _choose(self, number: int) -> None:
        self._refit.end()
        self._look_at(number)
        layer = self._chosen
        if layer is not None and layer.is_valid():
            self._image.set_selected_layers([layer])
        self._tell()

    def _look_at(self, number: int) -> None:
        canvas.show_only(self._layers, number - 1)

    def _ask_again(self) -> None:
        self._refit.end()
        self._host.similar(self._chosen or self._layers[0])

    def _bring_back(self, layer: Gimp.Layer, answer: int) -> None:
        try:
            self._refit.end()
            new = bring_back(self._worker, layer, answer)
            self._image.set_selected_layers([new])
        except Problem as problem:
            self._host.show_problem(problem)
        Gimp.displays_flush()
        self.look()

    def _keep_one(self) -> None:
        self._refit.end()
        layer, layers = self._chosen, self._layers
        try:
            if layer is None:
                canvas.discard(layers)
            else:
                canvas.keep_one(layer)
        except Problem as problem:
            self._host.show_problem(problem)
        Gimp.displays_flush()
        self.look()

    def _discard_one(self) -> None:
        self._refit.end()
        layer = self._chosen
        if layer is not None:
            others = [each for each in self._layers if each != layer]
            canvas.discard([layer])
            canvas.show_only(others, 0)
            if others:
                self._image.set_selected_layers(others[:1])
        Gimp.displays_flush()
        self.look()

    def _use_prompt(self) -> None:
        layer = self._chosen or self._layers[0]
        if layer.is_valid():
            self._host.use_prompt(self._said(canvas.recipe_of(layer)))

    def _pressed(self, _box: Gtk.Box, event: Gdk.EventKey) -> bool:
        return self._thumbnails.pressed(event)


def _button(label: str, pressed: Callable[[], None]) -> Gtk.Button:
    button = Gtk.Button.new_with_mnemonic(label)
    button.connect("clicked", later(pressed))
    return button


def _made(recipe: canvas.Recipe) -> str:
    """Say by what, for how much, how fast and when something was made."""
    parts = [recipe.model]
    if recipe.cost_usd:
        cost = money(recipe.cost_usd)
        parts.append(cost if recipe.billed else _("About {money}").format(money=cost))
    elif recipe.cost_usd == 0:
        parts.append(_("Free"))
    if recipe.seconds:
        parts.append(_("{seconds} s").format(seconds=max(1, round(recipe.seconds))))
    if recipe.made:
        parts.append(datetime.fromtimestamp(recipe.made).strftime("%x %H:%M"))
    return " · ".join(filter(None, parts))
