"""The log of a set-up: kept where it failed, and named in the error."""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["LOG", "LOGGER", "logged"]

LOG = "install.log"
LOGGER = logging.getLogger("seamfill.setup")


@contextmanager
def logged(data: Path) -> Iterator[None]:
    """Keep a log in the data folder as long as the context lasts; longer only where it fails."""
    path = data / LOG
    with suppress(OSError):
        path.unlink()
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_EXCL, 0o600)
    except OSError:  # no log is no reason to fail
        yield
        return
    with os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace") as file:
        handler = logging.StreamHandler(file)
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        LOGGER.addHandler(handler)
        LOGGER.setLevel(logging.INFO)
        LOGGER.propagate = False
        logging.raiseExceptions, before = False, logging.raiseExceptions
        try:
            yield
        except BaseException as error:
            LOGGER.info("%s: %s", type(error).__name__, error)
            raise
        finally:
            logging.raiseExceptions = before
            LOGGER.removeHandler(handler)
            with suppress(OSError):
                handler.close()
    with suppress(OSError):
        path.unlink()
