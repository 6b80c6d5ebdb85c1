"""The window of Recover Results: answers in the journal, as pictures, and where they belong."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gi.repository import GdkPixbuf, Gimp, GimpUi, GLib, Gtk, Pango

from dialogs.fitting import Fitting
from dialogs.thumbnails import SIDE, Thumbnail, Thumbnails
from dialogs.widgets import dimmed, named, screen_side
from edits import recovery
from edits.intents import said
from errors import Cancelled, Problem
from text.i18n import _
from worker.client import Failure, Worker
from worker.journal_messages import PICTURES, PicturesAnswer, PicturesParams
from worker.messages import JournalEntry

if TYPE_CHECKING:
    import canvas

__all__ = ["choose_entry"]

OPEN = 1


def choose_entry(
    worker: Worker,
    image: Gimp.Image,
    drawables: "list[Gimp.Drawable]",
    entries: "tuple[JournalEntry, ...]",
) -> "tuple[canvas.Subject, JournalEntry]":
    """Let the user choose one of the journal's entries, and where it goes.

    Returns
    -------
    canvas.Subject, JournalEntry
        The image that was open, or the one that the answers are of.

    Raises
    ------
    Cancelled
        If none was chosen.
    Problem
        If the image that they are of cannot be opened.
    """
    choosing = Choosing(worker, image, drawables, entries)
    try:
        response = choosing.window.run()
        entry = choosing.entry
    finally:
        choosing.close()
    if response == OPEN and entry is not None:
        opened = _opened(recovery.home_of(entry))
        return recovery.place_of(opened, opened.get_selected_layers(), entry), entry
    if response != Gtk.ResponseType.OK or entry is None:
        raise Cancelled
    return recovery.place_of(image, drawables, entry), entry


class Choosing:
    """The window: entries above, the pictures of one of them beneath.

    Parameters
    ----------
    worker : Worker
    image : Gimp.Image
    drawables : list of Gimp.Drawable
        What is active in it.
    entries : tuple of JournalEntry
    """

    def __init__(
        self,
        worker: Worker,
        image: Gimp.Image,
        drawables: "list[Gimp.Drawable]",
        entries: "tuple[JournalEntry, ...]",
    ) -> None:
        self._worker, self._image, self._drawables = worker, image, drawables
        self._entries = entries
        self._closed = False
        self.entry: JournalEntry | None = None
        self.window = GimpUi.Dialog(title=_("Recover Results"), role="seamfill-recover")
        self.window.add_button(_("_Cancel"), Gtk.ResponseType.CANCEL)
        self._open = self.window.add_button(_("_Open Its Image"), OPEN)
        self._insert = self.window.add_button(_("_Insert as Layers"), Gtk.ResponseType.OK)
        self.window.set_default_response(Gtk.ResponseType.OK)
        self._thumbnails = Thumbnails(lambda _number: None, lambda _number: None)
        self._about = Gtk.Label(xalign=0.0, wrap=True, max_width_chars=48, selectable=True)
        self._warning = Gtk.InfoBar(message_type=Gtk.MessageType.WARNING, no_show_all=True)
        self._warned = Gtk.Label(xalign=0.0, wrap=True, max_width_chars=44)
        self._build()

    def close(self) -> None:
        """Remove the window."""
        self._closed = True
        self.window.destroy()

    def _build(self) -> None:
        self._warning.get_content_area().add(self._warned)
        self._warned.show()
        rows = named(Gtk.ListBox(), _("Answers in the journal"))
        for entry in self._entries:
            rows.add(_row(entry))
        rows.connect("row-selected", self._selected)
        rows.connect("row-activated", lambda *_: self.window.response(Gtk.ResponseType.OK))
        scrolled = Gtk.ScrolledWindow(shadow_type=Gtk.ShadowType.IN)
        scrolled.set_policy(Gtk.PolicyType.NEVER, Gtk.PolicyType.AUTOMATIC)
        scrolled.set_size_request(420, 170)
        scrolled.add(rows)
        inner = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6, border_width=12)
        for part in (scrolled, self._warning, self._about, self._thumbnails.widget):
            inner.pack_start(part, False, False, 0)
        fitting = Fitting(inner)
        fitting.show_all()
        self.window.get_content_area().pack_start(fitting, True, True, 0)
        unused = [n for n, entry in enumerate(self._entries) if entry.state == "answered"]
        rows.select_row(rows.get_row_at_index(unused[0] if unused else 0))
        rows.get_selected_row().grab_focus()

    def _selected(self, _rows: Gtk.ListBox, row: "Gtk.ListBoxRow | None") -> None:
        self.entry = None if row is None else self._entries[row.get_index()]
        self._thumbnails.show([], 0)
        self._warning.hide()
        entry = self.entry
        if entry is None:
            return
        parts = (said(entry.prompt) and f"“{entry.prompt}”", entry.model or entry.endpoint)
        self._about.set_text("\n".join(filter(None, parts)))
        self._insert.set_sensitive(entry.answers > 0)
        self._open.set_visible(False)
        if entry.answers:
            side = screen_side(self._about, SIDE)
            params = PicturesParams(entry.journal, side, str(self._worker.folder))

            def arrived(answer: "PicturesAnswer | None", _error: Failure) -> None:
                if answer is not None and self.entry is entry and not self._closed:
                    self._show(answer)

            self._worker.request(PICTURES, params, arrived)
            self._warn(entry)

    def _show(self, answer: PicturesAnswer) -> None:
        shown = [_thumbnail(answer.before, _("Original"), _("Original"))]
        for number, path in enumerate(answer.answers, 1):
            name = _("Variation {number}").format(number=number)
            shown.append(_thumbnail(path, name, str(number)))
        self._thumbnails.show(shown, min(1, len(shown) - 1))

    def _warn(self, entry: JournalEntry) -> None:
        """Say where the open image is not the one that was sent, and offer that one."""
        try:
            subject = recovery.place_of(self._image, self._drawables, entry)
            fits = recovery.is_of(self._worker, subject, entry)
        except Problem:  # which inserting says better
            return
        if self._closed or self.entry is not entry:
            return
        self._warning.set_visible(not fits)
        self._open.set_visible(not fits and recovery.home_of(entry) is not None)
        name = Path(entry.origin).name
        text = _("The open image does not look like the one that was sent.")
        if name:
            text += " " + _("That was “{name}”.").format(name=name)
        self._warned.set_text(text)


def _row(entry: JournalEntry) -> Gtk.Widget:
    states = {
        "answered": _("Not used yet"),
        "sent": _("No answer yet"),
        "used": _("Used before"),
    }
    begun = datetime.fromisoformat(entry.begun).astimezone().strftime("%x %X")
    name = Path(entry.origin).name
    state = states.get(entry.state, entry.state)
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, border_width=6)
    first = Gtk.Label(label=" · ".join(filter(None, (begun, name, state))), xalign=0.0)
    first.set_ellipsize(Pango.EllipsizeMode.MIDDLE)
    second = Gtk.Label(
        label=said(entry.prompt) or "–", xalign=0.0, ellipsize=Pango.EllipsizeMode.END
    )
    box.pack_start(first, False, False, 0)
    box.pack_start(dimmed(second), False, False, 0)
    row = Gtk.ListBoxRow()
    row.add(box)
    return named(row, f"{begun}, {entry.prompt}")


def _thumbnail(path: str, name: str, label: str) -> Thumbnail:
    try:
        picture = GdkPixbuf.Pixbuf.new_from_file(path)
    except GLib.Error:  # a picture is not worth a message
        picture = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, True, 8, 1, 1)
        picture.fill(0)
    return Thumbnail(picture, name, label)


def _opened(path: "Path | None") -> Gimp.Image:
    from gi.repository import Gio

    file = None if path is None else Gio.File.new_for_path(str(path))
    image = file and Gimp.file_load(Gimp.RunMode.INTERACTIVE, file)
    if not image:
        raise Problem(_("The image cannot be opened."), _("Open it yourself, and try again."))
    Gimp.Display.new(image)
    return image
