"""``seamfill models`` and ``seamfill key``."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Any

from seamfill.cli.output import print_json, say
from seamfill.endpoints import load_catalog
from seamfill.endpoints.keys import Place, delete, store
from seamfill.endpoints.resolve import resolve
from seamfill.endpoints.target import Target
from seamfill.errors import BadInput
from seamfill.options import EditRequest
from seamfill.transport import models
from seamfill.transport.models import check_key
from seamfill.transport.recognition import recognise

if TYPE_CHECKING:
    import argparse

__all__ = ["run_key", "run_models"]


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
        target = Target(endpoint, model, None, None, model.timeout)
    else:
        request = EditRequest(endpoint=name, base_url=base_url)
        recognise(request, anew=True)
        target = resolve(request)
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
        wanted: Place | None = "file" if options.file else None
        place = store(options.endpoint, _typed_key(options.endpoint), wanted)
        where = "the system's keyring" if place == "keyring" else "a file only you can read"
        say(f"The key for {options.endpoint} is kept in {where}.")
    elif options.action == "delete":
        found = delete(options.endpoint)
        say(f"The key for {options.endpoint} is {'deleted' if found else 'not there'}.")
    else:
        say(check_key(resolve(EditRequest(endpoint=options.endpoint))))
    return 0


def _typed_key(endpoint: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"Key for {endpoint}: ")
    return sys.stdin.readline().strip()
