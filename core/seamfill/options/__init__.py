"""Every option of an edit and of a fit, each said once: as a field that knows all about itself.

The shell's parser, `Client`'s keyword arguments, batch files, the worker's messages, the reference
in ``docs/options.md`` and the plug-in's table are made from these fields.
"""

from seamfill.options.fit import FitOptions, fit_options
from seamfill.options.request import REFIT, EditRequest
from seamfill.options.schema import Option, options_of

__all__ = ["REFIT", "EditRequest", "FitOptions", "Option", "fit_options", "options_of"]
