"""Run an installer that ends at a given one of its writes: ``python killed.py PATTERN NTH …``.

The rest is install.py with its own arguments. What it is about to write in its home is described as
``os.rename /from /to``, ``run venv`` or ``exchange``; before the NTH that matches PATTERN it is
killed, as by a power cut. With ``NO_EXCHANGE`` in its environment it has a C library that cannot
exchange two folders.
"""

from __future__ import annotations

import os
import re
import runpy
import signal
import sys
from pathlib import Path
from typing import Any

WRITES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.symlink", "os.chmod")
HOME = os.environ["HOME"]
PATTERN, SCRIPT = sys.argv[1], sys.argv[3]
left = int(sys.argv[2])


def described(event: str, given: tuple[Any, ...]) -> str:
    """Name what is about to be done in this home; empty for anything else."""
    if event == "subprocess.Popen":
        command = [str(each) for each in given[1]]
        return f"run {command[3]}" if "-I" in command and "-c" not in command else ""
    if event == "ctypes.dlsym" and given[1] == "renameat2":
        if "NO_EXCHANGE" in os.environ:
            raise AttributeError(given[1])
        return "exchange"
    writes = event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR)
    if event not in WRITES and not writes:
        return ""
    paths = [os.fsdecode(each) for each in given if isinstance(each, (str, bytes, os.PathLike))]
    inside = [each.removeprefix(HOME) for each in paths if each.startswith(HOME)]
    return f"{event} {' '.join(inside)}" if inside else ""


def watch(event: str, given: tuple[Any, ...]) -> None:
    """Count the writes that match."""
    global left
    if re.search(PATTERN, described(event, given) or "\0"):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


os.environ["INSTALLER"] = str(os.getpid())
sys.argv = sys.argv[3:]
sys.path.insert(0, str(Path(SCRIPT).parent))
sys.addaudithook(watch)
runpy.run_path(SCRIPT, run_name="__main__")
