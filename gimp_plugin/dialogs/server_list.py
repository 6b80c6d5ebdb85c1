"""Servers of the user's own in Settings: added, changed, removed, found; and the default."""

from collections.abc import Callable
from functools import partial

from gi.repository import GLib, Gtk, Pango

from dialogs.server_editor import edit_server
from dialogs.widgets import Rows, dimmed, framed, later, named
from errors import Problem
from text.i18n import _
from worker.choices import NO_DESCRIPTION
from worker.client import Failure, Worker
from worker.messages import DESCRIBE, Description, EndpointDescription, Nothing
from worker.server_messages import (
    FIND_SERVERS,
    REMOVE_SERVER,
    SET_DEFAULT,
    FindServersParams,
    FoundServer,
    RemoveServerParams,
    ServersAnswer,
    SetDefaultParams,
)

__all__ = ["ServerList"]


class ServerList:
    """A list with a row for each server, what stands beside each, and the default endpoint.

    Parameters
    ----------
    window : Gtk.Window
        Which the editor belongs to.
    worker : Worker
    changed : callable
        Called when endpoints came or went.
    """

    def __init__(self, window: Gtk.Window, worker: Worker, changed: Callable[[], None]) -> None:
        self._window, self._worker, self._changed = window, worker, changed
        self._described = NO_DESCRIPTION
        self._offering = False
        self._default = Gtk.ComboBoxText()
        self._default.connect("changed", lambda _box: self._choose_default())
        self._rows = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self._state = Gtk.Label(xalign=0.0, wrap=True, max_width_chars=50, no_show_all=True)
        self.widget = self._built()
        self.refresh()

    def refresh(self) -> None:
        """Ask for the endpoints anew."""

        def arrived(described: "Description | None", error: Failure) -> None:
            if described is not None:
                self._offer(described)
            self._tell(error)

        self._worker.request(DESCRIBE, Nothing(), arrived)

    def _built(self) -> Gtk.Widget:
        rows = Rows()
        tip = _("Where edits go that name no endpoint; OPENAI_BASE_URL goes before it")
        rows.add(_("De_fault endpoint"), self._default, tip)
        rows.add_wide(self._rows)
        buttons = Gtk.Box(spacing=6)
        for label, pressed in (
            (_("_Add Server…"), lambda: self._edit(None)),
            (_("Find on This _Machine"), self._find),
        ):
            buttons.pack_start(_button(label, pressed), False, False, 0)
        rows.add_wide(buttons)
        rows.add_wide(self._state)
        return framed(_("Servers of your own"), rows.grid)

    def _offer(self, described: Description) -> None:
        self._described = described
        self._offering = True
        self._default.remove_all()
        self._default.append("", _("Chosen by Seamfill"))
        for endpoint in described.endpoints:
            if not endpoint.lacks:
                self._default.append(endpoint.name, endpoint.title)
        chosen = next((each.name for each in described.endpoints if each.default), "")
        self._default.set_active_id(chosen)
        self._offering = False
        for row in self._rows.get_children():
            self._rows.remove(row)
        for endpoint in described.endpoints:
            if endpoint.own:
                self._add_row(endpoint)

    def _add_row(self, endpoint: EndpointDescription) -> None:
        name = endpoint.name
        title = Gtk.Label(label=name, xalign=0.0, ellipsize=Pango.EllipsizeMode.END)
        place = Gtk.Label(label=endpoint.base_url, xalign=0.0, ellipsize=Pango.EllipsizeMode.END)
        texts = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
        texts.pack_start(title, False, False, 0)
        texts.pack_start(dimmed(place), False, False, 0)
        row = Gtk.Box(spacing=6)
        row.pack_start(texts, True, True, 0)
        for label, says, pressed in (
            (_("Edit…"), _("Edit {name}"), partial(self._edit, endpoint)),
            (_("Remove"), _("Remove {name}"), partial(self._remove, name)),
        ):
            button = _button(label, pressed)
            named(button, says.format(name=name))
            row.pack_start(button, False, False, 0)
        row.show_all()
        self._rows.pack_start(row, False, False, 0)

    def _edit(self, endpoint: "EndpointDescription | None") -> None:
        self._saved(edit_server(self._window, self._worker, self._described, endpoint))

    def _saved(self, said: "str | None") -> None:
        if said is None:
            return
        self.refresh()
        self._changed()
        self._say(said)

    def _remove(self, name: str) -> None:
        def removed(_answer: "Nothing | None", error: Failure) -> None:
            self._tell(error)
            self.refresh()
            self._changed()

        self._worker.request(REMOVE_SERVER, RemoveServerParams(name), removed)

    def _find(self) -> None:
        def found(answer: "ServersAnswer | None", error: Failure) -> None:
            if answer is not None:
                self._offer_found(answer.servers)
            self._tell(error)

        self._say(_("Looking…"))
        self._worker.request(FIND_SERVERS, FindServersParams(), found)

    def _offer_found(self, servers: "tuple[FoundServer, ...]") -> None:
        known = {endpoint.base_url for endpoint in self._described.endpoints if endpoint.own}
        new = [server for server in servers if server.base_url not in known]
        if not new:
            self._say(_("Nothing new that fills pictures answers on this machine's usual ports."))
        for server in new:
            label = _("Add {title} at {place}…").format(title=server.title, place=server.base_url)
            button = _button(label, partial(self._add_found, server))
            button.show()
            self._rows.pack_start(button, False, False, 0)
            self._state.hide()

    def _add_found(self, server: FoundServer) -> None:
        self._saved(edit_server(self._window, self._worker, self._described, None, server))

    def _choose_default(self) -> None:
        if self._offering:
            return
        params = SetDefaultParams(self._default.get_active_id() or "")
        self._worker.request(SET_DEFAULT, params, lambda _answer, error: self._tell(error))

    def _tell(self, error: Failure) -> None:
        if isinstance(error, Problem):
            self._state.set_markup(
                f"<b>{GLib.markup_escape_text(error.message)}</b>\n"
                f"{GLib.markup_escape_text(error.hint)}"
            )
            self._state.show()

    def _say(self, text: str) -> None:
        self._state.set_text(text)
        self._state.set_visible(bool(text))


def _button(label: str, pressed: Callable[[], None]) -> Gtk.Button:
    button = Gtk.Button.new_with_mnemonic(label)
    button.connect("clicked", later(pressed))
    return button
