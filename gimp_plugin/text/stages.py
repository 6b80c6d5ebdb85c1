"""How far an edit is, in words."""

from text.i18n import _

__all__ = ["stage_text"]


def stage_text(stage: str, number: int = 1, total: int = 1) -> str:
    """Put a stage of the worker's in words, with which of several it is about."""
    texts = {
        "preparing": _("Preparing"),
        "sending": _("Sending"),
        "waiting": _("Waiting for the model"),
        "retrying": _("Trying again soon"),
        "answered": _("The answer is here"),
        "fitting": _("Fitting the answer"),
    }
    text = texts[stage]
    if total < 2:
        return text
    return _("{what} ({number} of {count})").format(what=text, number=number, count=total)
