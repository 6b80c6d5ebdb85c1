"""How far an edit is, where GIMP shows that of any plug-in."""

from typing import Any

from gi.repository import Gimp

from text.i18n import _

__all__ = ["progress", "stage_text"]


def progress(title: str) -> Any:
    """Show the worker's progress where GIMP shows that of any plug-in."""
    Gimp.progress_init(title)

    def notify(method: str, params: "dict[str, Any]") -> None:
        if method != "progress":
            return
        Gimp.progress_set_text(stage_text(params))
        if params.get("fraction") is None:
            Gimp.progress_pulse()
        else:
            Gimp.progress_update(params["fraction"])

    return notify


def stage_text(params: "dict[str, Any]") -> str:
    """Put the worker's notification of progress in words."""
    texts = {
        "preparing": _("Preparing"),
        "sending": _("Sending"),
        "waiting": _("Waiting for the model"),
        "retrying": _("Trying again soon"),
        "answered": _("The answer is here"),
        "fitting": _("Fitting the answer"),
    }
    text = texts[params["stage"]]
    total = params.get("total", 1)
    if total < 2:
        return text
    return _("{what} ({number} of {count})").format(what=text, number=params["number"], count=total)
