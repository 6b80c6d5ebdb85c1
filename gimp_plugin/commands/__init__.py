"""The commands: their names, and the module of each."""

from importlib import import_module
from typing import Any

from gi.repository import Gimp

from commands import frame

__all__ = ["NAMES", "create"]

NAMES = {
    "plug-in-seamfill-fill": "fill",
    "plug-in-seamfill-remove": "remove",
    "plug-in-seamfill-expand": "expand",
    "plug-in-seamfill-refit": "refit",
    "plug-in-seamfill-recover": "recover",
    "plug-in-seamfill-settings": "settings",
}
"""Procedure and the module with its `Command`, in the order of the menu."""


def create(plug_in: Gimp.PlugIn, name: str) -> Gimp.Procedure:
    """Describe a command to GIMP.

    Parameters
    ----------
    plug_in : Gimp.PlugIn
        The running plug-in.
    name : str
        One of `NAMES`.
    """
    command: frame.Command = import_module(f"commands.{NAMES[name]}").command()

    def run(*call: Any) -> Gimp.ValueArray:
        *arguments, _data = call
        return frame.run(command, frame.Call(*arguments))

    procedure = Gimp.ImageProcedure.new(plug_in, name, Gimp.PDBProcType.PLUGIN, run, None)
    frame.describe(procedure, command)
    return procedure
