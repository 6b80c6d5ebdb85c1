"""Asking an endpoint which models it has; free of charge, and a test of the key."""

from __future__ import annotations

import contextlib
import datetime
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from seamfill.api.error_mapping import judge
from seamfill.api.error_reply import hiding, read_failure
from seamfill.api.json_reading import load_json, tidy
from seamfill.endpoints.servers import may_edit
from seamfill.endpoints.shutdown import shutdown_warning
from seamfill.errors import SeamfillError, ServerTrouble
from seamfill.transport.authorization import authorizer
from seamfill.transport.connection_errors import not_reached
from seamfill.transport.exchange import Broken, Chunk, Exchange, Head
from seamfill.version import __version__

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping

    from seamfill.endpoints import Model
    from seamfill.endpoints.target import Target

__all__ = ["ModelReport", "Offer", "check_key", "get", "list_models", "read_list", "report"]

_MAX_SECONDS = 20.0
_MAX_BYTES = 8_000_000
_MAX_MODELS = 2000
_MAX_NAME = 200  # characters


def list_models(
    target: Target, cancel: threading.Event | None = None
) -> Mapping[str, Mapping[str, Any]] | None:
    """The models that an endpoint lists.

    Parameters
    ----------
    target : Target
    cancel : threading.Event, optional

    Returns
    -------
    mapping of str to mapping, or None
        What it says of each, by name; None where it has no such list.

    Raises
    ------
    Refused
        If it does not accept the key.
    EndpointFailed
        If it was not reached or failed.
    Cancelled
        If the user cancelled.
    """
    if not target.endpoint.models_path or target.base_url is None:
        return None
    url = target.endpoint.url(target.base_url, target.endpoint.models_path)
    status, headers, body = get(url, target, _MAX_SECONDS, cancel)
    if status in {404, 405}:
        return None
    if status != 200:
        raise judge(read_failure(status, headers, body, target, sent=False), target)
    return read_list(body, hiding(target))


def read_list(body: bytes, hide: Callable[[str], str]) -> Mapping[str, Mapping[str, Any]] | None:
    """The models in a list of the usual form, by name; None where it is no such list.

    Parameters
    ----------
    body : bytes
    hide : callable
        Takes a key out of a text that may quote it, see `hiding`.
    """
    try:
        entries = load_json(body)["data"]
        return {
            str(tidy(entry["id"], hide))[:_MAX_NAME]: tidy(entry, hide)
            for entry in entries[:_MAX_MODELS]
        }
    except (ValueError, KeyError, TypeError):
        return None


def get(
    url: str, target: Target, seconds: float, cancel: threading.Event | None = None
) -> tuple[int, Mapping[str, str], bytes]:
    """Ask an endpoint for something that costs nothing.

    Parameters
    ----------
    url : str
    target : Target
        Whose key goes along, if it may go there.
    seconds : float
        For all of it.
    cancel : threading.Event, optional

    Returns
    -------
    status : int
    headers : mapping of str to str
        Names in lower case.
    body : bytes
        Its beginning, where it is very long.

    Raises
    ------
    EndpointFailed
        If it was not reached or took too long.
    Cancelled
        If the user cancelled.
    """
    exchange = Exchange(
        "GET",
        url,
        headers={"Accept": "application/json", "User-Agent": f"seamfill/{__version__}"},
        authorize=authorizer(target),
        read_timeout=seconds,
        ca=target.endpoint.ca,
    )
    deadline = time.monotonic() + seconds
    status, headers, body = 0, {}, bytearray()
    try:
        for happening in exchange.happenings(cancel, lambda: deadline):
            match happening:
                case Head(code, found):
                    status, headers = code, dict(found)
                case Chunk(data) if len(body) < _MAX_BYTES:
                    body += data
                case Broken(error):
                    raise not_reached(error, target) from error
    except TimeoutError as error:
        raise ServerTrouble(
            f"{target.title} did not list its models in time.", "Try again later."
        ) from error
    return status, headers, bytes(body)


def check_key(target: Target) -> str:
    """Try the key of an endpoint by asking for its list of models, which costs nothing.

    Parameters
    ----------
    target : Target

    Returns
    -------
    str
        What was found, for the user.

    Raises
    ------
    BadKey
        If there is none, or the endpoint does not accept it.
    EndpointFailed
        If the endpoint was not reached or failed.
    """
    name = target.title
    if target.endpoint.auth == "none":
        return f"{name} needs no key."
    listed = list_models(target)
    if listed is None:
        return f"{name} has no list of models, so the key cannot be tried without an edit."
    if target.key is None:
        return f"{name} answers without a key; it lists {len(listed)} models."
    return f"{name} accepts the key; it lists {len(listed)} models."


@dataclass(frozen=True)
class Offer:
    """One model at one endpoint.

    Parameters
    ----------
    model : Model
        With the date of its shutdown as the endpoint tells it, where it does.
    listed : bool or None
        Whether the endpoint lists it; None where it was not asked or does not say.
    default : bool
        Whether it is used when none is named.
    warning : str
        A sentence for the user; empty where all is well.
    """

    model: Model
    listed: bool | None
    default: bool
    warning: str


@dataclass(frozen=True)
class ModelReport:
    """All models of an endpoint.

    Parameters
    ----------
    offers : tuple of Offer
        Those of the catalogue first, then what else the endpoint lists that edits images, as
        far as it, the catalogue or the name tells; at a server of one's own, all that may.
    trouble : str
        Why the endpoint could not be asked; empty where it was, or is embedded.
    """

    offers: tuple[Offer, ...]
    trouble: str = ""


def report(
    target: Target,
    *,
    ask: bool = True,
    today: datetime.date | None = None,
    cancel: threading.Event | None = None,
) -> ModelReport:
    """Tell what an endpoint offers.

    Parameters
    ----------
    target : Target
        From `resolve`.
    ask : bool
        Whether to ask the endpoint itself as well, with its key.
    today : datetime.date, optional
        What warnings go by.
    cancel : threading.Event, optional

    Returns
    -------
    ModelReport
        An endpoint that cannot be asked is no error.

    Raises
    ------
    Cancelled
        If the user cancelled.
    """
    today = today or datetime.datetime.now(datetime.UTC).date()
    listed: Mapping[str, Mapping[str, Any]] | None = None
    trouble = ""
    if ask:
        try:
            listed = list_models(target, cancel)
        except SeamfillError as error:
            if error.code == "cancelled":
                raise
            trouble = str(error)
    names = [*target.endpoint.models]
    names += [name for name in listed or {} if name not in names and _edits(name, target, listed)]
    offers = [_offer(name, target, listed, today) for name in names]
    return ModelReport(tuple(offers), trouble)


def _edits(name: str, target: Target, listed: Mapping[str, Mapping[str, Any]] | None) -> bool:
    """Whether a listed model is worth showing."""
    endpoint = target.endpoint
    found = may_edit(name, (listed or {}).get(name, {}))
    if found is None:
        own = not endpoint.model(endpoint.default_model).named
        return own or endpoint.model(name).known
    return found


def _offer(
    name: str,
    target: Target,
    listed: Mapping[str, Mapping[str, Any]] | None,
    today: datetime.date,
) -> Offer:
    model = target.endpoint.model(name)
    told = (listed or {}).get(name, {}).get("shutdown_date")
    if isinstance(told, str):
        with contextlib.suppress(ValueError):  # a date in no form that is known says nothing
            model = replace(model, shutdown=datetime.date.fromisoformat(told[:10]))
    return Offer(
        model=model,
        listed=None if listed is None else name in listed,
        default=name == target.endpoint.default_model,
        warning=shutdown_warning(model, today),
    )
