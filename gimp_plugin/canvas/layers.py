"""Patches as layers: at their place, with masks, as one step of undo; all of it or nothing."""

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gi.repository import Gegl, Gimp

from canvas.recipes import Recipe, attach
from canvas.stacking import place_for
from canvas.subject import Subject, refuse_gone
from canvas.undo import done, one_step
from errors import Problem
from text.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from worker.messages import PatchFiles

__all__ = [
    "deleted_unless_inserted",
    "explained",
    "fill",
    "insert",
    "insert_like",
    "new_layer",
    "replace",
]

BYTES = {"R'G'B'A u8": 4, "R'G'B'A float": 16, "Y u8": 1}


def insert(
    subject: Subject, patches: "tuple[PatchFiles, ...]", name: str, recipe: Recipe
) -> "list[Gimp.Layer]":
    """Put patches where they are seen, as one step of undo.

    Selection and active layers stay as they are; `stacking.place_for` finds the place.

    Parameters
    ----------
    subject : Subject
        From `canvas.examine`.
    patches : tuple of PatchFiles
        The best first.
    name : str
        What the layers are called.
    recipe : Recipe
        Of the edit; rides on each layer, with the patch's own report.

    Returns
    -------
    list of Gimp.Layer
        The new layers, in the order of the patches.

    Raises
    ------
    Problem
        If the image is gone, or does not take them; it is as it was then.
    """
    image = subject.image
    if not image.is_valid():
        raise Problem(
            _("The image was closed before the answer arrived."),
            _("The answer is kept: open the image and use Filters ▸ Seamfill ▸ Recover Results."),
            "image_closed",
        )
    recipe = recipe._replace(made=time.time())
    with explained(), deleted_unless_inserted() as layers:
        for number, patch in enumerate(patches):
            title = name if len(patches) == 1 else f"{name} {number + 1}"
            layers.append(new_layer(image, patch, title))
            fill(layers[-1], patch)
            attach(layers[-1], recipe, patch)
        with one_step(image) as inserted:
            _insert_all(subject, patches, layers, name, inserted)
    return layers


def replace(
    layer: Gimp.Layer, patch: "PatchFiles", recipe: Recipe, painted: bool = False
) -> Gimp.Layer:
    """Put a patch in the place of a layer that was made of the same answer, in one undo step.

    Parameters
    ----------
    layer : Gimp.Layer
        The layer that goes; where it was moved to, the new one comes.
    patch : PatchFiles
    recipe : Recipe
        See `insert`.
    painted : bool
        Whether the patch's mask has what the user painted on that of the layer.

    Returns
    -------
    Gimp.Layer
        The new layer, with the name, opacity, mode and visibility of the old one.

    Raises
    ------
    Problem
        If the layer is gone, or the image does not take the patch; it is as it was then.
    """
    refuse_gone(layer)
    image, name = layer.get_image(), layer.get_name()
    was_active = layer in image.get_selected_layers()
    with explained(), one_step(image) as inserted:
        new = insert_like(layer, patch, inserted)
        attach(new, recipe._replace(made=time.time()), patch, layer if painted else None)
        done(image.remove_layer(layer))
        new.set_name(name)
    if was_active:
        image.set_selected_layers([new])
    return new


def insert_like(
    layer: Gimp.Layer,
    patch: "PatchFiles",
    inserted: "list[Gimp.Layer] | None" = None,
) -> Gimp.Layer:
    """Insert a copy of a layer above it, with opacity, mode and all, but a patch's pixels.

    Parameters
    ----------
    layer, patch
        See `replace`.
    inserted : list of Gimp.Layer, optional
        Takes the new layer as soon as it is in the image.
    """
    image = layer.get_image()
    new = layer.copy()
    done(image.insert_layer(new, layer.get_parent(), image.get_item_position(layer)))
    if inserted is not None:
        inserted.append(new)
    width, height = patch.box.size
    if (new.get_width(), new.get_height()) != (width, height):
        new.resize(width, height, 0, 0)
    if not new.has_alpha():
        new.add_alpha()
    fill(new, patch)
    return new


def _insert_all(
    subject: Subject,
    patches: "tuple[PatchFiles, ...]",
    layers: "list[Gimp.Layer]",
    name: str,
    inserted: "list[Gimp.Layer]",
) -> None:
    """Insert finished layers, several of them in a group; `inserted` takes what is to be undone."""
    image = subject.image
    parent, position, (x, y) = place_for(subject, patches)
    if len(layers) > 1:
        group = Gimp.GroupLayer.new(image, name)
        done(image.insert_layer(group, parent, position))
        inserted.append(group)
        group.set_expanded(True)
        parent, position = group, 0
    for number, (layer, patch) in enumerate(zip(layers, patches, strict=True)):
        done(image.insert_layer(layer, parent, position + number))
        if len(layers) == 1:
            inserted.append(layer)
        done(layer.set_offsets(x + patch.box.x, y + patch.box.y))
        layer.set_visible(number == 0)
    if subject.frame is not None:
        left, top, _right, _bottom = subject.frame
        done(image.resize(*subject.size, left, top))


@contextmanager
def deleted_unless_inserted() -> "Iterator[list[Gimp.Layer]]":
    """Collect layers that are made before any is inserted; where that fails, none is left."""
    layers: list[Gimp.Layer] = []
    try:
        yield layers
    except BaseException:
        for layer in layers:
            if layer.is_valid():
                layer.delete()
        raise


@contextmanager
def explained() -> "Iterator[None]":
    """Say what it means for an answer that GIMP does not take it."""
    try:
        yield
    except (OSError, MemoryError) as error:
        raise Problem(
            _("The answer could not be put into the image."),
            _("The answer is kept: Filters ▸ Seamfill ▸ Recover Results tries it again."),
            "not_inserted",
        ) from error


def new_layer(image: Gimp.Image, patch: "PatchFiles", name: str) -> Gimp.Layer:
    """Make a layer of a patch's size, which is in no image yet and has no pixels."""
    grey = image.get_base_type() == Gimp.ImageBaseType.GRAY
    kind = Gimp.ImageType.GRAYA_IMAGE if grey else Gimp.ImageType.RGBA_IMAGE
    width, height = patch.box.size
    mode = image.get_default_new_layer_mode()
    return Gimp.Layer.new(image, name, width, height, kind, 100, mode)


def fill(layer: Gimp.Layer, patch: "PatchFiles") -> None:
    """Give a layer a patch's pixels and its layer mask.

    Raises
    ------
    OSError
        If the files of the patch are not whole.
    """
    _copy(layer, patch.pixels, patch.format)
    mask = layer.get_mask()
    if mask is None:
        mask = layer.create_mask(Gimp.AddMaskType.BLACK)
        layer.add_mask(mask)
    _copy(mask, patch.mask, "Y u8")
    layer.set_edit_mask(False)  # or the user would go on painting on the mask


def _copy(drawable: Gimp.Drawable, path: str, format_name: str) -> None:
    """Fill a drawable from a file, some rows at a time so that memory stays small."""
    width, height = drawable.get_width(), drawable.get_height()
    row = width * BYTES[format_name]
    rows = max(1, (16 << 20) // row)
    if Path(path).stat().st_size != row * height:  # of which GEGL would only complain
        raise OSError(f"{path} is not whole")
    buffer = drawable.get_buffer()
    with Path(path).open("rb") as file:
        for top in range(0, height, rows):
            strip = Gegl.Rectangle.new(0, top, width, min(rows, height - top))
            buffer.set(strip, format_name, file.read(strip.height * row))
    buffer.flush()
    del buffer
    drawable.update(0, 0, width, height)
