"""What the user prefers, kept in the profile."""

from typing import Any

from user.files import read, write

__all__ = ["DEFAULTS", "preferences", "save"]

DEFAULTS: "dict[str, Any]" = {
    "keep-prompts": True,
    "prompts-in-layers": False,
    "private-mark": "",
    "cost-limit": 0.0,
}
"""Preferences of someone who has set none: see `settings` for what they mean."""


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
