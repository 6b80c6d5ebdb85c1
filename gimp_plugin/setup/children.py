"""Child processes that no variable of GIMP's own package, or of another Python, leads astray."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from .errors import SetupError
from .log import note_down

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["checked", "clean_environment"]

_BUNDLES = (
    *("LD_PRELOAD", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES"),
    *("DYLD_FRAMEWORK_PATH", "GI_TYPELIB_PATH", "GIO_MODULE_DIR", "GIO_EXTRA_MODULES"),
)
"""What AppImages and bundles set for the libraries that they carry."""

_PYTHONS = (
    *("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONEXECUTABLE", "PYTHONPLATLIBDIR"),
    *("PYTHONDONTWRITEBYTECODE", "PYTHONNOUSERSITE", "PYTHONINSPECT", "__PYVENV_LAUNCHER__"),
    *("VIRTUAL_ENV", "CONDA_PREFIX"),
)
"""What would let another Python look, or install, elsewhere."""

_TICK = 0.1
"""Seconds between two looks at how far a command is."""


def clean_environment() -> dict[str, str]:
    """Copy the environment without those that are meant for its own package."""
    unwanted = {*_BUNDLES, *_PYTHONS}
    return {name: value for name, value in os.environ.items() if name not in unwanted}


def checked(
    argv: Sequence[str],
    env: Mapping[str, str] | None = None,
    keep_open: Sequence[int] = (),
    tick: Callable[[], None] | None = None,
) -> str:
    """Run a command.

    Parameters
    ----------
    argv : sequence of str
    env : mapping, optional
        Its environment; the caller's own when omitted.
    keep_open : sequence of int
        Files that stay open in the command, as locks that hold until it has ended too.
    tick : callable, optional
        Called again and again while it runs; if it raises, the command is ended.

    Returns
    -------
    str
        What it wrote.

    Raises
    ------
    SetupError
        If it failed, with the last of what it said.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env,
                pass_fds=() if sys.platform == "win32" else keep_open,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )  # fmt: skip
        except OSError as error:
            raise SetupError(f"{argv[0]} cannot be run: {error.strerror}.") from None
        try:
            while _runs(process, tick):
                pass
        except BaseException:
            process.kill()
            process.wait()
            raise
        said = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read().decode("utf-8", "replace"))
    note_down(f"{' '.join(argv)} ended with {process.returncode}.\n{said[0]}{said[1]}")
    if process.returncode:
        last = "\n".join((said[1] or said[0]).strip().splitlines()[-5:])
        raise SetupError(f"{' '.join(argv[:4])} … failed:\n{last}")
    return said[0]


def _runs(process: subprocess.Popen[bytes], tick: Callable[[], None] | None) -> bool:
    if tick is None:
        process.wait()
        return False
    tick()
    try:
        process.wait(_TICK)
    except subprocess.TimeoutExpired:
        return True
    return False
