"""What went wrong in a few words of the user's language, beside the core's own in English."""

from collections.abc import Callable

from i18n import _ as translate

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
    translated = _texts(translate)[code]
    return translated if translated != texts[code] else ""


def _texts(_: Callable[[str], str]) -> "dict[str, str]":
    return {
        "bad_input": _("This cannot be sent as it is."),
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
