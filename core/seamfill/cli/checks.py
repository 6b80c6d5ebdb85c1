"""The single looks of ``seamfill doctor``."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from seamfill.endpoints import load_catalog
from seamfill.endpoints.resolve import default_endpoint, resolve
from seamfill.errors import BadInput, SeamfillError
from seamfill.journal.journal import Journal
from seamfill.options import EditRequest
from seamfill.paths import data_directory, journal_directory
from seamfill.transport import models
from seamfill.version import __version__

if TYPE_CHECKING:
    from seamfill.endpoints.target import Target

__all__ = [
    "Finding",
    "certificates",
    "disk",
    "endpoint",
    "environment",
    "journal",
    "key",
    "model",
    "offline",
    "plugins",
    "proxy",
    "versions",
    "worker",
]

_PACKAGES = ("requests", "pillow", "numpy", "opencv-python-headless", "pypatchmatch", "keyring")
_ROOM = 200_000_000
"""Bytes that a few edits may need in the journal."""

_WORKER_SECONDS = 60


class Finding(NamedTuple):
    """What a look finds.

    Parameters
    ----------
    ok : bool
    says : str
    do : str
        What to do about it; empty where nothing is to be done.
    """

    ok: bool
    says: str
    do: str = ""


def versions() -> Finding:
    """The core's own version and those of what it needs."""
    packages = ", ".join(f"{package} {version(package)}" for package in _PACKAGES)
    system = f"{platform.system()} {platform.machine()}"
    return Finding(
        True, f"{__version__} on Python {platform.python_version()}, {system}; {packages}"
    )


def environment() -> Finding:
    """The environment in which this runs."""
    misleading = [name for name in ("PYTHONHOME", "PYTHONPATH") if os.environ.get(name)]
    says = f"{sys.prefix}, made of {sys.base_prefix}"
    if misleading:
        return Finding(
            False,
            f"{says}; {' and '.join(misleading)} may lead it to packages of another Python",
            f"Unset {' and '.join(misleading)}.",
        )
    return Finding(True, says)


def plugins() -> Finding:
    """The plug-ins in GIMP's profiles, and whether they are of this version."""
    try:
        noted = json.loads((data_directory() / "installed.json").read_text("utf-8"))
        folders = [Path(str(each)) for each in noted["plugins"]]
    except (OSError, ValueError, KeyError, TypeError):
        folders = []
    there = [each for each in folders if (each / "seamfill.py").is_file()]
    if not there:
        return Finding(True, "no plug-in is known; “seamfill gimp install” puts it into GIMP")
    found = {each: _plugin_version(each) for each in there}
    says = ", ".join(f"GIMP {each.parents[1].name}: {v} in {each}" for each, v in found.items())
    if any(each != __version__ for each in found.values()):
        return Finding(
            False,
            says,
            f"Not all are of version {__version__}. Choose a command in that GIMP once, which "
            "offers to set up what fits, or run install.py.",
        )
    sleeping = [each for each in there if not os.access(each / "seamfill.py", os.X_OK)]
    if sleeping and os.name != "nt":
        return Finding(
            False,
            f"{sleeping[0] / 'seamfill.py'} is not executable, so GIMP does not see it",
            f"Run: chmod +x '{sleeping[0] / 'seamfill.py'}'",
        )
    return Finding(True, says)


def _plugin_version(folder: Path) -> str:
    try:
        mark = json.loads((folder / "made-by-seamfill.json").read_text("utf-8"))
        return str(mark["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return "an unknown version"


def worker() -> Finding:
    """Whether the worker starts and answers, as GIMP's plug-in starts it."""
    asked = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "describe", "params": {}}) + "\n"
    began = time.monotonic()
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-m", "seamfill", "worker"], stdin=pipe, stdout=pipe, stderr=pipe
    ) as process:
        overdue = threading.Timer(_WORKER_SECONDS, process.kill)
        overdue.start()
        assert process.stdin  # noqa: S101 - as asked for
        assert process.stdout  # noqa: S101
        with contextlib.suppress(OSError):  # it has ended already
            process.stdin.write(asked.encode())
            process.stdin.flush()
        line = process.stdout.readline()  # its input stays open, whose end would end it
        _, complaints = process.communicate()
        overdue.cancel()
    if b'"result"' not in line:
        last = complaints.decode("utf-8", "replace").strip().splitlines()[-1:]
        return Finding(
            False,
            f"it does not start: {' '.join(last) or 'it says nothing'}",
            "Set Seamfill up anew: run install.py, or choose a command in GIMP.",
        )
    return Finding(True, f"answers after {time.monotonic() - began:.1f} s")


