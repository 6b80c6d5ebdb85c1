"""One server of the user's own: where it is, what it is, its key, and what is asked of it first."""

from contextlib import suppress

from gi.repository import GimpUi, GLib, Gtk

from dialogs.fitting import Fitting
from dialogs.key_storing import place_of, store
from dialogs.widgets import Rows
from errors import Cancelled, Problem
from text.i18n import _
from worker.client import Worker
from worker.messages import Description, EndpointDescription, SetKeyParams
from worker.server_messages import EXAMINE_SERVER, SET_SERVER, FoundServer, ServerParams

__all__ = ["edit_server"]

TEST = 1
"""Response of the button that asks the server."""


def edit_server(
    window: Gtk.Window,
    worker: Worker,
    described: Description,
    endpoint: "EndpointDescription | None" = None,
    found: "FoundServer | None" = None,
) -> "str | None":
    """Let the user say what a server is.

    Parameters
    ----------
    window : Gtk.Window
        Which the editor belongs to.
    worker : Worker
    described : Description
        What can be chosen.
    endpoint : EndpointDescription, optional
        The server that is changed; a new one when omitted.
    found : FoundServer, optional
        What a new one said of itself.

    Returns
    -------
    str or None
        What to tell the user; None if nothing was changed.
    """
    editor = ServerEditor(window, worker, described)
    if endpoint is not None:
        editor.show(_said(endpoint), fixed=True)
    elif found is not None:
        _base, kind, title, models, model = found
        editor.show(ServerParams(title, found.base_url, kind, models, model or None))
    try:
        return editor.run()
    finally:
        editor.close()


def _said(endpoint: EndpointDescription) -> ServerParams:
    return ServerParams(
        endpoint.name,
        endpoint.base_url or "",
        endpoint.kind or "",
        tuple(model.name for model in endpoint.models),
        endpoint.default_model or None,
        endpoint.timeout,
        endpoint.ca,
        endpoint.price_usd,
        endpoint.allow_http,
    )


