"""Set Seamfill up for a plug-in that stands alone: all that it needs is made from its folder."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from .environments import next_environment
from .errors import SetupError, told
from .lock import locked
from .log import logged
from .making import Maker, core_version, core_wheel, offline_packages
from .notes import LOCK, require_own
from .places import data_directory
from .state import find, works
from .using import clean, make_folder, note, point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["set_up"]


def set_up(plugin: Path, report: Callable[[str, float], None], *, anew: bool = False) -> None:
    """Make the environment that a plug-in needs, beside an older one, and use it.

    Parameters
    ----------
    plugin : Path
        The plug-in's folder. Where it holds packages too, as an offline archive does, nothing is
        fetched.
    report : callable
        Takes what is done just now (``waiting``, ``uv``, ``python``, ``packages`` or ``core``) and
        how much of all is done, 0 to 1. If it raises `Stopped`, all ends as it was.
    anew : bool
        Whether also an environment that seems to work is made anew.

    Raises
    ------
    SetupError, Stopped
        If it is not set up; what worked before still works.
    """
    try:
        os.umask(os.umask(0o022) | 0o022)
        wheel, data = core_wheel(plugin), data_directory()
        require_own(data)
        make_folder(data)
        with locked(data / LOCK, lambda: report("waiting", 0.0)) as lock:
            state = find(plugin)
            if not anew and state.fits and state.python and works(state.python):
                return  # another one did it meanwhile
            with contextlib.suppress(OSError):  # another GIMP may use what is to go
                clean(data, [plugin])
            environment = next_environment(data)
            with logged(data), _cleaned(data, plugin):
                Maker(wheel, lock, report, offline_packages(plugin)).make(environment)
                note(data, environment.name, [plugin], core_version(wheel))
                point(data, environment)
                _forget_older(wheel)
    except OSError as error:
        full = error.errno == 28
        hint = "Make room, and try again." if full else ""
        raise SetupError(told(error), hint, "disk_full" if full else "setup_failed") from error


def _forget_older(wheel: Path) -> None:
    """Remove the cores of older versions, over which a newer archive was unzipped."""
    for each in wheel.parent.glob("seamfill-*.whl"):
        if each != wheel:
            with contextlib.suppress(OSError):  # a folder that is only read
                each.unlink()


@contextlib.contextmanager
def _cleaned(data: Path, plugin: Path) -> Iterator[None]:
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # the next start clears away the rest
            clean(data, [plugin])
