"""Runs a project's install.py again and again: ``python served.py PROJECT``.

Reads a JSON object a line: arguments, variables, folder, umask, and perhaps where to kill it. Each
runs in a fork of this process, which has loaded what install.py loads, and its answer is a line.

Where to kill is a pattern and a number. What it is about to write in its home is described as
``os.rename /from /to``, ``run uv venv`` or ``exchange``; before the one of that number that matches
it is killed, as by a power cut. With ``NO_EXCHANGE`` in its environment it has a C library that
cannot exchange two folders.
"""

from __future__ import annotations

import json
import os
import re
import runpy
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

WRITES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.symlink", "os.chmod")


def described(event: str, given: tuple[Any, ...]) -> str:
    """Name what is about to be done in this home; empty for anything else."""
    if event == "subprocess.Popen":
        command = [str(each) for each in given[1]]
        words = [each for each in command[1:] if not each.startswith("-")]
        if Path(command[0]).name == "uv":
            return f"run uv {words[1]}"  # after the value of --color
        return "run seamfill" if words[:1] == ["seamfill"] else ""
    if event == "ctypes.dlsym" and given[1] == "renameat2":
        if "NO_EXCHANGE" in os.environ:
            raise AttributeError(given[1])
        return "exchange"
    writes = event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR)
    if event not in WRITES and not writes:
        return ""
    home = os.environ["HOME"]
    paths = [os.fsdecode(each) for each in given if isinstance(each, (str, bytes, os.PathLike))]
    inside = [each.removeprefix(home) for each in paths if each.startswith(home)]
    return f"{event} {' '.join(inside)}" if inside else ""


def watch(pattern: str, nth: int) -> None:
    """Kill this process before the nth write that matches."""
    left = nth

    def hook(event: str, given: tuple[Any, ...]) -> None:
        nonlocal left
        if re.search(pattern, described(event, given) or "\0"):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def run(script: Path, asked: dict[str, Any], out: int, err: int) -> None:
    """Run install.py in this process, which is a fork."""
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.environ["INSTALLER"] = str(os.getpid())
    os.chdir(asked["folder"])
    if asked["umask"] >= 0:
        os.umask(asked["umask"])
    encoding = os.environ.get("PYTHONIOENCODING", "utf-8")
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding=encoding, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding=encoding, closefd=False)  # noqa: SIM115
    if asked["kill"]:
        watch(*asked["kill"])
    sys.argv = [str(script), *asked["arguments"]]
    code: Any = 0
    try:
        runpy.run_path(str(script), run_name="__main__")
    except SystemExit as end:
        code = end.code
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main() -> None:
    """Answer each line of the input."""
    script = Path(sys.argv[1]) / "install.py"
    sys.path.insert(0, str(script.parent))
    import installer.main  # noqa: F401 - loaded once for all forks

    for line in sys.stdin:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = os.fork()
            if child == 0:
                run(script, json.loads(line), out.fileno(), err.fileno())
            _, status = os.waitpid(child, 0)
            said = [os.pread(file.fileno(), 1 << 20, 0).decode() for file in (out, err)]
        print(json.dumps([os.waitstatus_to_exitcode(status), *said]), flush=True)


main()
