"""Steps of an installation: each says what it does, and does it unless this is a dry run."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["InstallError", "Steps", "checked"]


class InstallError(Exception):
    """Something cannot be installed; the message says why and what would help."""


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


def checked(argv: Sequence[str], env: Mapping[str, str] | None = None) -> str:
    """Run a command.

    Parameters
    ----------
    argv : sequence of str
    env : mapping, optional
        Its environment; the caller's own when omitted.

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
        done = subprocess.run(argv, capture_output=True, text=True, env=env, check=False)
    except OSError as error:
        raise InstallError(f"{argv[0]} cannot be run: {error.strerror}.") from None
    if done.returncode:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-5:])
        raise InstallError(f"{' '.join(argv[:4])} … failed:\n{last}")
    return done.stdout
