"""Recover Results: answers that arrived and are in no image yet."""

from gi.repository import Gimp

import canvas
from commands.arguments import PLAIN
from commands.frame import Call, Command
from dialogs.question import agreed
from edits import names
from errors import Cancelled, Problem
from text.i18n import _
from worker.client import Worker
from worker.messages import (
    ENTRIES,
    REFIT,
    USED,
    JournalEntry,
    Nothing,
    RefitParams,
    Size,
    UsedParams,
)

__all__ = ["command"]


def command() -> Command:
    """Describe the command."""
    return Command(
        _("Re_cover Results…"),
        "document-revert",
        _("Put answers into the image that arrived but were not used"),
        _(
            "Every answer is kept in the journal before anything is done with it. Here those of "
            "edits that were interrupted become layers; nothing is sent and nothing is paid."
        ),
        _add_arguments,
        _run,
        converts=True,
    )


def _add_arguments(procedure: Gimp.Procedure) -> None:
    procedure.add_string_argument(
        "journal",
        _("_Journal entry"),
        _("Folder of the entry; empty for the newest that was not used"),
        "",
        PLAIN,
    )


def _run(call: Call) -> "list[Gimp.Layer]":
    whole = canvas.examine(call.image, call.drawables)
    entries = call.worker.call(ENTRIES, Nothing()).entries
    if call.interactive and entries:
        entry = _ask(entries)
    else:
        entry = _wanted(entries, call.config.get_property("journal"))
    subject = _subject(whole, call.drawables, entry, call.interactive)
    return _recover(call.worker, subject, entry)


def _wanted(entries: "tuple[JournalEntry, ...]", journal: str) -> JournalEntry:
    if journal:
        found = [entry for entry in entries if entry.journal == journal]
    else:
        found = [entry for entry in entries if entry.state == "answered"]
    if not found:
        raise Problem(
            _("There are no results to recover."),
            _("Every answer that arrived is in an image already."),
        )
    return found[0]


def _ask(entries: "tuple[JournalEntry, ...]") -> JournalEntry:
    from dialogs import display

    display.begin()
    from dialogs.recover import choose_entry

    return choose_entry(entries)


def _subject(
    whole: canvas.Subject,
    drawables: "list[Gimp.Drawable]",
    entry: JournalEntry,
    interactive: bool,
) -> canvas.Subject:
    """Find where the answers belong: over a layer of the size they were made for, or the image.

    They go on top, where they are seen.

    Raises
    ------
    Cancelled
        If they were made for an image of another size, and the user does not want them here.
    """
    size = entry.source_size
    for layer in drawables:
        if isinstance(layer, Gimp.Layer) and (layer.get_width(), layer.get_height()) == size:
            _ok, x, y = layer.get_offsets()
            return whole._replace(offset=(x, y))
    if size != whole.size:
        _warn(size, whole.size, interactive)
    return whole


def _warn(size: Size, here: Size, interactive: bool) -> None:
    """Warn that an answer may be another image's; a script only hears of it."""
    made_for, this = (f"{width}\u00a0×\u00a0{height}" for width, height in (size, here))
    text = _("This answer was made for {size} pixels, and the image has {other}.").format(
        size=made_for, other=this
    )
    if not interactive:
        Gimp.message(text)
    elif not agreed(
        _("Recover Results"), text, _("It may belong to another image."), _("_Insert Anyway")
    ):
        raise Cancelled


def _recover(worker: Worker, subject: canvas.Subject, entry: JournalEntry) -> "list[Gimp.Layer]":
    where = (str(worker.folder), subject.patch_format)
    answer = worker.call(REFIT, RefitParams(entry.journal, None, {}, *where))
    name, recipe = names.layer_name(entry.prompt), canvas.Recipe({}, entry.journal)
    layers = canvas.insert(subject, answer.patches, name, recipe)
    worker.request(USED, UsedParams(entry.journal))
    return layers
