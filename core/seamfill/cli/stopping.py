"""Being asked to end: by Ctrl+C, by the system that shuts down, or by a terminal that closes."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING

from seamfill.events import Stop

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["stopped_by_signals"]


@contextlib.contextmanager
def stopped_by_signals(*, gently: bool = False) -> Iterator[Stop]:
    """What a signal sets while the block lasts.

    SIGTERM and SIGHUP let an answer that may be billed come into the journal first; the next
    signal ends everything at once, and one more the process. What is ignored, as SIGHUP is under
    ``nohup``, stays so.

    Parameters
    ----------
    gently : bool
        Whether Ctrl+C waits for such an answer, too.
    """
    stop = Stop()
    before = {}

    def asked(number: int, _frame: object) -> None:
        if stop.is_set() and not stop.waits:
            signal.signal(number, signal.default_int_handler)
        elif stop.is_set() or (number == signal.SIGINT and not gently):
            stop.at_once()
        else:
            stop.gently()

    names = ("SIGINT", "SIGTERM", "SIGHUP")
    for number in [getattr(signal, name) for name in names if hasattr(signal, name)]:
        if signal.getsignal(number) != signal.SIG_IGN:
            before[number] = signal.signal(number, asked)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
