"""The arguments of a procedure as the options that the worker takes; needs nothing of GIMP."""

from typing import Protocol

from worker.messages import Options
from worker.option_table import OPTIONS

__all__ = ["Arguments", "options_of"]

APART = ("markup", "partial_images")
"""What is told in another way: pixels of a layer, and previews only where a dialog shows them."""


class Arguments(Protocol):
    """What a ``Gimp.ProcedureConfig`` is to those who only read it."""

    # Of whichever type the argument is declared with.
    def get_property(self, name: str) -> "str | int | float | bool | list[str]":
        """Give the value of an argument."""


def options_of(config: Arguments) -> Options:
    """Collect the arguments as the worker's options; what is left to be chosen is left out."""
    told = [(each, config.get_property(each.argument)) for each in OPTIONS]
    return {
        each.name: value
        for each, value in told
        if each.name not in APART and value not in (each.unset, "", None)
    }
