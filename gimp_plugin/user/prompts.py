"""Prompts: the last one for a session, former ones and favourites in the user's profile.

They say what somebody is working on, so GIMP is not let to save them with its settings or in
images. The last one is held in the running GIMP alone; those of the history are in a file that
only the user can read, and only if they are to be kept.
"""

from user import parasites
from user.files import never_failing, read, write
from user.preferences import preferences

__all__ = ["favourites", "forget", "last_prompt", "prompts", "remember", "set_favourite"]

SESSION = "seamfill-last-prompt"
KEPT = 40
"""How many prompts the history holds."""


def last_prompt() -> str:
    """Tell the prompt of the last edit of this GIMP; empty if there was none."""
    return str(parasites.find(None, SESSION) or "")


def prompts() -> "list[str]":
    """List former prompts, the newest first."""
    return _listed("prompts")


def favourites() -> "list[str]":
    """List the prompts that the user keeps for good, in alphabetical order."""
    return sorted(_listed("favourites"), key=str.lower)


def _listed(which: str) -> "list[str]":
    kept = read("prompts").get(which)
    return [prompt for prompt in kept if isinstance(prompt, str)] if isinstance(kept, list) else []


def set_favourite(prompt: str, wanted: bool) -> None:
    """Keep a prompt for good, or no longer; that the user asks for it is leave enough."""
    others = [old for old in favourites() if old != prompt]
    _write_prompts(prompts(), [*others, prompt] if wanted else others)


def remember(prompt: str) -> None:
    """Take note of a prompt that was used."""
    if not prompt.strip():
        return
    with never_failing():
        parasites.attach(None, SESSION, prompt)
        if preferences().keep_prompts:
            others = [old for old in prompts() if old != prompt]
            _write_prompts([prompt, *others][:KEPT], favourites())


def forget() -> None:
    """Drop all former prompts; favourites stay."""
    _write_prompts([], favourites())


def _write_prompts(former: "list[str]", favourite: "list[str]") -> None:
    write("prompts", {"prompts": former, "favourites": favourite})
