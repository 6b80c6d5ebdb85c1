"""Write what follows from the options of an edit: ``python3 -m tools.options``.

That is the keyword arguments of `Client`, the reference in ``docs/options.md`` and the table of the
plug-in, which cannot import the core. The options themselves are the fields of `EditRequest` and
`FitOptions`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "core"))

from seamfill.options import REFIT, EditRequest, options_of  # noqa: E402
from seamfill.options.schema import ASKED, FITTED, WHERE  # noqa: E402

if TYPE_CHECKING:
    from seamfill.options import Option

__all__ = ["GENERATED"]

WRITTEN = "Written by ``python3 -m tools.options`` from the fields of `EditRequest`: change those."

ALL = {item.name: item for item in (*options_of(EditRequest), *REFIT)}

ARGUMENTS = {"n": "count", "partial_images": "previews"}
"""What GIMP's procedures call an option, where that is not its own name with hyphens."""

_LABELS = PROJECT / "gimp_plugin" / "commands" / "arguments.py"

_PATH = "str | os.PathLike[str]"
_KEYWORDS = {
    "Path": _PATH,
    "tuple[Path, ...]": f"Sequence[{_PATH}]",
    "str | Box": "str | Box | Sequence[int]",
}
_READABLE = {
    "str": "text", "int": "whole number", "float": "number", "bool": "on or off", "Path": "file",
    "tuple[Path, ...]": "files", "str | Box": "text or box",
}  # fmt: skip


def keywords() -> str:
    """The module with the keyword arguments of `Client`."""
    fields = "\n".join(
        f"    {item.name}: {_KEYWORDS.get(item.type, item.type)} | None"
        for item in options_of(EditRequest)
    )
    return f'''"""The options of an edit as keyword arguments.

{WRITTEN}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from seamfill.geometry import Box

__all__ = ["EditOptions"]


class EditOptions(TypedDict, total=False):
    """Any of the fields of `EditRequest`; None and left out are the same."""

{fields}
'''


def reference() -> str:
    """The page with all options."""
    rows = {WHERE: "", ASKED: "", FITTED: ""}
    for item in options_of(EditRequest):
        rows[item.group] += _row(item)
    again = "".join(_row(item) for item in REFIT)
    head = "| option | in the shell | in GIMP | value | what it does |\n|---|---|---|---|---|\n"
    groups = "\n".join(f"## {name.capitalize()}\n\n{head}{rows[name]}" for name in rows)
    return f"""# Options of an edit

Under its first name, an option is a keyword argument of `Client` and `edit`, a key of a batch
file's lines and of the worker's `options`, and a field of `EditRequest`; beside it is what the
shell and GIMP's procedures call it. What is left out is chosen. What a model takes stands in the
[catalogue](catalogue.md); what it would refuse is refused before anything is sent.

{groups}
## Where an answer is fitted again

`seamfill refit`, Refit Layer and the worker's `refit` take these.

{head}{again}"""


def _row(item: Option) -> str:
    argument = f"`{_argument(item)}`" if _argument(item) in _labelled() else ""
    value = "; ".join(filter(None, [_READABLE[item.type], item.limits()]))
    off = f" Without: {item.off[0].lower()}{item.off[1:]}" if item.off else ""
    cells = [f"`{item.name}`", f"`{item.shell_flag}`", argument, value, item.about + off]
    return f"| {' | '.join(cells)} |\n"


def _labelled() -> list[str]:
    """The arguments that have a label in GIMP."""
    return re.findall(r'"([a-z-]+)": Label', _LABELS.read_text("utf-8"))


def _argument(item: Option) -> str:
    return ARGUMENTS.get(item.name, item.name.replace("_", "-"))


def table() -> str:
    """The module with what the plug-in needs to know of options."""
    labelled = _labelled()
    taken = (item for item in ALL.values() if _argument(item) in labelled)
    rows = "".join(f"    {_entry(item)},\n" for item in taken)
    return f'''"""The worker's options that are arguments of GIMP's procedures.

{WRITTEN}
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
{rows})
'''


def _entry(item: Option) -> str:
    kinds = {"int": "whole", "float": "number", "bool": "switch", "tuple[Path, ...]": "texts"}
    kind = kinds.get(item.type, "text")
    unset: object = item.default
    if kind == "text":
        unset = "auto" if item.values_of or item.default == "auto" else ""
    elif item.default is None:
        unset = -1 if kind == "whole" else -1.0
    elif kind == "texts":
        unset = []
    told = [item.name, _argument(item), kind, unset]
    if item.largest is not None:
        told += [item.least, item.largest]
    return f"Option({', '.join(map(_shown, told))})"


def _shown(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


GENERATED = {
    PROJECT / "core" / "seamfill" / "options" / "keywords.py": keywords,
    PROJECT / "docs" / "options.md": reference,
    PROJECT / "gimp_plugin" / "worker" / "option_table.py": table,
}
"""Each file that is written, with what makes it."""


def main() -> None:
    """Write all of them."""
    for path, content in GENERATED.items():
        path.write_text(content(), "utf-8")
        print(path)


if __name__ == "__main__":
    main()
