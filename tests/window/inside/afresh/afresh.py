#!/usr/bin/env python3
"""A plug-in of the tests: lets a running GIMP forget what went before, and open a picture anew."""

import json
import sys
from pathlib import Path

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp, Gio  # noqa: E402

HOME = Path.home()
MANY = 1000
"""More displays than the tests ever open in one GIMP."""


def begin(procedure, _mode, _image, _drawables, _config, _data):  # type: ignore[no-untyped-def]
    """Close all images, forget Seamfill's session, and open what ``afresh.json`` names."""
    for number in range(MANY):
        if Gimp.Display.id_is_valid(number):
            Gimp.Display.get_by_id(number).delete()
    for name in Gimp.get_parasite_list():
        if name.startswith("seamfill"):
            Gimp.detach_parasite(name)
    for file in json.loads((HOME / "afresh.json").read_text()):
        found = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(file))
        Gimp.Display.new(found)
        found.clean_all()
    Gimp.displays_flush()
    (HOME / "afresh.json").unlink()
    # No success: GIMP would note down with the image, which is gone, what this was called with.
    return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, None)


class Afresh(Gimp.PlugIn):  # type: ignore[misc]
    def do_set_i18n(self, _name):  # type: ignore[no-untyped-def]
        return False

    def do_query_procedures(self):  # type: ignore[no-untyped-def]
        return ["test-afresh"]

    def do_create_procedure(self, name):  # type: ignore[no-untyped-def]
        procedure = Gimp.ImageProcedure.new(self, name, Gimp.PDBProcType.PLUGIN, begin, None)
        procedure.set_image_types("*")
        procedure.set_sensitivity_mask(1 | 4 | 8 | 16)
        procedure.set_menu_label("Begin Afresh")
        procedure.add_menu_path("<Image>/Filters")
        return procedure


Gimp.main(Afresh.__gtype__, sys.argv)
