"""What is to be edited, and what cannot be."""

from typing import NamedTuple

from gi.repository import Gimp

from errors import Problem
from text.i18n import _
from worker.messages import Box, Size

__all__ = [
    "Subject",
    "box_of",
    "examine",
    "examine_canvas",
    "examine_layer",
    "inverse",
    "is_private",
    "origin",
    "refuse_gone",
    "refuse_private",
    "with_markup",
]

EIGHT_BIT = (Gimp.Precision.U8_LINEAR, Gimp.Precision.U8_NON_LINEAR, Gimp.Precision.U8_PERCEPTUAL)


class Subject(NamedTuple):
    """What is to be edited.

    Parameters
    ----------
    image : Gimp.Image
        The image.
    layer : Gimp.Layer or None
        The layer whose pixels are sent and above which the patches go; None where what the image
        looks like is sent, and the patches go on top of it.
    offset : (int, int)
        Where the source's top left corner lies in the image.
    size : Size
        The source's.
    selection : Box or None
        Bounds of the selection inside the source; None for all of it.
    private : str
        Layers whose names begin so are never sent; empty where all may be.
    frame : (int, int, int, int) or None
        How far the source reaches beyond the canvas to the left, top, right and bottom; that
        frame is selected then, whatever GIMP's selection is.
    markup : Gimp.Layer or None
        A layer with instructions drawn over the source, sent beside it and never as part of it.
    inverse : bool
        Whether all but GIMP's selection is selected.
    """

    image: Gimp.Image
    layer: "Gimp.Layer | None"
    offset: "tuple[int, int]"
    size: Size
    selection: "Box | None"
    private: str = ""
    frame: "tuple[int, int, int, int] | None" = None
    markup: "Gimp.Layer | None" = None
    inverse: bool = False

    @property
    def patch_format(self) -> str:
        """GEGL's name of the pixels to ask the worker for.

        Integers of 8 bits go into 8-bit images only: babl writes garbage where it converts them
        to 16 bits and another colour space than sRGB.
        """
        there = self.image.is_valid()  # or GIMP would complain to the user
        eight_bit = there and self.image.get_precision() in EIGHT_BIT
        return "R'G'B'A u8" if eight_bit else "R'G'B'A float"


def origin(image: Gimp.Image) -> str:
    """Tell the path of an image's file; empty where it has none."""
    file = image.get_file() or image.get_imported_file()
    path = None if file is None else file.get_path()
    return path or ""


def box_of(layer: Gimp.Layer) -> Box:
    """Tell where a layer lies in the image."""
    _ok, x, y = layer.get_offsets()
    return Box(x, y, layer.get_width(), layer.get_height())


def examine(
    image: Gimp.Image,
    drawables: "list[Gimp.Drawable]",
    source: str = "visible",
    private: str = "",
) -> Subject:
    """Find out what is to be edited.

    Parameters
    ----------
    image : Gimp.Image
        The image.
    drawables : list of Gimp.Drawable
        What is active in it.
    source : {"visible", "layer"}
        Whether what the image looks like is sent or the active layer alone.
    private : str
        See `Subject`.

    Returns
    -------
    Subject

    Raises
    ------
    Problem
        If it cannot be edited; says why and what to do.
    """
    _refuse_image(image)
    if source == "visible":
        return _visible(image, private)
    layer = _layer(image, drawables)
    refuse_private(layer, private)
    subject = _all_of(layer)._replace(private=private)
    if Gimp.Selection.is_empty(image):
        return subject
    meets, sx, sy, sw, sh = layer.mask_intersect()
    if not meets or sw < 1 or sh < 1:
        raise Problem(
            _("The selection does not touch the active layer “{name}”.").format(
                name=layer.get_name()
            ),
            _("Choose the layer under the selection, or select something on this one."),
        )
    return subject._replace(selection=Box(sx, sy, sw, sh))


def examine_layer(image: Gimp.Image, drawables: "list[Gimp.Drawable]") -> Subject:
    """Find out which layer is meant, whatever is selected on it.

    Raises
    ------
    Problem
        See `examine`.
    """
    _refuse_image(image)
    return _all_of(_layer(image, drawables))


def examine_canvas(
    image: Gimp.Image,
    drawables: "list[Gimp.Drawable]",
    frame: "tuple[int, int, int, int]",
    source: str = "visible",
    private: str = "",
) -> Subject:
    """Find out what is to be edited when the canvas grows.

    Parameters
    ----------
    image, drawables, source, private
        See `examine`.
    frame : (int, int, int, int)
        Pixels to add to the left, top, right and bottom.

    Raises
    ------
    Problem
        If it cannot be edited, or the canvas would not grow.
    """
    _refuse_image(image)
    left, top, right, bottom = frame
    if not any(frame):
        raise Problem(
            _("The canvas would not grow."), _("Give at least one side some pixels to add.")
        )
    layer = None
    if source == "layer":
        layer = _layer(image, drawables)
        refuse_private(layer, private)
    size = Size(image.get_width() + left + right, image.get_height() + top + bottom)
    return Subject(image, layer, (-left, -top), size, Box(0, 0, *size), private, frame)


