"""API keys: found, stored and deleted; never shown.

A key comes from the environment, else from the operating system's keyring, else from a file that
only the user can read, which is used where there is no keyring, or where the user says so. A list
of endpoints that have a stored key is kept beside it, so that the keyring, which is slow to start,
is asked only when it holds something.
"""

from __future__ import annotations

import functools
import json
import os
from typing import TYPE_CHECKING, Any, Literal, get_args
from urllib.parse import urlsplit

from seamfill.endpoints.addresses import is_loopback_host
from seamfill.endpoints.redaction import Redaction
from seamfill.errors import BadInput, KeyringRefused
from seamfill.files.private import alone, write_private

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from seamfill.endpoints.entries import Endpoint

__all__ = ["Key", "Place", "admitted", "delete", "find", "store", "stored"]

Place = Literal["keyring", "file"]

_SERVICE = "seamfill"


class Key:
    """An API key that does not show itself.

    Parameters
    ----------
    secret : str
        Printable ASCII, since it travels in a header.

    Raises
    ------
    BadInput
        If it is empty or holds anything that a header cannot.
    """

    __slots__ = ("_redaction", "_reveal")

    def __init__(self, secret: str) -> None:
        secret = secret.strip()
        if not secret:
            raise BadInput("The key is empty.")
        if not (secret.isascii() and secret.isprintable()) or " " in secret:
            raise BadInput("The key holds a character that no key has.", "Copy it once more.")
        # Inside a function, so that debuggers, which print the values that objects hold, do not.
        self._reveal: Callable[[], str] = lambda: secret
        self._redaction: Callable[[], Redaction] = functools.cache(lambda: Redaction(secret))

    def reveal(self) -> str:
        """The key itself, for the header and nothing else."""
        return self._reveal()

    def redact(self, text: str) -> str:
        """A text without the key, in whatever encoding, whole or in part.

        Parameters
        ----------
        text : str

        Returns
        -------
        str
        """
        return self.redaction().text(text)

    def redaction(self) -> Redaction:
        """What finds the key in what others send."""
        return self._redaction()

    def __repr__(self) -> str:
        """Nothing of the key."""
        return "Key('[key]')"

    def __reduce__(self) -> str | tuple[Any, ...]:
        """Refuse to be pickled."""
        raise TypeError("a key is not written anywhere")


def find(endpoint: Endpoint, env: Mapping[str, str] | None = None) -> Key | None:
    """The key for an endpoint, or None where there is none.

    Parameters
    ----------
    endpoint : Endpoint
    env : mapping of str to str, optional
        The environment; the process's own when omitted.

    Raises
    ------
    KeyringRefused
        If the key is in the keyring, which does not hand it over.
    """
    env = os.environ if env is None else env
    for variable in endpoint.key_variables:
        if env.get(variable, "").strip():
            return Key(env[variable])
    entry = _read().get(endpoint.name, {})
    if entry.get("place") == "file":
        return Key(entry["key"])
    if entry.get("place") == "keyring":
        secret = _from_keyring(endpoint.name)
        return Key(secret) if secret else None
    return None


def admitted(key: Key | None, endpoint: Endpoint, url: str) -> Key | None:
    """The key, if it may go to an address: this is the one place that decides it.

    Parameters
    ----------
    key : Key, optional
    endpoint : Endpoint
    url : str
        The very address that it would go to.

    Returns
    -------
    Key or None
        None also for an endpoint that takes none.

    Raises
    ------
    BadInput
        If it would travel openly to another machine, and the user has not allowed that.
    """
    if key is None or endpoint.auth == "none":
        return None
    parts = urlsplit(url)
    if parts.scheme == "https" or endpoint.allow_http or is_loopback_host(parts.hostname):
        return key
    from seamfill.paths import user_catalog

    raise BadInput(
        f"The key would travel to {parts.hostname} without encryption, so nothing was sent.",
        f"Use https, or allow it with allow_http = true under [endpoints.{endpoint.name}] "
        f"in {user_catalog()}.",
        advice="encryption",
    )


def stored() -> frozenset[str]:
    """Names of the endpoints that a key was stored for."""
    return frozenset(_read())


