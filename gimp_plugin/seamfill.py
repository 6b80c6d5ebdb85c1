#!/usr/bin/env python3
"""Seamfill in GIMP: says which commands there are, and hands each call to its module.

GIMP starts this file anew for every call, so what a call does not need is not imported.
"""

import sys
from pathlib import Path

from worker import process

if "-run" in sys.argv:  # the worker loads while this process loads GIMP's library
    process.ahead()

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
gi.require_version("Babl", "0.1")
from gi.repository import Gimp  # noqa: E402

import commands  # noqa: E402

LOCALE = Path(__file__).with_name("locale")


class Seamfill(Gimp.PlugIn):  # type: ignore[misc]
    """The plug-in as GIMP sees it; method names are GIMP's."""

    def do_set_i18n(self, _name: str) -> "tuple[bool, str, None]":
        """Tell GIMP that translations lie in the plug-in's folder ``locale``."""
        return LOCALE.is_dir(), "seamfill", None

    def do_query_procedures(self) -> list[str]:
        """Name every command."""
        return list(commands.NAMES)

    def do_create_procedure(self, name: str) -> Gimp.Procedure:
        """Describe one command."""
        return commands.create(self, name)


Gimp.main(Seamfill.__gtype__, sys.argv)
