"""While an edit runs: how far it is, how long it takes, and whether to stop it."""

import time
from collections.abc import Callable

from gi.repository import GLib, Gtk

from dialogs.widgets import named
from edits.words import money
from text.i18n import _
from text.stages import stage_text
from worker.client import Worker
from worker.messages import Progress

__all__ = ["Running"]

KEEP, LEAVE, STOP = 1, 2, 3
"""What the user may want of an edit that runs; closing the question is to wait on."""


class Running:
    """The progress of an edit at the foot of a window.

    Parameters
    ----------
    window : Gtk.Window
        Which a question belongs to.
    worker : Worker
        Which carries out the edit.
    request : int
        The worker's request, by which it can be stopped.
    left : callable
        Called when the user has left the edit to go on without the window.
    usually : float or None
        Seconds that such an edit takes; None where that is not known.
    cost : float or None
        Estimate in US dollars.
    """

    def __init__(
        self,
        window: Gtk.Window,
        worker: Worker,
        request: int,
        left: Callable[[], None],
        usually: "float | None",
        cost: "float | None",
    ) -> None:
        self._window = window
        self._worker = worker
        self._left = left
        self._edit = request
        self._question: Gtk.Dialog | None = None
        self._began = time.monotonic()
        self._usually, self._cost = usually, cost
        self._stage, self._what = "preparing", stage_text("preparing")
        self._stopping = False
        self._bar = named(Gtk.ProgressBar(show_text=True), _("Progress"))
        stop = Gtk.Button.new_from_icon_name("process-stop", Gtk.IconSize.MENU)
        stop.set_tooltip_text(_("Stop this edit"))
        stop.connect("clicked", lambda _button: self.cancel())
        self.widget = Gtk.Box(spacing=6)
        self.widget.pack_start(self._bar, True, True, 0)
        self.widget.pack_start(named(stop, _("Stop this edit")), False, False, 0)
        self.widget.show_all()
        self._show()
        self._ticking = GLib.timeout_add(500, self._tick)

    @property
    def unsent(self) -> bool:
        """Whether nothing has left this machine."""
        return self._stage in ("preparing", "sending")

    def end(self) -> None:
        """Show no progress any more."""
        GLib.source_remove(self._ticking)
        self._close_question()
        self.widget.destroy()

    def progress(self, told: Progress) -> None:
        """Show what the worker tells of its progress."""
        self._stage, self._what = told.stage, stage_text(told.stage, told.number, told.total)
        if told.fraction is None:
            self._bar.pulse()
        else:
            self._bar.set_fraction(told.fraction)
        self._show()

    def cancel(self) -> None:
        """Stop the edit; where it may have been paid for, ask first."""
        if self.unsent:
            self._stop()
        elif self._question is None:
            self._ask()

    def _ask(self) -> None:
        """Ask without waiting for the answer: the edit's own may come first."""
        title = _("Stop This Edit?")
        self._question = Gtk.MessageDialog(
            transient_for=self._window,
            modal=True,
            title=title,
            message_type=Gtk.MessageType.QUESTION,
            text=title,
            secondary_text=self._paid(),
        )
        named(self._question, title)
        self._question.add_button(_("_Stop"), STOP)
        self._question.add_button(_("Finish in _Background"), LEAVE)
        self._question.add_button(_("_Keep Waiting"), KEEP)
        self._question.set_default_response(KEEP)
        self._question.connect("response", self._answered)
        self._question.show()

    def _paid(self) -> str:
        words = [
            _("The request was sent, and the endpoint may charge for it."),
            _("It costs about {money}.").format(money=money(self._cost)) if self._cost else "",
            _(
                "What is stopped now is lost. Finished in the background, the answer goes into the "
                "image when it comes."
            ),
        ]
        return " ".join(word for word in words if word)

    def _answered(self, _question: Gtk.Dialog, response: int) -> None:
        self._close_question()
        if response == STOP:
            self._stop()
        elif response == LEAVE:
            self._worker.leave(self._edit)
            self._left()

    def _stop(self) -> None:
        self._stopping = True
        self._show()
        self._worker.cancel(self._edit)

    def _close_question(self) -> None:
        if self._question is not None:
            self._question.destroy()
            self._question = None

    def _tick(self) -> bool:
        if self._bar.get_fraction() == 0:
            self._bar.pulse()
        self._show()
        return GLib.SOURCE_CONTINUE  # type: ignore[no-any-return]

    def _show(self) -> None:
        what = _("Stopping…") if self._stopping else self._what
        seconds = int(time.monotonic() - self._began)
        if seconds < 1:
            text = what
        elif self._usually is None:
            text = _("{what} – {seconds} s").format(what=what, seconds=seconds)
        else:
            text = _("{what} – {seconds} s, usually about {usual} s").format(
                what=what, seconds=seconds, usual=max(1, round(self._usually))
            )
        self._bar.set_text(text)
        self._bar.get_accessible().set_description(text)  # or it could only be seen
