"""What an option knows about itself, and how a class of options is read."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any, NamedTuple

__all__ = ["ASKED", "FITTED", "WHERE", "Option", "described", "option", "options_of"]

WHERE = "where it goes"
ASKED = "what is asked for"
FITTED = "how it fits"

_OPTION = "option"
_TYPES = {"Path": "path", "tuple[Path, ...]": "tuple of path", "str | Box": "str or Box"}


class Option(NamedTuple):
    """All that is to be said of an option.

    Parameters
    ----------
    about : str
        What it does, in a sentence or two.
    group : str
        `WHERE`, `ASKED` or `FITTED`.
    unit : str
        Of a number; empty for a mere count.
    least, largest : float, optional
        Bounds of a number, whatever the model; both or none.
    choices : tuple of str
        All values that any model takes; empty where models have their own, or any text will do.
    values_of : str
        The field of `Model` that lists what a model takes of it.
    unset : str
        What happens where it is left out, unless the default says so.
    off : str
        What a switch that is on does where it is turned off.
    flag : str
        Its name in the shell, where that is no plain ``--name``.
    placeholder : str
        What stands for its value in the shell's help.
    name, type, default
        The field's own; filled in by `options_of`. The type is the annotation without ``| None``.
    """

    about: str
    group: str
    unit: str = ""
    least: float | None = None
    largest: float | None = None
    choices: tuple[str, ...] = ()
    values_of: str = ""
    unset: str = ""
    off: str = ""
    flag: str = ""
    placeholder: str = ""
    name: str = ""
    type: str = ""
    default: Any = None

    @property
    def shell_flag(self) -> str:
        """What a user writes in the shell: what changes the default, if it is a switch."""
        dashed = self.name.replace("_", "-")
        return self.flag or (f"--no-{dashed}" if self.default is True else f"--{dashed}")

    def limits(self) -> str:
        """Bounds, unit, choices and default in a few words, such as ``0 to 4096 pixels``."""
        told = []
        if self.largest is not None:
            told.append(f"{self.least:g} to {self.largest:g} {self.unit}".rstrip())
        if self.choices:
            told.append(", ".join(self.choices))
        elif self.values_of:
            told.append("what the model takes")
        if self.unset:
            told.append(f"{self.unset} if omitted")
        return "; ".join(told)


def option(default: Any, about: str, group: str, **more: Any) -> Any:
    """Make a field of an option.

    Parameters
    ----------
    default
        Its value where it is left out.
    about, group, **more
        See `Option`.
    """
    return of(default, Option(about, group, **more))


def of(default: Any, known: Option) -> Any:
    """Make a field of an option that other classes have, too.

    Parameters
    ----------
    default
        Its value where it is left out.
    known : Option
    """
    return dataclasses.field(default=default, metadata={_OPTION: known})


@cache
def options_of(cls: type) -> tuple[Option, ...]:
    """All options of a class, in its order.

    Parameters
    ----------
    cls : type
        A dataclass, every field of which was made by `option`.
    """
    return tuple(
        item.metadata[_OPTION]._replace(
            name=item.name,
            type=str(item.type).removesuffix(" | None"),
            default=item.default,
        )
        for item in dataclasses.fields(cls)
    )


def described(cls: type) -> type:
    """Write what the options of a class know into its docstring, so that ``help`` shows it.

    Parameters
    ----------
    cls : type
        See `options_of`.
    """
    lines = [cls.__doc__ or "", "    Parameters", "    ----------"]
    for item in options_of(cls):
        optional = ", optional" if item.default is None else ""
        lines.append(f"    {item.name} : {_TYPES.get(item.type, item.type)}{optional}")
        limits = item.limits()
        lines.append(f"        {item.about}" + (f" ({limits})" if limits else ""))
    cls.__doc__ = "\n".join([*lines, "    "])
    return cls
