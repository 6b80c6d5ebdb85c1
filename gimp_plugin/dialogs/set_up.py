"""Sets Seamfill up at its first use: says what is needed, shows how far it is, can be stopped."""

import threading
import traceback
from pathlib import Path

from gi.repository import GLib

from errors import Cancelled
from setup.errors import SetupError, Stopped
from setup.log import LOG
from setup.making import megabytes
from setup.places import data_directory
from setup.setting_up import set_up
from text.advice import hint
from text.headlines import headline
from text.i18n import _
from worker import process

__all__ = ["offer"]

_TICK = 100
"""Milliseconds between two looks at how far it is."""


def offer(trouble: str, *, anew: bool = False) -> None:
    """Ask whether to set Seamfill up, and do it.

    Parameters
    ----------
    trouble : str
        Why: ``missing``, ``outdated`` or ``broken``; see `process.trouble`.
    anew : bool
        Whether also an environment that seems to work is made anew.

    Raises
    ------
    Cancelled
        If the user does not want it, or stops it.
    """
    from dialogs import display

    display.begin()
    done = _Dialog(trouble, anew).run()
    if not done:
        raise Cancelled
    process.begin_anew()


class _Work:
    """The set-up, in a thread of its own.

    It touches nothing of GIMP; what it tells is read by the main loop.
    """

    def __init__(self, anew: bool) -> None:
        self._anew = anew
        self.step, self.fraction = "waiting", 0.0
        self.failure: SetupError | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def runs(self) -> bool:
        return self._thread.is_alive()

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        try:
            set_up(process.PLUGIN, self._report, anew=self._anew)
        except Stopped:
            self._stop.set()
        except SetupError as error:
            self.failure = error
        except Exception as unforeseen:
            traceback.print_exc()
            self.failure = SetupError(f"{type(unforeseen).__name__}: {unforeseen}.")

    def _report(self, step: str, fraction: float) -> None:
        if self._stop.is_set():
            raise Stopped
        self.step, self.fraction = step, fraction


class _Dialog:
    def __init__(self, trouble: str, anew: bool) -> None:
        from gi.repository import GimpUi, Gtk

        from dialogs.widgets import named

        self._anew = anew
        self._ok, self._cancel = Gtk.ResponseType.OK, Gtk.ResponseType.CANCEL
        self._dialog = named(Gtk.Dialog(title=_("Set Up Seamfill")), _("Set Up Seamfill"))
        self._dialog.add_button(_("_Cancel"), self._cancel)
        self._begin = self._dialog.add_button(_("_Set Up"), self._ok)
        self._dialog.set_default_response(self._ok)
        self._text = Gtk.Label(label=_why(trouble), xalign=0.0, wrap=True, max_width_chars=60)
        self._text.set_selectable(True)
        self._bar = named(Gtk.ProgressBar(show_text=True), _("Progress"))
        self._bar.set_no_show_all(True)
        box = self._dialog.get_content_area()
        box.set_border_width(12)
        box.set_spacing(12)
        for part in (self._text, self._bar):
            box.pack_start(part, False, False, 0)
        self._begin.grab_focus()
        GimpUi.window_set_transient(self._dialog)

    def run(self) -> bool:
        """Show it until all is done or the user has had enough; whether it is done."""
        self._dialog.show_all()
        try:
            while self._dialog.run() == self._ok:
                work = self._worked()
                if work.failure is None:
                    return not work.stopped
                self._show_failure(work.failure)
        finally:
            self._dialog.destroy()
        return False

    def _worked(self) -> _Work:
        """Set up while the dialog shows how far it is."""
        loop, work = GLib.MainLoop(), _Work(self._anew)

        def tick() -> bool:
            self._show(work)
            if not work.runs:
                loop.quit()
            return work.runs

        handler = self._dialog.connect("response", lambda *_: work.stop())
        self._begin.set_sensitive(False)
        self._bar.show()
        GLib.timeout_add(_TICK, tick)
        loop.run()
        self._dialog.disconnect(handler)
        self._begin.set_sensitive(True)
        self._bar.hide()
        return work

    def _show(self, work: _Work) -> None:
        text = _("Stopping…") if work.stopped else _steps().get(work.step, "")
        if work.step == "waiting":
            self._bar.pulse()
        else:
            self._bar.set_fraction(work.fraction)
        self._bar.set_text(text)
        self._bar.get_accessible().set_description(f"{text} {work.fraction:.0%}")

    def _show_failure(self, failure: SetupError) -> None:
        said = [f"{headline(failure.code)} {failure.message}".strip()]
        said.append(hint(failure.code) if failure.hint else "")
        log = _log()
        said.append(_("The log is {path}.").format(path=log) if log.is_file() else "")
        self._text.set_text("\n\n".join(filter(None, said)))
        self._begin.set_label(_("_Try Again"))


def _log() -> Path:
    return data_directory() / LOG


def _why(trouble: str) -> str:
    texts = {
        "missing": _(
            "Seamfill needs its own Python packages, about {size} MB in {folder}. "
            "Nothing else of your system is touched."
        ),
        "outdated": _(
            "Seamfill's packages in {folder} are of another version than the plug-in. They are "
            "made anew beside the old ones, about {size} MB; nothing else is touched."
        ),
        "broken": _(
            "Seamfill's packages in {folder} do not work any more, as after an upgrade of the "
            "system's Python. They can be made anew, about {size} MB; nothing else is touched."
        ),
    }
    return texts[trouble].format(size=megabytes(), folder=data_directory())


def _steps() -> "dict[str, str]":
    return {
        "waiting": _("Waiting for another set-up…"),
        "uv": _("Fetching uv, which installs packages…"),
        "python": _("Making an environment…"),
        "packages": _("Fetching and installing packages…"),
        "core": _("Installing Seamfill…"),
    }
