"""Seamfill's files in the profile; only the user can read them."""

import json
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["folder", "never_failing", "read", "write"]


@contextmanager
def never_failing() -> "Iterator[None]":
    """Remember something: no failure of that may cost an edit, or an answer that is paid for."""
    try:
        yield
    except Exception:
        import traceback

        traceback.print_exc()  # for a report


def folder() -> Path:
    """Find the user's profile."""
    from gi.repository import Gimp

    return Path(Gimp.directory())


def _path(name: str) -> Path:
    return folder() / f"seamfill-{name}.json"


def read(name: str) -> "dict[str, object]":
    """Read one of Seamfill's files in the profile; empty where there is none."""
    with suppress(OSError, ValueError, RecursionError):
        content = json.loads(_path(name).read_text(encoding="utf-8"))
        if isinstance(content, dict):
            return content
    return {}


def write(name: str, content: "dict[str, object]") -> None:
    """Replace one of Seamfill's files in the profile at once; only the user can read it."""
    fresh = _path(name).with_suffix(".new")
    text = json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8", "replace")
    with suppress(OSError):  # a profile that cannot be written is no reason to fail an edit
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(text)
        fresh.replace(_path(name))
