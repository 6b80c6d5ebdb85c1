"""What went wrong in a few words of the user's language, beside the core's own in English."""

from collections.abc import Callable

from text.i18n import _

__all__ = ["headline"]


def headline(code: str) -> str:
    """Say of which kind an error of the worker is.

    Parameters
    ----------
    code : str
        The name in the core's error tree.

    Returns
    -------
    str
        A sentence; empty in English, where the core's own message says it better, and for codes
        that have none.
    """
    texts = _texts(lambda text: text)
    if code not in texts:
        return ""
    translated = _texts(_)[code]
    return translated if translated != texts[code] else ""


def _texts(_: Callable[[str], str]) -> "dict[str, str]":
    return {
        "bad_input": _("This cannot be sent as it is."),
        "plan_changed": _("Something changed since this was planned; nothing was sent."),
        "no_index": _("No package index is known on this machine."),
        "index_not_reached": _("The package index was not reached."),
        "no_certificates": _("A server's certificate could not be verified."),
        "wrong_file": _("A package is not the one that it should be, and was thrown away."),
        "disk_full": _("There is not enough room on the disk."),
        "no_core": _("This is no whole plug-in."),
        "no_platform": _("There are no packages for this kind of computer."),
        "bad_key": _("The key was not accepted."),
        "quota_exceeded": _("The account has no money or allowance left."),
        "moderated": _("The endpoint's safety system refused this."),
        "model_unavailable": _("The model is not available."),
        "request_rejected": _("The endpoint does not take one of the options."),
        "not_reached": _("The endpoint was not reached; nothing was paid."),
        "rate_limited": _("The endpoint has too many requests at the moment."),
        "server_trouble": _("The endpoint itself failed."),
        "perhaps_paid": _("No whole answer came, and it may have been billed."),
        "answer_unusable": _("The answer could not be used; it is kept."),
    }
