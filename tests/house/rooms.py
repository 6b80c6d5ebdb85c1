"""The rooms, floor by floor, as the design has them; read off the code by grimp."""

from __future__ import annotations

import sys
from pathlib import Path

import grimp

__all__ = ["CORE", "GROUND", "PLUGIN", "PROJECT", "core_graph", "plugin_graph"]

PROJECT = Path(__file__).resolve().parent.parent.parent

GROUND = {"errors", "events", "paths", "version"}
"""What nearly every room of the core imports."""

CORE = (
    *({"__main__"}, {"cli"}, {"worker"}, {"client"}, {"edits"}, {"transport", "offline"}),
    *({"journal"}, {"api"}, {"fit"}, {"endpoints"}, {"image"}, {"options", "files"}, {"geometry"}),
    *({"events", "paths", "version"}, {"errors"}),
)
"""Floors of the core from the top; rooms of one floor do not know each other."""

PLUGIN = ("commands", "dialogs", "edits", "canvas", "worker", "setup", "user", "text")
"""Floors of the plug-in from the top."""


def core_graph() -> grimp.ImportGraph:
    """Every import of the core, for types and within functions too."""
    return grimp.build_graph("seamfill", cache_dir=None)


def plugin_graph(folder: Path = PROJECT / "gimp_plugin") -> grimp.ImportGraph:
    """The same for the plug-in, whose modules find each other in its folder."""
    sys.path.insert(0, str(folder))
    loaded = {name: sys.modules.pop(name) for name in PLUGIN if name in sys.modules}
    try:
        return grimp.build_graph(*PLUGIN, cache_dir=None)
    finally:
        sys.modules.update(loaded)
        sys.path.pop(0)
