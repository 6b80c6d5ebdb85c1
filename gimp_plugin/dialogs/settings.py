"""The dialog of Settings."""

from contextlib import suppress

from gi.repository import Gimp, GimpUi, GLib, Gtk

from dialogs import doctor
from dialogs.fitting import Fitting
from dialogs.key_storing import place_of, store
from dialogs.server_list import ServerList
from dialogs.widgets import Rows, framed, help_link, label_of, tip_of
from errors import Cancelled, Problem, WorkerLost
from text.i18n import _
from user import kept
from worker.choices import Choices
from worker.client import Failure, Worker
from worker.messages import (
    DELETE_KEY,
    DESCRIBE,
    DeleteKeyParams,
    Description,
    Nothing,
    SetKeyParams,
)

__all__ = ["change", "open_settings"]


def open_settings(worker: Worker) -> None:
    """Show Settings from another window of Seamfill's; nothing is said if they are cancelled."""
    procedure = Gimp.get_pdb().lookup_procedure("plug-in-seamfill-settings")
    with suppress(Cancelled):
        change(procedure, procedure.create_config(), worker)


def change(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, worker: Worker) -> None:
    """Show the dialog; keys and servers are kept at once, the rest where the user agrees.

    Raises
    ------
    Cancelled
        If the user does not keep the changes.
    """
    kept.tell(config)
    dialog = GimpUi.ProcedureDialog.new(procedure, config, _("Seamfill Settings"))
    dialog.set_ok_label(_("_OK"))
    keys = Keys(dialog, worker)
    servers = ServerList(dialog, worker, keys.refresh)
    content = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
    preferences, check = _preferences(procedure, config), doctor.button(dialog)
    for part in (keys.widget, servers.widget, preferences, check, help_link("settings")):
        content.pack_start(part, False, False, 0)
    fitting = Fitting(content)
    fitting.show_all()
    dialog.get_content_area().pack_start(fitting, True, True, 0)
    go_on = dialog.run()
    while go_on and not keys.store():
        fitting.to_top()  # where it says why
        go_on = dialog.run()
    dialog.destroy()
    if not go_on:
        raise Cancelled
    kept.keep(config)
    if keys.place == "file":
        Gimp.message(place_of("file"))


def _preferences(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig) -> Gtk.Widget:
    rows = Rows()
    for name in ("keep-prompts", "prompts-in-layers"):
        rows.add_wide(GimpUi.prop_check_button_new(config, name, label_of(procedure, name)))
    mark = GimpUi.prop_entry_new(config, "private-mark", -1)
    limit = GimpUi.prop_spin_button_new(config, "cost-limit", 0.05, 1, 2)
    for name, widget in (("private-mark", mark), ("cost-limit", limit)):
        rows.add(label_of(procedure, name), widget, tip_of(procedure, name))
    return framed(_("Prompts, privacy and cost"), rows.grid)


class Keys:
    """Stores and deletes the keys of endpoints; never shows one.

    Parameters
    ----------
    window : Gtk.Window
        Which a question belongs to.
    worker : Worker
        Which passes them to the keyring.
    """

    def __init__(self, window: Gtk.Window, worker: Worker) -> None:
        self.place = ""
        """Where the last key was stored: in the ``keyring`` or in a ``file``; empty for none."""
        self._window = window
        self._worker = worker
        self._choices = Choices()
        self._endpoint = Gtk.ComboBoxText()
        self._endpoint.connect("changed", lambda _box: self._show_state())
        self._key = Gtk.Entry(visibility=False, input_purpose=Gtk.InputPurpose.PASSWORD)
        self._key.connect("changed", lambda _entry: self._allow())
        self._key.connect("activate", lambda _entry: self.store())
        self._state = Gtk.Label(xalign=0.0, wrap=True, max_width_chars=50)
        self._store = Gtk.Button.new_with_mnemonic(_("_Store Key"))
        self._store.connect("clicked", lambda _button: self.store())
        self._delete = Gtk.Button.new_with_mnemonic(_("_Delete Key"))
        self._delete.connect("clicked", lambda _button: self._forget())
        self.widget = self._built()
        self.refresh()

    def store(self) -> bool:
        """Store what is typed, if anything is; say where it is, or what went wrong.

        Returns
        -------
        bool
            Whether nothing that was typed is left to store.
        """
        endpoint, key = self._endpoint.get_active_id(), self._key.get_text().strip()
        if not key:
            return True
        self._let_use(False)  # the keyring may ask for its own password meanwhile
        try:
            self.place = store(self._worker, self._window, SetKeyParams(endpoint, key))
        except Problem as problem:
            self._tell(problem)
            if isinstance(problem, WorkerLost):
                self._worker.restart()
            return False
        except Cancelled:
            self._state.set_text(_("The key was not stored."))
            return False
        finally:
            self._let_use(True)
        self._key.set_text("")
        self.refresh(place_of(self.place))
        return True

    def _let_use(self, whether: bool) -> None:
        Gtk.Widget.set_sensitive(self._window, whether)  # GIMP's dialogs have another of that name
        if whether:
            self._key.grab_focus()

    def _built(self) -> Gtk.Widget:
        rows = Rows()
        rows.add(_("_Endpoint"), self._endpoint)
        tip = _(
            "Goes to the system's keyring, or into a file that only you can read where there is "
            "none; it is not shown again"
        )
        rows.add(_("API ke_y"), self._key, tip)
        buttons = Gtk.Box(spacing=6)
        buttons.pack_start(self._store, False, False, 0)
        buttons.pack_start(self._delete, False, False, 0)
        rows.add_wide(self._state)
        rows.add_wide(buttons)
        return framed(_("Keys"), rows.grid)

    def refresh(self, news: str = "") -> None:
        """Ask for the endpoints anew; `news` is said instead of whether there is a key."""

        def described(result: "Description | None", error: Failure) -> None:
            if isinstance(error, Problem):
                self._tell(error)
            elif error is None:
                self._offer(Choices(result))
                if news:
                    self._state.set_text(news)

        self._worker.request(DESCRIBE, Nothing(), described)

    def _offer(self, choices: Choices) -> None:
        chosen = self._endpoint.get_active_id()
        self._choices = choices
        self._endpoint.remove_all()
        names = []
        for name, title in choices.endpoints():
            if choices.endpoint(name).needs_key:
                self._endpoint.append(name, title)
                names.append(name)
        if names:
            self._endpoint.set_active_id(chosen if chosen in names else names[0])
        self._show_state()

    def _show_state(self) -> None:
        has_key = self._choices.endpoint(self._endpoint.get_active_id() or "").has_key
        self._state.set_text(
            _("There is a key for this endpoint, stored or in the environment.")
            if has_key
            else _("There is no key for this endpoint yet.")
        )
        self._delete.set_sensitive(bool(has_key))
        self._allow()

    def _tell(self, problem: Problem) -> None:
        self._state.set_markup(
            f"<b>{GLib.markup_escape_text(problem.message)}</b>\n"
            f"{GLib.markup_escape_text(problem.hint)}"
        )

    def _allow(self) -> None:
        entered = self._key.get_text().strip() and self._endpoint.get_active_id()
        self._store.set_sensitive(bool(entered))

    def _forget(self) -> None:
        def forgotten(_result: "Nothing | None", error: Failure) -> None:
            if isinstance(error, Problem):
                self._tell(error)
            else:
                self.refresh()

        endpoint = DeleteKeyParams(self._endpoint.get_active_id())
        self._worker.request(DELETE_KEY, endpoint, forgotten)
