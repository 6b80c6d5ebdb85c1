"""The arguments of a procedure as the options that the worker takes."""

from typing import Any

from gi.repository import Gimp

__all__ = ["options_of"]

OPTIONS = {
    **{name: name for name in ("prompt", "endpoint", "model", "size", "quality", "background")},
    "moderation": "moderation",
    "complexity": "complexity",
    "input-fidelity": "input_fidelity",
    "output-format": "output_format",
    "tiles": "tiles",
    "output-compression": "output_compression",
    "context": "context",
    "count": "n",
    "grow": "grow",
    "edge": "edge",
    "references": "references",
}
"""Arguments of the procedure and what the worker calls them."""

UNSET: "tuple[Any, ...]" = ("", "auto", -1, -1.0, None, [])
"""Values of arguments that say nothing, and are not passed on."""


def options_of(config: Gimp.ProcedureConfig) -> "dict[str, Any]":
    """Collect the arguments as the worker's options; what is left to be chosen is left out."""
    values = {ours: config.get_property(name) for name, ours in OPTIONS.items()}
    return {name: value for name, value in values.items() if value not in UNSET}
