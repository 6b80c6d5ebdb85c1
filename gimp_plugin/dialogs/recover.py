"""The list of answers that Recover Results offers."""

from datetime import datetime

from gi.repository import GimpUi, Gtk

from dialogs.widgets import named
from errors import Cancelled
from text.i18n import _
from worker.messages import JournalEntry

__all__ = ["choose_entry"]

COLUMNS = 4


def choose_entry(entries: "tuple[JournalEntry, ...]") -> JournalEntry:
    """Let the user choose one of the journal's entries.

    Raises
    ------
    Cancelled
        If none was chosen.
    """
    dialog = GimpUi.Dialog(title=_("Recover Results"), role="seamfill-recover")
    dialog.add_button(_("_Cancel"), Gtk.ResponseType.CANCEL)
    dialog.add_button(_("_Insert as Layers"), Gtk.ResponseType.OK)
    dialog.set_default_response(Gtk.ResponseType.OK)
    view = _view(entries)
    view.connect("row-activated", lambda *_: dialog.response(Gtk.ResponseType.OK))
    scrolled = Gtk.ScrolledWindow(shadow_type=Gtk.ShadowType.IN, border_width=12)
    scrolled.set_size_request(640, 280)
    scrolled.add(view)
    scrolled.show_all()
    dialog.get_content_area().pack_start(scrolled, True, True, 0)
    response = dialog.run()
    _model, row = view.get_selection().get_selected()
    index = -1 if row is None else int(view.get_model().get_path(row).get_indices()[0])
    dialog.destroy()
    if response != Gtk.ResponseType.OK or index < 0:
        raise Cancelled
    return entries[index]


def _view(entries: "tuple[JournalEntry, ...]") -> Gtk.TreeView:
    states = {
        "answered": _("Not used yet"),
        "sent": _("No answer yet"),
        "used": _("Used before"),
    }
    store = Gtk.ListStore(*[str] * COLUMNS)
    for entry in entries:
        begun = datetime.fromisoformat(entry.begun).astimezone()
        store.append(
            (
                begun.strftime("%x %H:%M"),
                entry.prompt or "–",
                entry.model or entry.endpoint or "–",
                states.get(entry.state, entry.state),
            )
        )
    view = named(Gtk.TreeView(model=store), _("Answers in the journal"))
    for number, title in enumerate((_("When"), _("Prompt"), _("Model"), _("State"))):
        text = Gtk.CellRendererText() if number == 0 else Gtk.CellRendererText(ellipsize=3)
        column = Gtk.TreeViewColumn(title, text, text=number)  # the time is shown in full
        column.set_resizable(True)
        column.set_expand(number == 1)
        column.set_min_width(110)
        view.append_column(column)
    unused = [n for n, entry in enumerate(entries) if entry.state == "answered"]
    view.set_cursor(Gtk.TreePath.new_from_indices([unused[0] if unused else 0]))
    return view
