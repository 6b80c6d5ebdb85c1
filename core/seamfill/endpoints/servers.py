"""What answers at an address of which only the address is known; asked once and remembered."""

from __future__ import annotations

import contextlib
import json
import re
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from seamfill.files.private import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from seamfill.endpoints.entries import Endpoint

__all__ = ["Server", "default_model", "may_edit", "remember", "remembered"]

# Words in the names of models that make images.
_IMAGES = re.compile("image|dall-?e|flux|kontext|diffusion|sdxl|sd[-_]?[123]|inpaint|hidream")
_AGE = 24 * 3600.0  # seconds after which something else may have moved in


@dataclass(frozen=True)
class Server:
    """A server that was asked who it is.

    Parameters
    ----------
    endpoint : str
        The name of the endpoint's entry that it answers as; empty where it is like none.
    models : tuple of str
        What it lists that edits images, as far as it says.
    """

    endpoint: str = ""
    models: tuple[str, ...] = ()


def remembered(base_url: str) -> Server | None:
    """What was found at an address, or None where it has not been asked for a day.

    Parameters
    ----------
    base_url : str
    """
    entry = _read().get(_address(base_url))
    try:
        if entry is not None and 0 <= time.time() - entry["asked"] < _AGE:
            return Server(str(entry["endpoint"]), tuple(map(str, entry["models"])))
    except (KeyError, TypeError):  # written by another version, or by hand
        pass
    return None


def remember(base_url: str, server: Server) -> None:
    """Keep what was found; where the disk refuses, it is asked again.

    Parameters
    ----------
    base_url : str
    server : Server
    """
    entries = {**_read(), _address(base_url): {**asdict(server), "asked": time.time()}}
    with contextlib.suppress(OSError):
        write_private(_path(), json.dumps(entries).encode())


def default_model(server: Server, endpoint: Endpoint) -> str:
    """The model for an edit that names none: one that the server lists.

    Parameters
    ----------
    server : Server
    endpoint : Endpoint
        Its entry.

    Returns
    -------
    str
        The endpoint's own default, where the server lists that or nothing that is known better.
    """
    default = endpoint.default_model
    if default in server.models:
        return default
    offered = [name for name in endpoint.models if name in server.models]
    known = [name for name in server.models if endpoint.model(name).known]
    # A name that stands for whatever is loaded needs none from the list.
    wanted = endpoint.needs_model or endpoint.model(default).named
    others = [name for name in server.models if wanted and may_edit(name, {})]
    return next(iter((*offered, *known, *others)), default)


def may_edit(name: str, told: Mapping[str, Any]) -> bool | None:
    """Whether a listed model edits images.

    Parameters
    ----------
    name : str
    told : mapping
        What the server says of it: LiteLLM a mode, Xinference a type and abilities.

    Returns
    -------
    bool or None
        None where neither the server nor the name tells.
    """
    abilities = told.get("model_ability")
    if isinstance(abilities, list):
        return bool({"image2image", "inpainting"} & set(map(str, abilities)))
    kind = told.get("mode") or told.get("model_type")
    if isinstance(kind, str):
        return kind.startswith("image")
    return True if _IMAGES.search(name.lower()) else None


def _address(base_url: str) -> str:
    return base_url.strip().rstrip("/").lower()


def _path() -> Path:
    from seamfill.paths import data_directory

    return data_directory() / "servers.json"


def _read() -> dict[str, Any]:
    try:
        entries = json.loads(_path().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return entries if isinstance(entries, dict) else {}
