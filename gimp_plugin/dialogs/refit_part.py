"""Refit Layer as a part of a window, about whichever result is chosen there."""

from collections.abc import Callable

from gi.repository import Gimp, Gtk

import canvas
from dialogs.fitting import Folded
from dialogs.refitting import Refitting
from dialogs.widgets import later
from edits.refit import Job, begin_as
from errors import Problem
from text.i18n import _
from worker.client import Worker

__all__ = ["RefitPart"]

PROCEDURE = "plug-in-seamfill-refit"


class RefitPart:
    """What is folded away does nothing; unfolded, the chosen result is fitted as the user watches.

    Parameters
    ----------
    worker : Worker
    failed : callable
        Takes what went wrong.
    done : callable
        Called when another layer has taken a result's place.
    """

    def __init__(
        self, worker: Worker, failed: Callable[[Problem], None], done: Callable[[], None]
    ) -> None:
        self._worker, self._failed, self._done = worker, failed, done
        self._layer: Gimp.Layer | None = None
        self._job: Job | None = None
        self._refitting: Refitting | None = None
        self._procedure = Gimp.get_pdb().lookup_procedure(PROCEDURE)
        self._config = self._procedure.create_config()
        self._place = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6, margin_start=12)
        self._apply = Gtk.Button.new_with_mnemonic(_("Re_fit"))
        self._apply.set_halign(Gtk.Align.START)
        self._apply.connect("clicked", later(self._put))
        self._place.pack_end(self._apply, False, False, 0)
        self.widget = Folded(self._place, label=_("How It _Fits"))
        self.widget.connect("notify::expanded", lambda *_: self.about(self._layer))
        self.widget.show()

    @property
    def trying(self) -> bool:
        """Whether the canvas may show something else in a result's place."""
        return self._refitting is not None

    def about(self, layer: "Gimp.Layer | None") -> None:
        """Turn to a result; None where there is none to be fitted."""
        if self.trying and layer == self._layer:
            return
        self.end()
        self._layer = layer
        self.widget.set_sensitive(layer is not None)
        if layer is None or not layer.is_valid() or not self.widget.get_expanded():
            return
        recipe = canvas.recipe_of(layer)
        begin_as(recipe.recipe, self._config)
        subject = canvas.examine_layer(layer.get_image(), [layer])
        self._job = Job(self._worker, subject, recipe)
        self._refitting = Refitting(self._procedure, self._config, self._job)
        self._refitting.widget.show_all()
        self._place.pack_start(self._refitting.widget, False, False, 0)

    def end(self) -> None:
        """Show the result on the canvas as it is."""
        refitting, self._refitting = self._refitting, None
        if refitting is not None:
            refitting.close()
            refitting.widget.destroy()

    def _put(self) -> None:
        if self._refitting is None or self._job is None:
            return
        try:
            patch = self._refitting.patch()
            self.end()
            self._job.put(patch, self._config)
        except Problem as problem:
            self._failed(problem)
        Gimp.displays_flush()
        self._done()