class ServerEditor:
    """A window with a field for each thing; what is not said is asked of the server.

    Parameters
    ----------
    window, worker, described
        See `edit_server`.
    """

    def __init__(self, window: Gtk.Window, worker: Worker, described: Description) -> None:
        self._worker = worker
        self._models: tuple[str, ...] = ()
        self._window = GimpUi.Dialog(title=_("Server"), role="seamfill-server")
        self._window.set_transient_for(window)
        self._window.set_modal(True)
        for label, response in (
            (_("_Test"), TEST),
            (_("_Cancel"), Gtk.ResponseType.CANCEL),
            (_("_Save"), Gtk.ResponseType.OK),
        ):
            self._window.add_button(label, response)
        self._window.set_default_response(Gtk.ResponseType.OK)
        self._name, self._place = (Gtk.Entry(activates_default=True) for _field in range(2))
        self._key = Gtk.Entry(visibility=False, input_purpose=Gtk.InputPurpose.PASSWORD)
        self._key.set_activates_default(True)
        self._kind = Gtk.ComboBoxText()
        self._kind.append("", _("As it says itself"))
        for kind in described.kinds:
            self._kind.append(kind.name, kind.title)
        self._kind.set_active(0)
        self._model = Gtk.ComboBoxText.new_with_entry()
        self._timeout = Gtk.SpinButton.new_with_range(0, 86_400, 30)
        self._price = Gtk.Entry(placeholder_text=_("Not known"))
        self._ca = Gtk.Entry(placeholder_text=_("Those of this system"))
        self._openly = Gtk.CheckButton.new_with_mnemonic(_("The key may travel _unencrypted"))
        self._state = Gtk.Label(xalign=0.0, wrap=True, max_width_chars=44)
        self._build()

    def show(self, server: ServerParams, *, fixed: bool = False) -> None:
        """Fill in what is known of a server; `fixed` for one that has its name already."""
        self._name.set_text(server.name)
        self._name.set_sensitive(not fixed)
        self._place.set_text(server.base_url)
        self._kind.set_active_id(server.kind)
        self._timeout.set_value(server.timeout or 0)
        self._price.set_text("" if server.price_usd is None else f"{server.price_usd:g}")
        self._ca.set_text(server.ca or "")
        self._openly.set_active(server.allow_http)
        self._offer(server.models, server.default_model or "")

    def run(self) -> "str | None":
        """Wait until it is saved, or not."""
        while True:
            response = self._window.run()
            if response not in (TEST, Gtk.ResponseType.OK):
                return None
            self._window.set_sensitive(False)
            with suppress(Problem, Cancelled):
                said = self._examined()
                if response == Gtk.ResponseType.OK:
                    return self._saved(said)
            self._window.set_sensitive(True)

    def close(self) -> None:
        """Remove the window."""
        self._window.destroy()

    def _build(self) -> None:
        rows = Rows()
        rows.add(_("_Name"), self._name)
        rows.add(_("A_ddress"), self._place, _("Such as http://127.0.0.1:8080"))
        rows.add(_("_Kind"), self._kind, _("Which dialect it speaks"))
        rows.add(_("API ke_y"), self._key, _("Left as it is where nothing is typed"))
        rows.add(_("_Model"), self._model, _("For edits that name none"))
        rows.add(_("T_ime-out (s)"), self._timeout, _("0 for what is usual"))
        rows.add(_("_Price of an answer (USD)"), self._price)
        rows.add(_("Certi_ficates"), self._ca, _("A file of those to trust, besides none else"))
        rows.add_wide(self._openly)
        rows.add_wide(self._state)
        rows.grid.set_border_width(12)
        fitting = Fitting(rows.grid)
        fitting.show_all()
        self._window.get_content_area().pack_start(fitting, True, True, 0)
        self._name.grab_focus()

    def _typed(self) -> ServerParams:
        """Tell what is in the fields.

        Raises
        ------
        Problem
            If the price is no number.
        """
        price = self._price.get_text().strip().replace(",", ".")
        try:
            dollars = float(price) if price else None
        except ValueError:
            raise self._told(Problem(_("The price is no number."), _("Such as 0.02."))) from None
        return ServerParams(
            self._name.get_text().strip(),
            self._place.get_text().strip(),
            self._kind.get_active_id() or "compatible",
            self._models,
            self._model.get_child().get_text().strip() or None,
            self._timeout.get_value() or None,
            self._ca.get_text().strip() or None,
            dollars,
            self._openly.get_active(),
            self._key.get_text().strip() or None,
        )

    def _examined(self) -> str:
        """Ask the server what it is, and say so; fill in what was left open.

        Raises
        ------
        Problem
            If it can be no server, or does not accept the key. That it is not there now is none.
        """
        server = self._typed()
        self._say(_("Asking the server…"))
        try:
            found = self._worker.call(EXAMINE_SERVER, server)
        except Problem as problem:
            self._told(problem)
            if problem.code != "not_reached":
                raise
            return problem.message
        if not self._kind.get_active_id():
            self._kind.set_active_id(found.kind)
        self._offer(found.models, self._model.get_child().get_text() or found.default_model)
        said = _("{name} answers as {title} does.").format(name=server.name, title=found.title)
        self._say(said)
        return said

    def _saved(self, said: str) -> str:
        """Save what is in the fields, and tell what there is to tell.

        Raises
        ------
        Problem, Cancelled
            If it was not saved, or its key was not.
        """
        server = self._typed()
        try:
            self._worker.call(SET_SERVER, server._replace(key=None))
            if server.key is None:
                return said
            place = store(self._worker, self._window, SetKeyParams(server.name, server.key))
        except Problem as problem:
            raise self._told(problem) from None
        return f"{said}\n{place_of(place)}"

    def _offer(self, models: "tuple[str, ...]", chosen: str) -> None:
        self._models = models
        self._model.remove_all()
        for model in models:
            self._model.append_text(model)
        self._model.get_child().set_text(chosen)

    def _say(self, text: str) -> None:
        self._state.set_text(text)

    def _told(self, problem: Problem) -> Problem:
        self._state.set_markup(
            f"<b>{GLib.markup_escape_text(problem.message)}</b>\n"
            f"{GLib.markup_escape_text(problem.hint)}"
        )
        return problem
