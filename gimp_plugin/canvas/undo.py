"""Changes of an image as one step of undo: all of it or nothing."""

from contextlib import contextmanager
from typing import TYPE_CHECKING

from gi.repository import Gimp

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["done", "one_step", "unrecorded"]


@contextmanager
def one_step(image: Gimp.Image) -> "Iterator[list[Gimp.Layer]]":
    """Make one step of undo; what is listed goes again where it fails, and what was active stays.

    Yields
    ------
    list of Gimp.Layer
        To be filled with each layer or group as soon as it is in the image.
    """
    active = image.get_selected_layers()
    inserted: list[Gimp.Layer] = []
    image.undo_group_start()
    try:
        yield inserted
    except BaseException:
        for item in inserted:
            if item.is_valid():
                image.remove_layer(item)
        raise
    finally:
        still_there = [layer for layer in active if layer.is_valid()]
        if still_there:
            image.set_selected_layers(still_there)
        image.undo_group_end()


@contextmanager
def unrecorded(image: Gimp.Image) -> "Iterator[None]":
    """Change what an image shows, which is nothing that undo should step through."""
    unsaved = image.is_dirty()
    image.undo_freeze()
    try:
        yield
    finally:
        image.undo_thaw()
        if not unsaved:
            image.clean_all()
        Gimp.displays_flush()


def done(success: bool) -> None:
    """Take what a function of GIMP's returned: where it refused, so does this.

    Raises
    ------
    OSError
        If it did.
    """
    if not success:
        raise OSError(Gimp.get_pdb().get_last_error())
