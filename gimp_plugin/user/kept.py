"""Preferences as the arguments of Settings, and back."""

from gi.repository import Gimp

from user.preferences import Preferences, preferences, save
from user.prompts import forget

__all__ = ["keep", "tell"]


def tell(config: Gimp.ProcedureConfig) -> None:
    """Set the arguments to what the user prefers."""
    for name, value in preferences()._asdict().items():
        config.set_property(name.replace("_", "-"), value)


def keep(config: Gimp.ProcedureConfig) -> None:
    """Prefer what the arguments say, and forget what is not to be kept."""
    names = (name.replace("_", "-") for name in Preferences._fields)
    save(Preferences(*(config.get_property(name) for name in names)))
    if not preferences().keep_prompts:
        forget()
