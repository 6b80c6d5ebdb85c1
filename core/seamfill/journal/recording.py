"""A reply in the journal, byte by byte as it arrives and without the key."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seamfill.endpoints.keys import Key
    from seamfill.journal.entry import Entry
    from seamfill.journal.storage import Growing

__all__ = ["Recording"]

_NOT_KEPT = {"set-cookie", "authorization", "proxy-authenticate"}


class Recording:
    """One reply on its way to the disk.

    A disk that fills up meanwhile ends the recording, never the reply: an answer that is paid
    for is worth more in memory than not at all.

    Parameters
    ----------
    entry : Entry
    name : str
        Of the file.
    key : Key, optional
        Taken out wherever the endpoint repeats it.
    """

    def __init__(self, entry: Entry, name: str, key: Key | None) -> None:
        self._entry = entry
        self._name = name
        self._redaction = key.redaction() if key is not None else None
        self._held = b""
        self._digest = hashlib.sha256()
        self._file: Growing | None = None

    def head(self, status: int, headers: Mapping[str, str]) -> None:
        """Record status and headers.

        Parameters
        ----------
        status : int
        headers : mapping of str to str
        """
        lines = [f"HTTP/1.1 {status}"]
        lines += [f"{name}: {value}" for name, value in headers.items() if name not in _NOT_KEPT]
        with contextlib.suppress(OSError):
            self._file = self._entry.append(self._name)
        self.chunk(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace"))

    def chunk(self, data: bytes) -> None:
        """Record some of the body.

        Parameters
        ----------
        data : bytes
        """
        if self._redaction is not None:
            data = self._redaction.raw(self._held + data)
            # The end may be the beginning of the key; it waits for what follows.
            keep = self._redaction.held(data)
            data, self._held = data[: len(data) - keep], data[len(data) - keep :]
        self._write(data)

    def close(self) -> None:
        """Put everything on disk for good."""
        self._write(self._held)
        self._held = b""
        self._entry.received(self._name, self._digest.hexdigest())
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        if self._file is None or not data:
            return
        try:
            self._file.write(data)
        except OSError:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None
