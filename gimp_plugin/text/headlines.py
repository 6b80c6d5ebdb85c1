"""What went wrong in a few words of the user's language, beside the core's own in English."""

from collections.abc import Callable

from text.i18n import _

__all__ = ["headline", "hint"]

ELSEWHERE = ("seamfill ", "catalogue", "OPENAI_", "--", "base URL", "time-out")
"""What hints of the core speak of that GIMP has no menu and no dialog for."""


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


def hint(code: str, core: str) -> str:
    """Say what to do next about an error of the worker, in GIMP.

    Parameters
    ----------
    code : str
        The name in the core's error tree.
    core : str
        The core's own hint, which is in English and may be for users of a shell.

    Returns
    -------
    str
        The core's where it says something that can be done in GIMP and there is no translation.
    """
    texts = _hints(lambda text: text)
    ours = _hints(_).get(code, "")
    usable = not any(word in core for word in ELSEWHERE)
    translated = code in texts and ours != texts[code]
    if usable and not translated:
        return core
    return ours or _("Choose another endpoint, model or option.")


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


def _hints(_: Callable[[str], str]) -> "dict[str, str]":
    return {
        "plan_changed": _("Look at what would be sent now, and try again."),
        "no_index": _("Set UV_DEFAULT_INDEX, or PIP_INDEX_URL, to the address of yours."),
        "index_not_reached": _("Check the connection, the proxy and the package index."),
        "no_certificates": _("Set SSL_CERT_FILE to a file of the authorities that you trust."),
        "wrong_file": _("Your package index changes packages. Ask who looks after it."),
        "disk_full": _("Make room, and try again."),
        "no_core": _("Unzip the plug-in's archive again, or run install.py."),
        "bad_key": _("Enter the key in Filters ▸ Seamfill ▸ Settings."),
        "keyring_refused": _("Unlock the keyring and try again."),
        "quota_exceeded": _("Add credit or raise the limit at the endpoint."),
        "moderated": _("Word it differently, or select less of the picture."),
        "model_unavailable": _("Choose another model."),
        "request_rejected": _("Choose another model, size or option."),
        "not_reached": _("Check the connection, and whether the endpoint runs."),
        "rate_limited": _("Wait a little and try again."),
        "server_trouble": _("Look at what the endpoint says of its state before you try again."),
        "perhaps_paid": _("See Filters ▸ Seamfill ▸ Recover Results before you try again."),
        "answer_unusable": _("See Filters ▸ Seamfill ▸ Recover Results."),
    }
