"""The worker's options that are arguments of GIMP's procedures.

Written by ``python3 -m tools.options`` from the fields of `EditRequest`: change those.
"""

from typing import Any, NamedTuple

__all__ = ["OPTIONS", "Option"]


class Option(NamedTuple):
    """An option and its argument in GIMP.

    Parameters
    ----------
    name : str
        What the worker calls it.
    argument : str
        What a procedure calls it.
    kind : str
        ``"text"``, ``"texts"``, ``"whole"``, ``"number"`` or ``"switch"``.
    unset : any
        The argument's value that says nothing, so that it is not passed on.
    least, largest : float or None
        Bounds of a number.
    """

    name: str
    argument: str
    kind: str
    unset: Any
    least: "float | None" = None
    largest: "float | None" = None


OPTIONS = (
    Option("prompt", "prompt", "text", ""),
    Option("endpoint", "endpoint", "text", ""),
    Option("model", "model", "text", ""),
    Option("n", "count", "whole", 1, 1, 100),
    Option("size", "size", "text", "auto"),
    Option("quality", "quality", "text", "auto"),
    Option("background", "background", "text", "auto"),
    Option("moderation", "moderation", "text", "auto"),
    Option("output_format", "output-format", "text", "auto"),
    Option("output_compression", "output-compression", "whole", -1, 0, 100),
    Option("input_fidelity", "input-fidelity", "text", "auto"),
    Option("complexity", "complexity", "text", "auto"),
    Option("references", "references", "texts", []),
    Option("markup", "markup", "text", ""),
    Option("partial_images", "previews", "whole", -1, 0, 3),
    Option("context", "context", "text", "auto"),
    Option("tiles", "tiles", "switch", True),
    Option("grow", "grow", "whole", -1, 0, 4096),
    Option("edge", "edge", "number", -1.0, 0, 4096),
    Option("texture", "texture", "text", "auto"),
)
