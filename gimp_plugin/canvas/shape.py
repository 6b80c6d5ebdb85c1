"""The selection's own shape as a file for the worker's plans."""

import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from canvas.reading import selected_bytes, written

if TYPE_CHECKING:
    from canvas.subject import Subject

__all__ = ["Shape"]

ONE_UPLOAD = 1024
"""Pixels along a side that any model takes in one upload."""


class Shape:
    """The selection's own shape, read where its parts may lie too far apart for one upload.

    It is read once, and anew only where its bounds are others or somebody may have changed it.
    """

    def __init__(self) -> None:
        self._read_for: object = None
        self._path: str | None = None

    def look_again(self) -> None:
        """Read it anew when it is wanted next."""
        self._read_for = None

    def file(self, subject: "Subject", folder: Path) -> "str | None":
        """Tell the path of its file, whose name is another one for another shape.

        Parameters
        ----------
        subject : Subject
            From `canvas.examine`.
        folder : Path
            Where the file goes.

        Returns
        -------
        str or None
            None where there is nothing to tell apart.
        """
        bounds = subject.selection
        wanted = (bounds, subject.size, subject.offset, subject.frame, folder)
        if self._read_for != wanted:
            self._path = None
            large = bounds is not None and max(bounds.size) > ONE_UPLOAD
            if bounds is not None and large and bounds != (0, 0, *subject.size):
                data = selected_bytes(subject, bounds)
                self._path = written(folder / f"shape-{zlib.crc32(data or b'')}", data)
            self._read_for = wanted
        return self._path
