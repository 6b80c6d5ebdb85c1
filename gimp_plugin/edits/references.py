"""What goes along with the picture: references, and markup; named by layer or by file."""

from pathlib import Path
from typing import NamedTuple

from gi.repository import Gimp

import canvas
from errors import Problem
from text.i18n import _
from user import parasites
from worker.messages import Options
from worker.parse import NotAsExpected, parse

__all__ = ["forget", "layers", "named_layer", "recall", "remember", "with_markup", "written"]

SESSION = "seamfill-along"
"""A parasite that is not saved: what goes along belongs to one image and one session."""


class Along(NamedTuple):
    """What goes along with edits of an image, and the image's own number.

    The arguments of the same names say it; a copy of an image has copies of its parasites, and
    another number.
    """

    image: int
    references: "tuple[str, ...]"
    markup: str


SIDE = 2048
"""The longest side of a layer that goes along, in pixels; models look at no more of it."""


def forget(config: Gimp.ProcedureConfig) -> None:
    """Let nothing go along, whatever did with the last edit."""
    config.set_property("references", [])
    config.set_property("markup", "")


def recall(image: Gimp.Image, config: Gimp.ProcedureConfig) -> None:
    """Let what went along with an image's last edit go along again, if it is still there."""
    forget(config)
    try:
        kept = parse(Along, parasites.find(image, SESSION))
    except NotAsExpected:  # there is none
        return
    if kept.image != image.get_id():
        return
    config.set_property("references", [name for name in kept.references if _there(image, name)])
    if named_layer(image, kept.markup) is not None:
        config.set_property("markup", kept.markup)


def remember(image: Gimp.Image, config: Gimp.ProcedureConfig) -> None:
    """Take note of what goes along with an edit of an image."""
    if image.is_valid():  # or GIMP would complain to the user
        names = tuple(config.get_property("references") or ())
        along = Along(image.get_id(), names, config.get_property("markup") or "")
        parasites.attach(image, SESSION, along._asdict())


def _there(image: Gimp.Image, name: str) -> bool:
    return named_layer(image, name) is not None or Path(name).is_file()


def layers(image: Gimp.Image) -> "list[Gimp.Layer]":
    """List all layers of an image that have pixels, those within groups too, from the top."""
    found = []
    waiting = list(image.get_layers())
    while waiting:
        layer = waiting.pop(0)
        if layer.is_group():
            waiting[:0] = layer.get_children()
        else:
            found.append(layer)
    return found


def named_layer(image: Gimp.Image, name: str) -> "Gimp.Layer | None":
    """Find a layer by its name; names are unique in an image of GIMP's."""
    return next((layer for layer in layers(image) if layer.get_name() == name), None)


def with_markup(subject: canvas.Subject, name: str) -> canvas.Subject:
    """Let the layer of that name go along as markup; none for an empty name.

    Raises
    ------
    Problem
        If there is no such layer, or it cannot be sent.
    """
    if not name:
        return subject
    layer = named_layer(subject.image, name)
    if layer is None:
        raise Problem(
            _("There is no layer “{name}” for the markup.").format(name=name),
            _("Check the name in the Layers dialog."),
        )
    return canvas.with_markup(subject, layer)


def written(subject: canvas.Subject, options: Options, folder: Path, anew: bool = True) -> Options:
    """Put paths of files in the place of references' names.

    Parameters
    ----------
    subject : canvas.Subject
        What is edited.
    options : dict
        See docs/worker.md; ``references`` are names of layers or paths of files.
    folder : Path
        Where files of layers go.
    anew : bool
        Whether layers that were written before are written once more, as for a plan they need not
        be.

    Raises
    ------
    Problem
        If there is neither a layer nor a file of that name, or it may not be sent.
    """
    names = options.get("references")
    if not isinstance(names, list) or not names:
        return options
    return {**options, "references": [str(_written(subject, n, folder, anew)) for n in names]}


def _written(subject: canvas.Subject, name: str, folder: Path, anew: bool) -> Path:
    layer = named_layer(subject.image, name)
    if layer is None:
        file = Path(name).expanduser()
        if not file.is_file():
            raise Problem(
                _("There is neither a layer nor a file “{name}”.").format(name=name),
                _("Check the references."),
            )
        return file.absolute()
    path = folder / f"reference-{layer.get_id()}.png"
    if anew or not path.exists():
        canvas.write_picture(layer, subject.private, SIDE, path)
    return path
