"""The command ``seamfill``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from seamfill.cli.parser import make_parser
from seamfill.errors import Cancelled, SeamfillError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process if omitted.

    Returns
    -------
    int
        The exit code: 0 done, 2 bad input, 3 refused by the endpoint, 4 not reached or failed
        there, 5 answer unusable, 130 cancelled.
    """
    options = make_parser().parse_args(arguments)
    as_json: bool = getattr(options, "json", False)
    try:
        code: int = options.run(options)
    except SeamfillError as error:
        return _failed(error, as_json)
    except KeyboardInterrupt:
        return _failed(Cancelled("Cancelled."), as_json)
    except BrokenPipeError:
        # Whoever read the output is gone, as with "seamfill models | head".
        sys.stderr.close()
        return 0
    return code


def _failed(error: SeamfillError, as_json: bool) -> int:
    """Tell an error; the exit code."""
    from seamfill.cli.output import show_error  # late, since help need not wait for it

    show_error(error, as_json=as_json)
    return error.exit_code
