"""A patch seen on the canvas before it is decided on, as the preview of GIMP's own filters is."""

from gi.repository import Gimp

from canvas.layers import fill, insert_like
from canvas.recipes import mark_trial
from canvas.subject import refuse_gone
from canvas.undo import unrecorded
from text.i18n import _
from worker.messages import PatchFiles

__all__ = ["Trial"]


class Trial:
    """Shows patches in place of a layer, which is only hidden and never written to.

    Nothing of it is a step of undo. `end` leaves the image as it was.

    Parameters
    ----------
    layer : Gimp.Layer
        Whose place the patches take.
    """

    def __init__(self, layer: Gimp.Layer) -> None:
        self._layer = layer
        self._image = layer.get_image()
        self._was_visible = layer.get_visible()
        self._shown: Gimp.Layer | None = None

    def show(self, patch: PatchFiles) -> None:
        """Show a patch.

        Parameters
        ----------
        patch : PatchFiles

        Raises
        ------
        Problem
            If the layer is gone.
        """
        refuse_gone(self._layer)
        with unrecorded(self._image):
            if self._shown is None or not self._shown.is_valid():
                active = self._image.get_selected_layers()
                self._shown = insert_like(self._layer, patch)
                name = _("{name} (preview)").format(name=self._layer.get_name())
                self._shown.set_name(name)
                mark_trial(self._shown)
                if active:
                    self._image.set_selected_layers(active)
            else:
                fill(self._shown, patch)
            self._shown.set_visible(True)
            self._layer.set_visible(False)

    def end(self) -> None:
        """Take the patch away and show the layer as it was shown before."""
        shown, self._shown = self._shown, None
        if shown is None or not self._image.is_valid():
            return
        with unrecorded(self._image):
            if shown.is_valid():
                self._image.remove_layer(shown)
            if self._layer.is_valid():
                self._layer.set_visible(self._was_visible)