def certificates() -> Finding:
    """The authorities by which servers are verified."""
    named = [n for n in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE") if _set(n)]
    for name in named:
        try:
            ssl.create_default_context(cafile=os.environ[name])
        except (OSError, ssl.SSLError) as error:
            return Finding(
                False,
                f"{name} is {os.environ[name]}, which cannot be read: {error}",
                f"Correct {name}, or unset it.",
            )
    return Finding(True, f"those of {', '.join(named)}" if named else "Seamfill's own list")


def _set(name: str) -> bool:
    return bool(os.environ.get(name))


def proxy() -> Finding:
    """The proxies that requests go through."""
    proxies = urllib.request.getproxies()
    told = [f"{kind}: {address}" for kind, address in sorted(proxies.items()) if kind != "no"]
    wrong = [each for each in told if "://" not in each]
    if wrong:
        return Finding(
            False, f"{wrong[0]} is no address", "Write it as http://HOST:PORT in the variable."
        )
    return Finding(True, ", ".join(told) or "none")


@cache
def _target() -> Target:
    return resolve(EditRequest())


@cache
def _listed() -> models.ModelReport:
    return models.report(_target())


def endpoint() -> Finding:
    """Whether the endpoint that an edit goes to is reached."""
    target = _target()
    name = f"{target.endpoint.title} ({default_endpoint(load_catalog())})"
    if target.base_url is None:
        return Finding(True, f"{name}, on this machine")
    if trouble := _listed().trouble:
        return Finding(
            False,
            f"{name} at {target.base_url}: {trouble}",
            "Check the address, the connection, and whether it runs: seamfill models --endpoint "
            f"{target.endpoint.name}",
        )
    return Finding(True, f"{name} at {target.base_url}, reached")


def key() -> Finding:
    """Whether there is a key where one is needed; it is not shown."""
    target = _target()
    if target.base_url is None or target.endpoint.auth == "none":
        return Finding(True, "none is needed")
    if target.key is None:
        return Finding(
            False,
            f"none for {target.endpoint.name}",
            f"Enter it in Settings, or: seamfill key set --endpoint {target.endpoint.name}",
        )
    return Finding(True, "present")


def model() -> Finding:
    """Whether the endpoint has the model that an edit asks for."""
    target = _target()
    name = target.model.name
    offers = [each for each in _listed().offers if each.model.name == name]
    if offers and offers[0].listed is False:
        return Finding(
            False,
            f"{name} is not in the endpoint's own list",
            f"Choose another one: seamfill models --endpoint {target.endpoint.name}",
        )
    if offers and offers[0].warning:
        return Finding(False, f"{name}: {offers[0].warning}", "Choose another model.")
    return Finding(True, name)


def offline() -> Finding:
    """Whether the engine of this machine fills as it should."""
    import numpy as np

    from seamfill.offline.inpaint import fill

    picture = np.full((64, 64, 3), 90, np.uint8)
    hole = np.zeros((64, 64), np.uint8)
    hole[24:40, 24:40] = 255
    picture[hole > 0] = 255
    if not (fill(picture, hole) == 90).all():
        raise BadInput("The offline engine does not fill as it should.")
    return Finding(True, "fills")


def disk() -> Finding:
    """Whether there is room for answers."""
    directory = journal_directory()
    directory.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(directory).free
    says = f"{free / 1e9:.1f} GB free in {directory}"
    if free < _ROOM:
        return Finding(False, says, "Make room, or set SEAMFILL_HOME to a folder on another disk.")
    return Finding(True, says)


def journal() -> Finding:
    """Whether the journal can be written, and what waits in it."""
    directory = journal_directory()
    try:
        probe = directory / f".doctor-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Finding(
            False, f"{directory} cannot be written: {error.strerror}", "Give it to yourself."
        )
    try:
        waiting = len(Journal(directory).recoverable())
    except SeamfillError as error:
        return Finding(False, error.message, error.hint)
    return Finding(True, f"{waiting} answers to recover" if waiting else "nothing to recover")
