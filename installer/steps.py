"""Steps of an installation: each says what it does, and does it unless this is a dry run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Steps"]


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
