"""The plug-in's logic without a GIMP: its modules find each other in their own folder."""

import sys

from tests.house.rooms import PROJECT

sys.path.append(str(PROJECT / "gimp_plugin"))  # last: there is a seamfill.py in it