def inverse(subject: Subject) -> Subject:
    """Let all but the selection be edited.

    Raises
    ------
    Problem
        If nothing is selected.
    """
    if subject.selection is None:
        raise Problem(
            _("Nothing is selected."), _("Select what is to stay: all around it is replaced.")
        )
    return subject._replace(selection=Box(0, 0, *subject.size), inverse=True)


def with_markup(subject: Subject, layer: "Gimp.Layer | None") -> Subject:
    """Let a layer's instructions go along.

    Raises
    ------
    Problem
        If they may not, or would hide what they are about.
    """
    if layer is None:
        return subject
    if layer == subject.layer:
        raise Problem(
            _("The markup is the edited layer itself."),
            _("Draw the instructions on a transparent layer of their own, and choose that."),
        )
    if not layer.has_alpha():
        raise Problem(
            _("The markup “{name}” has no transparency, so it would hide the picture.").format(
                name=layer.get_name()
            ),
            _("Draw the instructions on a transparent layer of their own, and choose that."),
        )
    refuse_private(layer, subject.private)
    return subject._replace(markup=layer)


def refuse_gone(layer: Gimp.Layer) -> None:
    """Refuse to go on with a layer that is no longer there.

    Raises
    ------
    Problem
        If the user deleted it, or closed the image.
    """
    if not layer.is_valid():
        raise Problem(
            _("The layer was deleted meanwhile, or its image was closed."),
            _("Undo, or open the image, and try again."),
            "layer_gone",
        )


def refuse_private(layer: Gimp.Layer, mark: str) -> None:
    """Refuse to send a layer that the user marked.

    Raises
    ------
    Problem
        If its name, or that of a group around it, begins with the mark.
    """
    if is_private(layer, mark):
        raise Problem(
            _("The layer “{name}” is marked as private, so nothing was sent.").format(
                name=layer.get_name()
            ),
            _("Rename it, or change the mark in Filters ▸ Seamfill ▸ Settings."),
        )


def is_private(item: Gimp.Item, mark: str) -> bool:
    """Whether a layer's name, or that of a group around it, begins with the mark."""
    while mark and item is not None:
        if item.get_name().startswith(mark):
            return True
        item = item.get_parent()
    return False


def _refuse_image(image: Gimp.Image) -> None:
    if image is None or not image.is_valid():
        raise Problem(_("There is no image."), _("Open one and try again."))
    if image.get_floating_sel() is not None:
        raise Problem(
            _("A floating selection is in the way."),
            _("Anchor it, or make it a new layer, and try again."),
        )
    if image.get_base_type() == Gimp.ImageBaseType.INDEXED:
        raise Problem(
            _("This image is indexed: its palette has no room for new colours."),
            _("Convert it with Image ▸ Mode ▸ RGB and try again."),
            "indexed",
        )


def _visible(image: Gimp.Image, private: str) -> Subject:
    size = Size(image.get_width(), image.get_height())
    _ok, selected, left, top, right, bottom = Gimp.Selection.bounds(image)
    bounds = Box(left, top, right - left, bottom - top) if selected else None
    return Subject(image, None, (0, 0), size, bounds, private)


def _all_of(layer: Gimp.Layer) -> Subject:
    _ok, x, y = layer.get_offsets()
    size = Size(layer.get_width(), layer.get_height())
    return Subject(layer.get_image(), layer, (x, y), size, None)


def _layer(image: Gimp.Image, drawables: "list[Gimp.Drawable]") -> Gimp.Layer:
    if len(drawables) > 1:
        raise Problem(
            _("Several layers are chosen, and one edit takes one."),
            _("Choose one layer in the Layers dialog, or a group that holds them."),
        )
    layer = drawables[0] if drawables else None
    if isinstance(layer, Gimp.LayerMask):
        layer = Gimp.Layer.from_mask(layer)
    if isinstance(layer, Gimp.Channel):
        raise Problem(
            _("A channel is active, and only layers can be edited."),
            _("Click a layer in the Layers dialog and try again."),
        )
    if not isinstance(layer, Gimp.Layer) or not layer.is_valid():
        raise Problem(_("No layer is active."), _("Choose one in the Layers dialog."))
    if layer.get_image() != image:
        raise Problem(_("The layer belongs to another image."), _("Pass a layer of this image."))
    return layer
