"""Names of layers, after prompts in any script."""

from unicodedata import category

from text.i18n import _
from user.preferences import preferences

__all__ = ["layer_name"]

LONGEST_NAME = 32
"""Letters of a layer's name."""
NEVER_SHOWN = ("Cc", "Cs")
"""Unicode's categories of control characters and of lone surrogates, which UTF-8 cannot hold."""
JOINED = ("Mn", "Mc", "Me", "Cf", "Sk")
"""Those of marks, joiners and skin tones: one letter with what is before them."""
JOINER = "\u200d"
"""Makes one emoji of two."""


def layer_name(prompt: str) -> str:
    """Name a layer after its prompt: shortly, on one line, and never as the private ones are."""
    shown = (" " if category(letter) in NEVER_SHOWN else letter for letter in prompt)
    words = " ".join("".join(shown).split())
    mark = preferences().private_mark
    while mark and words.startswith(mark):
        words = words.removeprefix(mark).lstrip()
    if len(words) <= LONGEST_NAME:
        return words or _("Fill")
    end = LONGEST_NAME - 1
    while end > 1 and (category(words[end]) in JOINED or words[end - 1] == JOINER):
        end -= 1
    return words[:end].rstrip() + "…"
