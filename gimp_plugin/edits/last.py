"""The arguments of a command's last edit, for Repeat: a panel that is open still has none saved."""

from gi.repository import Gimp

from user import parasites
from user.files import never_failing

__all__ = ["recall", "remember"]

SESSION = "seamfill-last-{name}"
PRIVATE = ("prompt", "references", "markup")
"""What is never written down with the others; prompts have a place of their own."""
SIMPLE = (str, int, float, bool)


def remember(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig) -> None:
    """Take note of a command's arguments until GIMP ends."""
    with never_failing():
        values = {name: config.get_property(name) for name in _names(procedure)}
        simple = {name: value for name, value in values.items() if isinstance(value, SIMPLE)}
        parasites.attach(None, SESSION.format(name=procedure.get_name()), simple)


def recall(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig) -> None:
    """Set a command's arguments to those of its last edit, if there was one."""
    found = parasites.find(None, SESSION.format(name=procedure.get_name()))
    if isinstance(found, dict):
        for name in _names(procedure):
            if name in found:
                config.set_property(name, found[name])


def _names(procedure: Gimp.Procedure) -> "list[str]":
    every = (argument.get_name() for argument in procedure.get_arguments())
    return [name for name in every if name not in (*PRIVATE, "run-mode", "image", "drawables")]