def store(name: str, secret: str, place: Place | None = None) -> Place:
    """Keep a key for an endpoint.

    Parameters
    ----------
    name : str
        The endpoint's.
    secret : str
    place : {"keyring", "file"}, optional
        Where the user wants it. The keyring when omitted, and a file that only the user can read
        where this machine has no keyring; never because one refused.

    Returns
    -------
    {"keyring", "file"}
        Where it is now.

    Raises
    ------
    KeyringRefused
        If there is a keyring, and it stayed locked or failed; nothing was stored.
    BadInput
        If this is no key, or the file cannot be written.
    """
    if place not in (None, *get_args(Place)):
        raise BadInput(f"Keys are not kept in “{place}”.", "Choose keyring or file.")
    secret = Key(secret).reveal()
    if place != "file" and _to_keyring(name, secret):
        _change(name, {"place": "keyring"})
        return "keyring"
    if place == "keyring":
        raise KeyringRefused(
            "This machine has no keyring, so the key was not stored.", _file_hint(name)
        )
    _change(name, {"place": "file", "key": secret})
    return "file"


def delete(name: str) -> bool:
    """Forget the stored key of an endpoint.

    Parameters
    ----------
    name : str
        The endpoint's.

    Returns
    -------
    bool
        Whether there was one.

    Raises
    ------
    KeyringRefused
        If the keyring does not let go of it.
    """
    entry = _read().get(name)
    if entry is None:
        return False
    if entry["place"] == "keyring":
        _out_of_keyring(name)
    _change(name, None)
    return True


def _to_keyring(name: str, secret: str) -> bool:
    """Whether the keyring has it now; not where there is none."""
    import keyring
    from keyring.errors import NoKeyringError

    try:
        keyring.set_password(_SERVICE, name, secret)
        return keyring.get_password(_SERVICE, name) == secret
    except NoKeyringError:
        return False
    except Exception as error:  # each system's keyring raises what it likes
        raise KeyringRefused(
            "The system's keyring stayed locked or failed, so the key was not stored.",
            f"Unlock it and try again. {_file_hint(name)}",
        ) from error


def _from_keyring(name: str) -> str | None:
    import keyring

    try:
        return keyring.get_password(_SERVICE, name)
    except Exception as error:  # as above
        raise KeyringRefused(
            f"The key for {name} is in the system's keyring, which did not hand it over.",
            "Unlock the keyring and try again, or store the key once more.",
        ) from error


def _out_of_keyring(name: str) -> None:
    import keyring
    from keyring.errors import NoKeyringError

    try:
        keyring.delete_password(_SERVICE, name)
    except NoKeyringError:
        return
    except Exception as error:  # raised also where it holds no such key any more
        if _may_hold(name):
            raise KeyringRefused(
                f"The system's keyring did not let go of the key for {name}.",
                "Unlock the keyring and try again.",
            ) from error


def _may_hold(name: str) -> bool:
    try:
        return _from_keyring(name) is not None
    except KeyringRefused:
        return True


def _file_hint(name: str) -> str:
    return (
        "Or keep the key in a file that only you can read: "
        f"seamfill key set --endpoint {name} --file"
    )


def _path() -> Path:
    from seamfill.paths import data_directory

    return data_directory() / "keys.json"


def _read() -> dict[str, dict[str, str]]:
    try:
        entries = json.loads(_path().read_bytes())
        if not (isinstance(entries, dict) and all(map(_is_entry, entries.values()))):
            raise ValueError
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(
            f"The stored keys in {_path()} cannot be read.",
            "Move that file away, and store the keys once more.",
        ) from error
    return entries


def _is_entry(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    place, key = value.get("place"), value.get("key")
    return place == "keyring" or (place == "file" and isinstance(key, str))


def _change(name: str, entry: dict[str, str] | None) -> None:
    """Put an entry into the list, or take it out, with nobody else writing meanwhile."""
    path = _path()
    try:
        with alone(path.with_suffix(".lock")):
            entries = _read()
            entries.pop(name, None)
            if entry is not None:
                entries[name] = entry
            write_private(path, json.dumps(entries).encode())
    except OSError as error:
        raise BadInput(f"The keys cannot be written to {path} ({error.strerror}).") from error
