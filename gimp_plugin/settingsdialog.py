"""The dialog of Settings."""

from typing import Any

from gi.repository import Gimp, GimpUi, Gtk

from choices import Choices
from errors import Cancelled, Problem
from i18n import _
from widgets import Rows, help_link
from worker import Worker

__all__ = ["ask"]


def ask(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, worker: Worker) -> None:
    """Show the dialog; keys are stored at once, the rest is in the arguments afterwards.

    Raises
    ------
    Cancelled
        If the user does not keep the changes.
    """
    dialog = GimpUi.ProcedureDialog.new(procedure, config, _("Seamfill Settings"))
    dialog.set_ok_label(_("_OK"))
    keys = Keys(worker)
    link = help_link("settings")
    link.show()
    for frame in (keys.widget, _preferences(config), link):
        dialog.get_content_area().pack_start(frame, False, False, 0)
    go_on = dialog.run()
    dialog.destroy()
    if not go_on:
        raise Cancelled


def _preferences(config: Gimp.ProcedureConfig) -> Gtk.Widget:
    rows = Rows()
    for name, text in (
        ("keep-prompts", _("_Keep a history of prompts in a file that only you can read")),
        ("prompts-in-layers", _("Save the _prompt with each layer, and so in saved images")),
    ):
        rows.add_wide(GimpUi.prop_check_button_new(config, name, text))
    mark = GimpUi.prop_entry_new(config, "private-mark", -1)
    tip = _("Such as #; leave it empty to let all layers be sent")
    rows.add(_("_Never send layers whose name begins with"), mark, tip)
    limit = GimpUi.prop_spin_button_new(config, "cost-limit", 0.05, 1, 2)
    rows.add(_("As_k before an edit that costs more than (USD)"), limit, _("0 for never"))
    return _framed(_("Prompts, privacy and cost"), rows.grid)


def _framed(title: str, widget: Gtk.Widget) -> Gtk.Widget:
    frame = GimpUi.Frame.new(title)
    frame.set_border_width(12)
    frame.add(widget)
    frame.show_all()
    return frame


class Keys:
    """Stores and deletes the keys of endpoints; never shows one.

    Parameters
    ----------
    worker : Worker
        Which passes them to the keyring.
    """

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._choices = Choices()
        self._endpoint = Gtk.ComboBoxText()
        self._endpoint.connect("changed", lambda _box: self._show_state())
        self._key = Gtk.Entry(visibility=False, input_purpose=Gtk.InputPurpose.PASSWORD)
        self._key.connect("changed", lambda _entry: self._allow())
        self._state = Gtk.Label(xalign=0.0, wrap=True, max_width_chars=50)
        self._store = Gtk.Button.new_with_mnemonic(_("_Store Key"))
        self._store.connect("clicked", lambda _button: self._set())
        self._delete = Gtk.Button.new_with_mnemonic(_("_Delete Key"))
        self._delete.connect("clicked", lambda _button: self._forget())
        self.widget = self._built()
        self._refresh()

    def _built(self) -> Gtk.Widget:
        rows = Rows()
        rows.add(_("_Endpoint"), self._endpoint)
        rows.add(
            _("API ke_y"), self._key, _("Goes to the system's keyring, and is not shown again")
        )
        buttons = Gtk.Box(spacing=6)
        buttons.pack_start(self._store, False, False, 0)
        buttons.pack_start(self._delete, False, False, 0)
        rows.add_wide(self._state)
        rows.add_wide(buttons)
        return _framed(_("Keys"), rows.grid)

    def _refresh(self) -> None:
        self._worker.request("describe", {}, self._described)

    def _described(self, described: Any, error: "Problem | Cancelled | None") -> None:
        if error is not None:
            self._state.set_text(str(error))
            return
        chosen = self._endpoint.get_active_id()
        self._choices = Choices(described)
        self._endpoint.remove_all()
        names = []
        for name, title in self._choices.endpoints():
            if self._choices.endpoint(name).get("needs_key"):
                self._endpoint.append(name, title)
                names.append(name)
        if names:
            self._endpoint.set_active_id(chosen if chosen in names else names[0])
        self._show_state()

    def _show_state(self) -> None:
        has_key = self._choices.endpoint(self._endpoint.get_active_id() or "").get("has_key")
        self._state.set_text(
            _("There is a key for this endpoint, stored or in the environment.")
            if has_key
            else _("There is no key for this endpoint yet.")
        )
        self._delete.set_sensitive(bool(has_key))
        self._allow()

    def _allow(self) -> None:
        entered = self._key.get_text().strip() and self._endpoint.get_active_id()
        self._store.set_sensitive(bool(entered))

    def _set(self) -> None:
        key = {"endpoint": self._endpoint.get_active_id(), "key": self._key.get_text().strip()}
        self._key.set_text("")
        self._worker.request("set_key", key, self._changed)

    def _forget(self) -> None:
        endpoint = {"endpoint": self._endpoint.get_active_id()}
        self._worker.request("delete_key", endpoint, self._changed)

    def _changed(self, _result: Any, error: "Problem | Cancelled | None") -> None:
        if error is not None:
            self._state.set_text(str(error))
        else:
            self._refresh()
