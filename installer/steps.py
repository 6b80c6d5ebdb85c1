"""Steps of an installation: each says what it does, and does it unless this is a dry run."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["InstallError", "Steps", "Unsuitable", "checked", "told"]


class InstallError(Exception):
    """Something cannot be installed; the message says why and what would help."""

    exit_code = 4


class Unsuitable(InstallError):
    """What is there already stands in the way; nothing was changed."""

    exit_code = 2


@dataclass(frozen=True)
class Steps:
    """Says and does.

    Parameters
    ----------
    dry_run : bool
        Only say.
    """

    dry_run: bool = False

    def do(self, text: str, action: Callable[[], object]) -> None:
        """Say what is done and do it."""
        print(("would " if self.dry_run else "") + text, flush=True)
        if not self.dry_run:
            action()


def told(error: OSError) -> str:
    """Put what the operating system refused into one sentence."""
    if isinstance(error, shutil.Error):
        return f"Files cannot be copied: {error.args[0][0][2]}."
    why = error.strerror or str(error)
    return f"{error.filename}: {why}." if error.filename else f"{why}."


def checked(
    argv: Sequence[str], env: Mapping[str, str] | None = None, keep_open: Sequence[int] = ()
) -> str:
    """Run a command.

    Parameters
    ----------
    argv : sequence of str
    env : mapping, optional
        Its environment; the caller's own when omitted.
    keep_open : sequence of int
        Files that stay open in the command, as locks that hold until it has ended too.

    Returns
    -------
    str
        What it wrote.

    Raises
    ------
    InstallError
        If it failed, with the last of what it said.
    """
    try:
        done = subprocess.run(
            argv, capture_output=True, encoding="utf-8", errors="replace",
            env=env, pass_fds=keep_open, check=False,
        )  # fmt: skip
    except OSError as error:
        raise InstallError(f"{argv[0]} cannot be run: {error.strerror}.") from None
    if done.returncode:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-5:])
        raise InstallError(f"{' '.join(argv[:4])} … failed:\n{last}")
    return done.stdout
