"""Every error that Seamfill raises, in one tree.

::

    SeamfillError
    ├── BadInput            2    something given cannot be used; nothing was sent
    │   ├── KeyringRefused
    │   └── PlanChanged
    ├── Refused             3    the endpoint said no
    │   ├── BadKey
    │   ├── QuotaExceeded
    │   ├── Moderated
    │   ├── ModelUnavailable
    │   └── RequestRejected
    ├── EndpointFailed      4    not reached, or failed there
    │   ├── NotReached
    │   ├── RateLimited
    │   ├── ServerTrouble
    │   └── PerhapsPaid
    ├── AnswerUnusable      5    an answer came, and could not be used; its bytes are kept
    └── Cancelled         130

The number is the exit code of the command. A message says what happened in the user's words, a
hint what to do next; neither ever holds a key, a traceback or raw JSON.
"""

from __future__ import annotations

__all__ = [
    "ADVICE",
    "AnswerUnusable",
    "BadInput",
    "BadKey",
    "Cancelled",
    "EndpointFailed",
    "KeyringRefused",
    "ModelUnavailable",
    "Moderated",
    "NotReached",
    "PerhapsPaid",
    "PlanChanged",
    "QuotaExceeded",
    "RateLimited",
    "Refused",
    "RequestRejected",
    "SeamfillError",
    "ServerTrouble",
]


ADVICE = {
    "address": "give the endpoint its address",
    "certificate": "say which certificate of a server of one's own to trust",
    "disk": "make room",
    "encryption": "use https, or let the key travel openly",
    "key": "store a key",
    "model": "choose another model",
    "prompt": "write a prompt",
    "selection": "select another part",
    "timeout": "look at what was billed, and give the endpoint more time",
}
"""What helps, where a kind of error alone does not say it: fronts have words and buttons for it."""


class SeamfillError(Exception):
    """The root of the tree.

    Parameters
    ----------
    message : str
        What happened, in the user's words; one sentence.
    hint : str, optional
        What to do next, in words for a shell.
    request_id : str, optional
        The endpoint's own name for the request, for its support.
    advice : str, optional
        What to do next, as one of `ADVICE`, for fronts with words of their own; the error's code
        when omitted.

    Attributes
    ----------
    may_be_billed : bool
        Whether a request was sent that may have to be paid for though this came of it.
    """

    code = "error"
    exit_code = 1
    may_be_billed = False

    def __init__(
        self, message: str, hint: str = "", *, request_id: str | None = None, advice: str = ""
    ) -> None:
        super().__init__(message)
        self.advice = advice or self.code
        self.message = message
        self.hint = hint
        self.request_id = request_id

    def __str__(self) -> str:
        """Message, hint and request id, as a person reads them."""
        request = f"(request id {self.request_id})" if self.request_id else ""
        return " ".join(part for part in (self.message, self.hint, request) if part)


class BadInput(SeamfillError):
    """Something given cannot be used; nothing was sent."""

    code = "bad_input"
    exit_code = 2


class KeyringRefused(BadInput):
    """The system's keyring stayed locked, or failed; no key was stored, read or deleted."""

    code = "keyring_refused"


class PlanChanged(BadInput):
    """The plan that the user was shown is not what would be sent now.

    Parameters
    ----------
    message : str
        What has changed.
    """

    code = "plan_changed"

    def __init__(self, message: str) -> None:
        super().__init__(message, "Look at what would be sent now, and try again.")


class Refused(SeamfillError):
    """The endpoint said no."""

    code = "refused"
    exit_code = 3


class BadKey(Refused):
    """The key is missing, wrong or not allowed to do this."""

    code = "bad_key"


class QuotaExceeded(Refused):
    """The account has no money or allowance left."""

    code = "quota_exceeded"


class Moderated(Refused):
    """The endpoint's safety system refused prompt, image or answer."""

    code = "moderated"


class ModelUnavailable(Refused):
    """The model does not exist there, was switched off, or is not open to this account."""

    code = "model_unavailable"


class RequestRejected(Refused):
    """The endpoint found a parameter, mask or size that it does not take."""

    code = "request_rejected"


class EndpointFailed(SeamfillError):
    """The endpoint was not reached, or failed."""

    code = "endpoint_failed"
    exit_code = 4


class NotReached(EndpointFailed):
    """The request did not get out whole; nothing can have been paid.

    `passing` says whether another attempt may help.
    """

    code = "not_reached"
    passing = False


class RateLimited(EndpointFailed):
    """Too many requests, and waiting as asked did not help."""

    code = "rate_limited"


class ServerTrouble(EndpointFailed):
    """The endpoint answered with a failure of its own."""

    code = "server_trouble"


class PerhapsPaid(EndpointFailed):
    """The request was sent and no answer came back whole; it may have been billed."""

    code = "perhaps_paid"
    may_be_billed = True


class AnswerUnusable(SeamfillError):
    """An answer came and could not be used; what came is in the journal."""

    code = "answer_unusable"
    exit_code = 5


class Cancelled(SeamfillError):
    """The user cancelled."""

    code = "cancelled"
    exit_code = 130
