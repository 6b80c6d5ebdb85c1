"""Recover Results: answers that arrived and are in no image yet."""

from typing import Any

from gi.repository import Gimp

import canvas
from commands import convert
from commands.arguments import PLAIN, add_layers_returned, layers_returned
from dialogs.question import agreed
from edits import names
from errors import Cancelled, Problem
from text.i18n import _
from worker.client import Worker

__all__ = ["describe", "run"]


def describe(procedure: Gimp.Procedure) -> None:
    """Describe the command to GIMP."""
    procedure.set_menu_label(_("Re_cover Results…"))
    procedure.set_icon_name("document-revert")
    procedure.set_documentation(
        _("Put answers into the image that arrived but were not used"),
        _(
            "Every answer is kept in the journal before anything is done with it. Here those of "
            "edits that were interrupted become layers; nothing is sent and nothing is paid."
        ),
        None,
    )
    procedure.add_string_argument(
        "journal",
        _("_Journal entry"),
        _("Folder of the entry; empty for the newest that was not used"),
        "",
        PLAIN,
    )
    add_layers_returned(procedure)


def run(
    _procedure: Gimp.Procedure,
    run_mode: Gimp.RunMode,
    image: Gimp.Image,
    drawables: "list[Gimp.Drawable]",
    config: Gimp.ProcedureConfig,
) -> Gimp.ValueArray:
    """Run the command.

    Raises
    ------
    Problem, Cancelled
        If no layer was made; the image is as it was then.
    """
    with Worker() as worker:
        if run_mode == Gimp.RunMode.INTERACTIVE:
            convert.offer(image)
        whole = canvas.examine(image, drawables)
        entries = worker.call("entries", {})["entries"]
        if run_mode == Gimp.RunMode.INTERACTIVE and entries:
            entry = _ask(entries)
        else:
            entry = _wanted(entries, config.get_property("journal"))
        subject = _subject(whole, drawables, entry, run_mode)
        layers = _recover(worker, subject, entry)
    return layers_returned(image, layers, run_mode)


def _wanted(entries: "list[dict[str, Any]]", journal: str) -> "dict[str, Any]":
    if journal:
        found = [entry for entry in entries if entry["journal"] == journal]
    else:
        found = [entry for entry in entries if entry["state"] == "answered"]
    if not found:
        raise Problem(
            _("There are no results to recover."),
            _("Every answer that arrived is in an image already."),
        )
    return found[0]


def _ask(entries: "list[dict[str, Any]]") -> "dict[str, Any]":
    from dialogs import display

    display.begin()
    from dialogs.recover import choose_entry

    return choose_entry(entries)


def _subject(
    whole: canvas.Subject,
    drawables: "list[Gimp.Drawable]",
    entry: "dict[str, Any]",
    run_mode: Gimp.RunMode,
) -> canvas.Subject:
    """Find where the answers belong: over a layer of the size they were made for, or the image.

    They go on top, where they are seen.

    Raises
    ------
    Cancelled
        If they were made for an image of another size, and the user does not want them here.
    """
    size = tuple(entry["source_size"])
    for layer in drawables:
        if isinstance(layer, Gimp.Layer) and (layer.get_width(), layer.get_height()) == size:
            _ok, x, y = layer.get_offsets()
            return whole._replace(offset=(x, y))
    if size != whole.size:
        _warn(size, whole.size, run_mode)
    return whole


def _warn(size: "tuple[int, ...]", here: "tuple[int, int]", run_mode: Gimp.RunMode) -> None:
    """Warn that an answer may be another image's; a script only hears of it."""
    made_for, this = (f"{width}\u00a0×\u00a0{height}" for width, height in (size, here))
    text = _("This answer was made for {size} pixels, and the image has {other}.").format(
        size=made_for, other=this
    )
    if run_mode != Gimp.RunMode.INTERACTIVE:
        Gimp.message(text)
    elif not agreed(
        _("Recover Results"), text, _("It may belong to another image."), _("_Insert Anyway")
    ):
        raise Cancelled


def _recover(
    worker: Worker, subject: canvas.Subject, entry: "dict[str, Any]"
) -> "list[Gimp.Layer]":
    journal = {"journal": entry["journal"]}
    where = {"directory": str(worker.folder), "output": subject.patch_format}
    answer = worker.call("refit", {**journal, "options": {}, **where})
    about = {"recipe": {}, **journal}
    name = names.layer_name(entry.get("prompt", ""))
    layers = canvas.insert(subject, answer["patches"], name, about)
    worker.request("used", journal, lambda *_: None)
    return layers
