"""What the plug-in remembers: the last prompt for a session, the rest in the user's profile.

Prompts say what somebody is working on, so GIMP is not let to save them with its settings or in
images. The last one is held in the running GIMP alone; those of the history are in a file that
only the user can read, and only if they are to be kept.
"""

import json
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gi.repository import Gimp

import parasites

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "DEFAULTS",
    "favourites",
    "last_prompt",
    "never_failing",
    "preferences",
    "prompts",
    "read",
    "remember",
    "save",
    "set_favourite",
    "write",
]

DEFAULTS: "dict[str, Any]" = {
    "keep-prompts": True,
    "prompts-in-layers": False,
    "private-mark": "",
    "cost-limit": 0.0,
}
"""Preferences of someone who has set none: see `settings` for what they mean."""

SESSION = "seamfill-last-prompt"
KEPT = 40
"""How many prompts the history holds."""


def preferences() -> "dict[str, Any]":
    """Read the user's preferences; what is of no use in the file is as if it were not there."""
    kept = read("preferences")
    return {
        name: type(default)(kept[name]) if _of_kind(kept.get(name), default) else default
        for name, default in DEFAULTS.items()
    }


def _of_kind(value: Any, default: Any) -> bool:
    if isinstance(default, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, type(default))


def save(changed: "dict[str, Any]") -> None:
    """Write preferences; those not named stay as they are."""
    write("preferences", {**preferences(), **changed})
    if not preferences()["keep-prompts"]:
        _write_prompts([], favourites())


def last_prompt() -> str:
    """Tell the prompt of the last edit of this GIMP; empty if there was none."""
    return str(parasites.find(Gimp, SESSION) or "")


def prompts() -> "list[str]":
    """List former prompts, the newest first."""
    return _listed("prompts")


def favourites() -> "list[str]":
    """List the prompts that the user keeps for good, in alphabetical order."""
    return sorted(_listed("favourites"), key=str.lower)


def _listed(which: str) -> "list[str]":
    kept = read("prompts").get(which)
    return [prompt for prompt in kept if isinstance(prompt, str)] if isinstance(kept, list) else []


def set_favourite(prompt: str, wanted: bool) -> None:
    """Keep a prompt for good, or no longer; that the user asks for it is leave enough."""
    others = [old for old in favourites() if old != prompt]
    _write_prompts(prompts(), [*others, prompt] if wanted else others)


def remember(prompt: str) -> None:
    """Take note of a prompt that was used."""
    if not prompt.strip():
        return
    with never_failing():
        parasites.attach(Gimp, SESSION, prompt)
        if preferences()["keep-prompts"]:
            others = [old for old in prompts() if old != prompt]
            _write_prompts([prompt, *others][:KEPT], favourites())


@contextmanager
def never_failing() -> "Iterator[None]":
    """Remember something: no failure of that may cost an edit, or an answer that is paid for."""
    try:
        yield
    except Exception:
        import traceback

        traceback.print_exc()  # for a report


def _write_prompts(former: "list[str]", favourite: "list[str]") -> None:
    write("prompts", {"prompts": former, "favourites": favourite})


def _path(name: str) -> Path:
    return Path(Gimp.directory()) / f"seamfill-{name}.json"


def read(name: str) -> "dict[str, Any]":
    """Read one of Seamfill's files in the profile; empty where there is none."""
    with suppress(OSError, ValueError, RecursionError):
        content = json.loads(_path(name).read_text(encoding="utf-8"))
        if isinstance(content, dict):
            return content
    return {}


def write(name: str, content: "dict[str, Any]") -> None:
    """Replace one of Seamfill's files in the profile at once; only the user can read it."""
    fresh = _path(name).with_suffix(".new")
    text = json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8", "replace")
    with suppress(OSError):  # a profile that cannot be written is no reason to fail an edit
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(text)
        fresh.replace(_path(name))
