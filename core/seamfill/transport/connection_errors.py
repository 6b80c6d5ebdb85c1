"""Connections that fail, in the user's words."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from seamfill.api.error_mapping import PAID_HINT
from seamfill.endpoints.addresses import RefusedAddressError
from seamfill.errors import BadInput, NotReached, PerhapsPaid, SeamfillError
from seamfill.transport.exchange import chain

if TYPE_CHECKING:
    from seamfill.endpoints.target import Target

__all__ = ["not_reached", "perhaps_paid", "reason"]


def not_reached(trouble: Exception, target: Target) -> SeamfillError:
    """The error for a request that did not get out; nothing can have been paid.

    Parameters
    ----------
    trouble : Exception
        Of requests, urllib3 or the operating system.
    target : Target

    Returns
    -------
    SeamfillError
        A `NotReached` says in `passing` whether another attempt may help.
    """
    import requests

    host = urlsplit(target.url).netloc
    for error in chain(trouble):
        if isinstance(error, BadInput):  # of whoever was to put the key on the request
            return error
        if isinstance(error, RefusedAddressError):
            return BadInput(
                f"{error}, so nothing was sent.",
                "Give the address of a machine outright.",
                advice="address",
            )
        if isinstance(error, ssl.SSLCertVerificationError):
            why = getattr(error, "verify_message", "") or "it cannot be verified"
            return NotReached(
                f"The certificate of {host} cannot be trusted ({why}), so nothing was sent.",
                "For a server of your own, name its certificate as ca in the catalogue.",
                advice="certificate",
            )
        if isinstance(error, OSError) and "CA certificate bundle" in str(error):
            return BadInput(
                f"The certificate file is not there: {str(error).rpartition(': ')[2]}.",
                advice="certificate",
            )
    if isinstance(trouble, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return BadInput(f"The base URL {target.base_url!r} cannot be used.", advice="address")
    place = host if target.title == host else f"{target.title} at {host}"
    error = NotReached(
        f"{place} was not reached: {reason(trouble)}.",
        "Nothing was sent. Check the connection and the base URL.",
    )
    error.passing = True
    return error


def perhaps_paid(trouble: Exception, target: Target, request_id: str | None) -> PerhapsPaid:
    """The error for a request that got out and brought nothing whole.

    Parameters
    ----------
    trouble : Exception
    target : Target
    request_id : str or None

    Returns
    -------
    PerhapsPaid
    """
    if isinstance(trouble, TimeoutError):
        return PerhapsPaid(
            f"No answer came from {target.title} within {target.timeout:g} seconds.",
            PAID_HINT + " A longer time-out gives slow models more time.",
            request_id=request_id,
            advice="timeout",
        )
    return PerhapsPaid(
        f"The connection to {target.title} broke before the answer was complete "
        f"({reason(trouble)}).",
        PAID_HINT,
        request_id=request_id,
    )


def reason(trouble: BaseException) -> str:
    """Why a connection failed, in a few words.

    Parameters
    ----------
    trouble : BaseException

    Returns
    -------
    str
    """
    from urllib3.exceptions import (
        ConnectTimeoutError,
        IncompleteRead,
        InvalidChunkLength,
        ProxyError,
        ReadTimeoutError,
    )

    words: list[tuple[type[BaseException] | tuple[type[BaseException], ...], str]] = [
        (ProxyError, "the proxy was not reached"),
        (socket.gaierror, "its name is not known"),
        (ConnectionRefusedError, "it refused the connection"),
        ((ConnectTimeoutError, ReadTimeoutError, TimeoutError), "it did not answer in time"),
        ((ConnectionResetError, BrokenPipeError), "it closed the connection"),
        ((IncompleteRead, InvalidChunkLength), "it stopped in the middle"),
        (ssl.SSLError, "no encrypted connection could be made"),
    ]
    causes = list(chain(trouble))
    for kind, text in words:
        if any(isinstance(error, kind) for error in causes):
            return text
    return "the connection broke"
