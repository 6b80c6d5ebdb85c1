"""What the user prefers, kept in the profile."""

from typing import NamedTuple, TypeVar

from user.files import read, write

__all__ = ["Preferences", "preferences", "save"]

Kind = TypeVar("Kind")


class Preferences(NamedTuple):
    """What the user prefers, and what holds for someone who has said nothing.

    Parameters
    ----------
    keep_prompts : bool
        Whether there is a history of prompts.
    prompts_in_layers : bool
        Whether a layer keeps the prompt that it was made with.
    private_mark : str
        Layers whose names begin so are never sent; empty where all may be.
    cost_limit : float
        What an edit may cost without a question, in US dollars; 0 for all that it may.
    """

    keep_prompts: bool = True
    prompts_in_layers: bool = False
    private_mark: str = ""
    cost_limit: float = 0.0


def preferences() -> Preferences:
    """Read the user's preferences; what is of no use in the file is as if it were not there."""
    kept, default = read("preferences"), Preferences()
    return Preferences(
        _kept(kept, "keep-prompts", default.keep_prompts),
        _kept(kept, "prompts-in-layers", default.prompts_in_layers),
        _kept(kept, "private-mark", default.private_mark),
        _kept(kept, "cost-limit", default.cost_limit),
    )


def save(changed: Preferences) -> None:
    """Write preferences."""
    named = {name.replace("_", "-"): value for name, value in changed._asdict().items()}
    write("preferences", named)


def _kept(kept: "dict[str, object]", name: str, default: Kind) -> Kind:
    value = kept.get(name)
    if isinstance(default, float) and type(value) is int:
        value = float(value)
    return value if isinstance(value, type(default)) else default
