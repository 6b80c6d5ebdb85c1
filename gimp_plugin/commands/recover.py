"""Recover Results: answers that arrived and are in no image yet."""

from gi.repository import Gimp

import canvas
from commands.arguments import PLAIN
from commands.frame import Call, Command
from edits import recovery
from errors import Problem
from text.i18n import _
from worker.messages import ENTRIES, JournalEntry, Nothing

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
    canvas.examine(call.image, call.drawables)  # what takes no layers is refused first
    entries = call.worker.call(ENTRIES, Nothing()).entries
    if call.interactive and entries:
        subject, entry = _ask(call, entries)
    else:
        entry = _wanted(entries, call.config.get_property("journal"))
        subject = recovery.place_of(call.image, call.drawables, entry)
        if not recovery.is_of(call.worker, subject, entry):
            Gimp.message(_("The image does not look like the one that was sent."))
    layers = recovery.insert(call.worker, subject, entry)
    if call.interactive:
        subject.image.set_selected_layers(layers[:1])  # a panel shows them as its results
    return layers


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


def _ask(call: Call, entries: "tuple[JournalEntry, ...]") -> "tuple[canvas.Subject, JournalEntry]":
    from dialogs import display

    display.begin()
    from dialogs.recover import choose_entry

    return choose_entry(call.worker, call.image, call.drawables, entries)
