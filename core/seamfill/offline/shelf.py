"""Answers that wait to be fetched by their addresses."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from typing import NamedTuple

__all__ = ["Shelf"]

_LIFE = 3600.0  # seconds, as OpenAI keeps such addresses
_PLACES = 32


class _Kept(NamedTuple):
    data: bytes
    until: float


class Shelf:
    """A few answers under names that nobody can guess."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, data: bytes, ending: str) -> str:
        """Keep an answer for an hour.

        Parameters
        ----------
        data : bytes
        ending : str
            Such as ``png``.

        Returns
        -------
        str
            Its name.
        """
        name = f"{secrets.token_urlsafe(16)}.{ending}"
        with self._lock:
            self._kept[name] = _Kept(data, time.monotonic() + _LIFE)
            while len(self._kept) > _PLACES:
                self._kept.popitem(last=False)
        return name

    def get(self, name: str) -> bytes | None:
        """An answer by its name, or None where there is none any more.

        Parameters
        ----------
        name : str

        Returns
        -------
        bytes or None
        """
        with self._lock:
            kept = self._kept.get(name)
        return kept.data if kept is not None and time.monotonic() < kept.until else None
