"""The arguments of a procedure as the options that the worker takes; needs nothing of GIMP."""

from typing import Protocol

from worker.messages import Options
from worker.option_table import OPTIONS, Option

__all__ = ["Arguments", "options_of"]

ARGUMENTS = (
    *("prompt", "endpoint", "model", "count", "size", "quality", "background", "moderation"),
    *("output-format", "output-compression", "input-fidelity", "complexity", "references"),
    *("context", "tiles", "grow", "edge", "texture"),
)
"""Arguments that the worker takes as they are; the others say something about GIMP."""


class Arguments(Protocol):
    """What a ``Gimp.ProcedureConfig`` is to those who only read it."""

    # Of whichever type the argument is declared with.
    def get_property(self, name: str) -> "str | int | float | bool | list[str]":
        """Give the value of an argument."""


def options_of(config: Arguments) -> Options:
    """Collect the arguments as the worker's options; what is left to be chosen is left out."""
    found = [(each, config.get_property(each.argument)) for each in OPTIONS if _is_taken(each)]
    return {each.name: value for each, value in found if value not in (each.unset, "", None)}


def _is_taken(option: Option) -> bool:
    return option.argument in ARGUMENTS
