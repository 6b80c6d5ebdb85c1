"""API keys: found, stored and deleted; never shown.

A key comes from the environment, else from the operating system's keyring, else from a file that
only the user can read, which is used where there is no keyring. A list of endpoints that have a
stored key is kept beside it, so that the keyring, which is slow to start, is asked only when it
holds something.
"""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING, Any, Literal

from seamfill.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from seamfill.catalog import Endpoint
    from seamfill.settings import Target

__all__ = ["Key", "Place", "delete", "find", "store", "stored", "test"]

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

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        secret = secret.strip()
        if not secret:
            raise BadInput("The key is empty.")
        if not (secret.isascii() and secret.isprintable()) or " " in secret:
            raise BadInput("The key holds a character that no key has.", "Copy it once more.")
        self._secret = secret

    def reveal(self) -> str:
        """The key itself, for the header and nothing else."""
        return self._secret

    def redact(self, text: str) -> str:
        """A text without the key."""
        return text.replace(self._secret, "[key]")

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
    """
    env = os.environ if env is None else env
    for variable in endpoint.key_variables:
        if env.get(variable, "").strip():
            return Key(env[variable])
    place = _read().get(endpoint.name, {})
    if place.get("place") == "file":
        return Key(place["key"])
    if place.get("place") == "keyring":
        secret = _from_keyring(endpoint.name)
        return Key(secret) if secret else None
    return None


def stored() -> frozenset[str]:
    """Names of the endpoints that a key was stored for."""
    return frozenset(_read())


def store(name: str, secret: str) -> Place:
    """Keep a key for an endpoint.

    Parameters
    ----------
    name : str
        The endpoint's.
    secret : str

    Returns
    -------
    {"keyring", "file"}
        Where it is now.
    """
    secret = Key(secret).reveal()
    entries = _read()
    if _to_keyring(name, secret):
        _write({**entries, name: {"place": "keyring"}})
        return "keyring"
    _write({**entries, name: {"place": "file", "key": secret}})
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
    """
    entries = _read()
    entry = entries.pop(name, None)
    if entry is None:
        return False
    if entry.get("place") == "keyring":
        import keyring
        import keyring.errors

        with contextlib.suppress(keyring.errors.KeyringError):
            keyring.delete_password(_SERVICE, name)
    _write(entries)
    return True


def test(target: Target) -> str:
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
    from seamfill.transport import list_models

    name = target.title
    if target.endpoint.auth == "none":
        return f"{name} needs no key."
    listed = list_models(target)
    if listed is None:
        return f"{name} has no list of models, so the key cannot be tried without an edit."
    if target.key is None:
        return f"{name} answers without a key; it lists {len(listed)} models."
    return f"{name} accepts the key; it lists {len(listed)} models."


def _to_keyring(name: str, secret: str) -> bool:
    import keyring
    import keyring.errors

    try:
        keyring.set_password(_SERVICE, name, secret)
        return keyring.get_password(_SERVICE, name) == secret
    except (keyring.errors.KeyringError, RuntimeError, OSError):
        return False  # no keyring on this machine, or it stays locked


def _from_keyring(name: str) -> str | None:
    import keyring
    import keyring.errors

    try:
        return keyring.get_password(_SERVICE, name)
    except (keyring.errors.KeyringError, RuntimeError, OSError):
        return None


def _path() -> Path:
    from seamfill import settings

    return settings.data_directory() / "keys.json"


def _read() -> dict[str, dict[str, str]]:
    try:
        entries = json.loads(_path().read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BadInput(f"The stored keys in {_path()} cannot be read.") from error
    return entries if isinstance(entries, dict) else {}


def _write(entries: dict[str, dict[str, str]]) -> None:
    path = _path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(entries, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
