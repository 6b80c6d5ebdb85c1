"""What the plug-in remembers: the last prompt for a session, the rest in the user's profile.

Prompts say what somebody is working on, so GIMP is not let to save them with its settings or in
images. The last one is held in the running GIMP alone; those of the history are in a file that
only the user can read, and only if they are to be kept.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from gi.repository import Gimp

__all__ = [
    "DEFAULTS",
    "favourites",
    "last_prompt",
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
    """Read the user's preferences."""
    return {**DEFAULTS, **read("preferences")}


def save(changed: "dict[str, Any]") -> None:
    """Write preferences; those not named stay as they are."""
    write("preferences", {**preferences(), **changed})
    if not preferences()["keep-prompts"]:
        _write_prompts([], favourites())


def last_prompt() -> str:
    """Tell the prompt of the last edit of this GIMP; empty if there was none."""
    parasite = Gimp.get_parasite(SESSION)
    return bytes(parasite.get_data()).decode() if parasite is not None else ""


def prompts() -> "list[str]":
    """List former prompts, the newest first."""
    return [str(prompt) for prompt in read("prompts").get("prompts", [])]


def favourites() -> "list[str]":
    """List the prompts that the user keeps for good, in alphabetical order."""
    return sorted((str(prompt) for prompt in read("prompts").get("favourites", [])), key=str.lower)


def set_favourite(prompt: str, wanted: bool) -> None:
    """Keep a prompt for good, or no longer; that the user asks for it is leave enough."""
    others = [old for old in favourites() if old != prompt]
    _write_prompts(prompts(), [*others, prompt] if wanted else others)


def remember(prompt: str) -> None:
    """Take note of a prompt that was used."""
    if not prompt.strip():
        return
    Gimp.attach_parasite(Gimp.Parasite.new(SESSION, 0, list(prompt.encode())))
    if preferences()["keep-prompts"]:
        others = [old for old in prompts() if old != prompt]
        _write_prompts([prompt, *others][:KEPT], favourites())


def _write_prompts(former: "list[str]", favourite: "list[str]") -> None:
    write("prompts", {"prompts": former, "favourites": favourite})


def _path(name: str) -> Path:
    return Path(Gimp.directory()) / f"seamfill-{name}.json"


def read(name: str) -> "dict[str, Any]":
    """Read one of Seamfill's files in the profile; empty where there is none."""
    with suppress(OSError, ValueError):
        content = json.loads(_path(name).read_text(encoding="utf-8"))
        if isinstance(content, dict):
            return content
    return {}


def write(name: str, content: "dict[str, Any]") -> None:
    """Replace one of Seamfill's files in the profile at once; only the user can read it."""
    fresh = _path(name).with_suffix(".new")
    with suppress(OSError):  # a profile that cannot be written is no reason to fail an edit
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
        fresh.replace(_path(name))
