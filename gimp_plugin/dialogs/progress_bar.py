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
    ended : callable
        Called when the user has left the edit to go on without the window.
    """

    def __init__(self, window: Gtk.Window, worker: Worker, ended: Callable[[], None]) -> None:
        self._window = window
        self._worker = worker
        self._ended = ended
        self._edit: int | None = None
        self._question: Gtk.Dialog | None = None
        self._ticking = 0
        self._began = 0.0
        self._usually: float | None = None
        self._cost: float | None = None
        self._stage, self._what = "", ""
        self._stopping = False
        self.bar = named(Gtk.ProgressBar(show_text=True), _("Progress"))
        self.bar.set_no_show_all(True)

    def begin(self, usually: "float | None", cost: "float | None") -> None:
        """Show the progress of an edit that is about to begin.

        Parameters
        ----------
        usually : float or None
            Seconds that such an edit takes; None where that is not known.
        cost : float or None
            Estimate in US dollars.
        """
        self._began = time.monotonic()
        self._usually, self._cost = usually, cost
        self._stage, self._what = "preparing", stage_text("preparing")
        self._stopping = False
        self.bar.set_fraction(0)
        self._show()
        self.bar.show()
        self._ticking = GLib.timeout_add(500, self._tick)

    def began(self, request: int) -> None:
        """Take note of the worker's request, by which it can be stopped."""
        self._edit = request

    def end(self) -> None:
        """Show no progress any more."""
        GLib.source_remove(self._ticking)
        self._edit = None
        self._close_question()
        self.bar.hide()

    def progress(self, told: Progress) -> None:
        """Show what the worker tells of its progress."""
        self._stage, self._what = told.stage, stage_text(told.stage, told.number, told.total)
        if told.fraction is None:
            self.bar.pulse()
        else:
            self.bar.set_fraction(told.fraction)
        self._show()

    def cancel(self) -> bool:
        """Stop the edit; where it may have been paid for, ask first.

        Returns
        -------
        bool
            Whether an edit runs at all.
        """
        if self._edit is None:
            return False
        if self._stage in ("preparing", "sending"):
            self._stop(self._edit)
        elif self._question is None:
            self._ask()
        return True

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
                "What is stopped now is lost. Finished in the background, the answer waits in "
                "Recover Results."
            ),
        ]
        return " ".join(word for word in words if word)

    def _answered(self, _question: Gtk.Dialog, response: int) -> None:
        self._close_question()
        if self._edit is None:
            return
        if response == STOP:
            self._stop(self._edit)
        elif response == LEAVE:
            self._ended()
            self._worker.leave(self._edit)

    def _stop(self, request: int) -> None:
        self._stopping = True
        self._show()
        self._worker.cancel(request)

    def _close_question(self) -> None:
        if self._question is not None:
            self._question.destroy()
            self._question = None

    def _tick(self) -> bool:
        if self.bar.get_fraction() == 0:
            self.bar.pulse()
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
        self.bar.set_text(text)
        self.bar.get_accessible().set_description(text)  # or it could only be seen
