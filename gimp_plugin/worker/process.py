"""Starts the worker's process. Loads nothing of GIMP, so that the worker can load meanwhile."""

import atexit
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from setup.children import clean_environment
from setup.places import data_directory, packaging
from setup.state import find

__all__ = ["PLUGIN", "ahead", "begin_anew", "start", "taken", "trouble"]

PLUGIN = Path(__file__).parent.parent
FOLDER_VARIABLE = "SEAMFILL_WORKER_FOLDER"
"""Tells the worker of its private folder, which it removes at its end: GIMP ends a plug-in without
letting it do anything more."""

_ahead: "list[tuple[Path, subprocess.Popen[bytes]]]" = []


def ahead() -> None:
    """Start a worker before it is known what for; `taken` hands it out."""
    folder = _folder()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with suppress(OSError, ValueError, KeyError):  # `start` will say so to whoever needs it
        _ahead.append((folder, start(folder)))


def trouble() -> str:
    """Say why no worker can be had.

    Returns
    -------
    str
        ``missing`` where no environment is there, ``outdated`` where it is of another version than
        the plug-in, ``broken`` where the worker that was started ahead has ended already; empty
        where none of that is so.
    """
    state = find(PLUGIN)
    if not state.fits:
        return "outdated" if state.python else "missing"
    return "broken" if any(process.poll() is not None for _, process in _ahead) else ""


def begin_anew() -> None:
    """Forget the workers that were started ahead, since the environment is another one now."""
    while _ahead:
        folder, process = _ahead.pop()
        process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def taken() -> "tuple[Path, subprocess.Popen[bytes]]":
    """A private folder and a worker that runs in it: the one started ahead, or a new one.

    Raises
    ------
    OSError, ValueError, KeyError
        If it cannot be started.
    """
    if _ahead:
        return _ahead.pop()
    folder = _folder()
    try:
        return folder, start(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def start(folder: Path) -> "subprocess.Popen[bytes]":
    """Start a worker in a folder; it writes its complaints into ``worker.log`` there.

    Raises
    ------
    OSError, ValueError, KeyError
        If it cannot be started.
    """
    state = find(PLUGIN)
    if not state.fits:
        raise FileNotFoundError(f"no Seamfill {state.wanted} is set up")
    environment = clean_environment()
    if packaging() == "snap":  # where the core would look elsewhere than the set-up
        environment["SEAMFILL_HOME"] = str(data_directory())
    environment[FOLDER_VARIABLE] = str(folder)
    with (folder / "worker.log").open("wb") as log:
        return subprocess.Popen(
            [str(state.python), "-m", "seamfill", "worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
            cwd=folder,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )


def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="seamfill-"))  # mode 0700
