"""``seamfill models``, ``key``, ``serve`` and ``doctor``."""

from __future__ import annotations

import getpass
import platform
import shutil
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from seamfill import keys, models, settings
from seamfill.catalog import load_catalog
from seamfill.cli.output import print_json, say
from seamfill.errors import BadInput, SeamfillError
from seamfill.journal import Journal
from seamfill.request import EditRequest
from seamfill.transport.recognising import recognise
from seamfill.version import __version__

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

__all__ = ["run_doctor", "run_key", "run_models", "run_serve"]

_PACKAGES = ("requests", "pillow", "numpy", "opencv-python-headless", "pypatchmatch", "keyring")


def run_models(options: argparse.Namespace) -> int:
    """Tell which endpoints there are, or what one of them offers and lists itself."""
    catalog = load_catalog()
    if not options.endpoint and not options.base_url:
        told = [_offers(name, None, ask=False) for name in catalog.endpoints]
    else:
        told = [_offers(options.endpoint, options.base_url, ask=True)]
    if options.json:
        print_json({"endpoints": told})
        return 0
    for endpoint in told:
        say(f"{endpoint['name']}: {endpoint['title']}")
        for guess in endpoint["guesses"]:
            say(f"    ({guess})")
        if endpoint["trouble"]:
            say(f"    (it could not be asked: {endpoint['trouble']})")
        for model in endpoint["models"]:
            default = " (default)" if model["default"] else ""
            hidden = " (not listed there)" if model["listed"] is False else ""
            say(f"    {model['name']}{default}{hidden}  {model['warning']}".rstrip())
    return 0


def _offers(name: str | None, base_url: str | None, *, ask: bool) -> dict[str, Any]:
    """Tell one endpoint's models as plain data."""
    catalog = load_catalog()
    if name and name in catalog.endpoints and not base_url and not ask:
        endpoint = catalog.endpoints[name]
        model = endpoint.model(endpoint.default_model)
        target = settings.Target(endpoint, model, None, None, model.timeout)
    else:
        request = EditRequest(endpoint=name, base_url=base_url)
        recognise(request, anew=True)
        target = settings.resolve(request)
    report = models.report(target, ask=ask)
    return {
        "name": target.endpoint.name,
        "title": target.endpoint.title,
        "trouble": report.trouble,
        "guesses": list(target.guesses),
        "models": [
            {
                "name": offer.model.name,
                "title": offer.model.title,
                "default": offer.default,
                "listed": offer.listed,
                "shutdown": offer.model.shutdown.isoformat() if offer.model.shutdown else None,
                "warning": offer.warning,
            }
            for offer in report.offers
        ],
    }


def run_key(options: argparse.Namespace) -> int:
    """Keep, test or delete an endpoint's key; it is typed or piped in, never an argument."""
    if options.endpoint not in load_catalog().endpoints:
        raise BadInput(
            f"There is no endpoint “{options.endpoint}”.", "See what there is: seamfill models"
        )
    if options.action == "set":
        wanted: keys.Place | None = "file" if options.file else None
        place = keys.store(options.endpoint, _typed_key(options.endpoint), wanted)
        where = "the system's keyring" if place == "keyring" else "a file only you can read"
        say(f"The key for {options.endpoint} is kept in {where}.")
    elif options.action == "delete":
        found = keys.delete(options.endpoint)
        say(f"The key for {options.endpoint} is {'deleted' if found else 'not there'}.")
    else:
        say(keys.test(settings.resolve(EditRequest(endpoint=options.endpoint))))
    return 0


def _typed_key(endpoint: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"Key for {endpoint}: ")
    return sys.stdin.readline().strip()


def run_serve(options: argparse.Namespace) -> int:
    """Serve the offline endpoint until interrupted."""
    from seamfill.offline.server import serve

    with serve(port=options.port) as server:
        say(f"Serving {server.base_url} (Ctrl+C ends it)")
        try:
            server.wait()
        except KeyboardInterrupt:
            say("Ended.")
    return 0


def run_doctor(options: argparse.Namespace) -> int:
    """Check what an edit needs; the exit code is 1 where something is missing."""
    checks = [_checked(name, check) for name, check in _CHECKS.items()]
    if options.json:
        print_json({name: {"ok": ok, "says": says} for name, ok, says in checks})
    else:
        for name, ok, says in checks:
            say(f"{'ok ' if ok else 'BAD'}  {name}: {says}")
    return 0 if all(ok for _name, ok, _says in checks) else 1


def _checked(name: str, check: Callable[[], str]) -> tuple[str, bool, str]:
    try:
        return name, True, check()
    except SeamfillError as error:
        return name, False, str(error)
    except Exception as error:
        return name, False, f"{type(error).__name__}: {error}"


def _check_versions() -> str:
    packages = ", ".join(f"{package} {version(package)}" for package in _PACKAGES)
    return f"{__version__} on Python {platform.python_version()}, {platform.system()}; {packages}"


def _check_endpoint() -> str:
    catalog = load_catalog()
    stored = ", ".join(sorted(keys.stored())) or "none"
    return f"{settings.default_endpoint(catalog)} by default; keys stored for: {stored}"


def _check_journal() -> str:
    directory = settings.journal_directory()
    directory.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(directory).free / 1e9
    waiting = len(Journal(directory).recoverable())
    return f"{directory}, {free:.1f} GB free, {waiting} to recover"


def _check_offline() -> str:
    import numpy as np

    from seamfill.offline.engine import fill

    picture = np.full((64, 64, 3), 90, np.uint8)
    hole = np.zeros((64, 64), np.uint8)
    hole[24:40, 24:40] = 255
    picture[hole > 0] = 255
    filled = fill(picture, hole)
    if not (filled == 90).all():
        raise BadInput("The offline engine does not fill as it should.")
    return "fills"


_CHECKS: dict[str, Callable[[], str]] = {
    "Seamfill": _check_versions,
    "endpoint": _check_endpoint,
    "journal": _check_journal,
    "offline endpoint": _check_offline,
}
