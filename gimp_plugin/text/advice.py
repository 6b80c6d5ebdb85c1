"""What helps with an error, in words of GIMP's menus, and the buttons that do it."""

from text.i18n import _

__all__ = ["buttons", "hint"]

SETTINGS, AGAIN, RECOVER = "settings", "again", "recover"

HELPS = {
    "address": SETTINGS,
    "bad_key": SETTINGS,
    "certificate": SETTINGS,
    "encryption": SETTINGS,
    "key": SETTINGS,
    "timeout": SETTINGS,
    "disk": AGAIN,
    "keyring_refused": AGAIN,
    "not_reached": AGAIN,
    "plan_changed": AGAIN,
    "rate_limited": AGAIN,
    "server_trouble": AGAIN,
    "worker_lost": AGAIN,
}
"""Which button stands beside which error."""


def buttons(advice: str) -> "list[tuple[str, str]]":
    """Name and label of each button that helps with an error."""
    labels = {SETTINGS: _("Open _Settings…"), AGAIN: _("_Try Again")}
    name = HELPS.get(advice)
    return [(name, labels[name])] if name else []


def hint(advice: str) -> str:
    """Say what to do next about an error.

    Parameters
    ----------
    advice : str
        The core's name for what helps, or the error's code.
    """
    return _hints().get(advice, _("Choose another endpoint, model or option."))


def _hints() -> "dict[str, str]":
    key = _("Enter the key in Filters ▸ Seamfill ▸ Settings.")
    other = _("Choose another model.")
    return {
        "address": _("Give the server's address in Filters ▸ Seamfill ▸ Settings."),
        "bad_key": key,
        "key": key,
        "certificate": _("Name the server's certificate file in Filters ▸ Seamfill ▸ Settings."),
        "encryption": _("Use https, or let the key travel unencrypted in Settings."),
        "timeout": _("Look at what was billed; Settings gives the server more time."),
        "disk": _("Make room on the disk and try again."),
        "prompt": _("Change the prompt."),
        "selection": _("Select another part, or a smaller one."),
        "no_index": _("Set UV_DEFAULT_INDEX, or PIP_INDEX_URL, to the address of yours."),
        "index_not_reached": _("Check the connection, the proxy and the package index."),
        "no_certificates": _("Set SSL_CERT_FILE to a file of the authorities that you trust."),
        "wrong_file": _("Your package index changes packages. Ask who looks after it."),
        "disk_full": _("Make room, and try again."),
        "no_core": _("Unzip the plug-in's archive again, or run install.py."),
        "plan_changed": _("Look at what would be sent now, and try again."),
        "keyring_refused": _("Unlock the keyring and try again."),
        "quota_exceeded": _("Add credit or raise the limit at the endpoint."),
        "moderated": _("Word it differently, or select less of the picture."),
        "model": other,
        "model_unavailable": other,
        "request_rejected": _("Choose another model, size or option."),
        "not_reached": _("Check the connection, and whether the endpoint runs."),
        "rate_limited": _("Wait a little and try again."),
        "server_trouble": _("Look at what the endpoint says of its state before you try again."),
        "perhaps_paid": _("See Filters ▸ Seamfill ▸ Recover Results before you try again."),
        "answer_unusable": _("See Filters ▸ Seamfill ▸ Recover Results."),
        "internal": _("Please report it; GIMP's error output, seen in a terminal, says where."),
    }
