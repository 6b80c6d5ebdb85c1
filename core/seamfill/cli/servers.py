"""``seamfill server``: servers of the user's own."""

from __future__ import annotations

import getpass
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from seamfill.cli.output import print_json, say
from seamfill.endpoints import keys, load_catalog, own
from seamfill.endpoints.keys import Key
from seamfill.endpoints.own import OwnServer
from seamfill.endpoints.telling import told
from seamfill.errors import BadInput, EndpointFailed
from seamfill.transport import discovery

if TYPE_CHECKING:
    import argparse

    from seamfill.transport.discovery import Found

__all__ = ["run_server"]


def run_server(options: argparse.Namespace) -> int:
    """Add, list, find, test or remove a server, or choose the default endpoint."""
    actions = {"add": _add, "list": _list, "find": _find, "test": _test, "remove": _remove,
               "default": _default}  # fmt: skip
    answer, lines = actions[options.action](options)
    if options.json:
        print_json(answer)
    else:
        for line in lines:
            say(line)
    return 0


Answer = tuple[dict[str, Any], list[str]]


def _add(options: argparse.Namespace) -> Answer:
    """Ask a server what it is, and put it into the catalogue; one that does not answer too."""
    key = _typed_key(options)
    known = own.own_servers().get(options.name)
    server = own.own_server(known) if known else OwnServer(options.name, options.url)
    given = {
        "base_url": options.url, "kind": options.kind, "default_model": options.model,
        "timeout": options.timeout, "ca": options.ca, "price": options.price,
        "allow_http": options.allow_http or None,
    }  # fmt: skip
    server = replace(server, **{name: v for name, v in given.items() if v is not None})
    own.check(server)
    found, trouble = _asked(server, key)
    if found is not None:
        server = replace(
            server,
            kind=options.kind or found.kind,
            models=found.models,
            default_model=options.model or found.default_model,
        )
    own.save(server)
    if options.default:
        own.choose_default(server.name)
    if key is not None:
        keys.store(server.name, key.reveal())
    answer = {"server": _described(server.name), "reached": found is not None, "trouble": trouble}
    lines = [f"{server.name}: {server.kind or 'a server'} at {server.base_url}."]
    lines += [f"It lists: {', '.join(server.models)}."] if server.models else []
    lines += [f"It was not reached: {trouble}"] if trouble else []
    return answer, lines


def _asked(server: OwnServer, key: Key | None) -> tuple[Found | None, str]:
    """What a server answers; where it is not there now, why."""
    try:
        return discovery.examine(server, key), ""
    except EndpointFailed as error:
        return None, error.message


def _list(_options: argparse.Namespace) -> Answer:
    servers = [_described(name) for name in load_catalog().endpoints]
    lines = []
    for server in servers:
        default = " (default)" if server["default"] else ""
        lacks = f"  lacks: {', '.join(server['lacks'])}" if server["lacks"] else ""
        whose = "own" if server["own"] else "built in"
        lines.append(f"{server['name']}{default}  {whose}  {server['base_url'] or ''}{lacks}")
    return {"servers": servers}, lines


def _find(options: argparse.Namespace) -> Answer:
    found = discovery.find(options.port)
    lines = [f"{each.base_url}  {each.title}  {', '.join(each.models)}".rstrip() for each in found]
    if not lines:
        lines = ["Nothing that fills pictures answers on this machine's usual ports."]
    return {"servers": [_found(each) for each in found]}, lines


def _test(options: argparse.Namespace) -> Answer:
    endpoint = own.own_servers().get(options.name)
    if endpoint is None:
        raise BadInput(
            f"There is no server “{options.name[:80]}” of your own.", "See: seamfill server list"
        )
    found = discovery.examine(own.own_server(endpoint), keys.find(endpoint))
    lines = [f"{endpoint.title} answers as {found.title}."]
    lines += [f"It lists: {', '.join(found.models)}."] if found.models else []
    return {"server": {"name": endpoint.name, **_found(found)}}, lines


def _remove(options: argparse.Namespace) -> Answer:
    own.remove(options.name)
    keys.delete(options.name)
    return {"removed": options.name}, [f"{options.name} is removed, and its key with it."]


def _default(options: argparse.Namespace) -> Answer:
    own.choose_default(options.name)
    line = f"{options.name} is used" if options.name else "Seamfill chooses"
    return {"default": options.name}, [f"{line} where an edit names no endpoint."]


def _found(found: Found) -> dict[str, Any]:
    return {
        "base_url": found.base_url,
        "kind": found.kind,
        "title": found.title,
        "models": list(found.models),
        "default_model": found.default_model,
    }


def _described(name: str) -> dict[str, Any]:
    return told(load_catalog().endpoints[name])


def _typed_key(options: argparse.Namespace) -> Key | None:
    if options.key is None:
        return None
    if options.key != "-":
        raise BadInput(
            "A key on the command line can be seen by others, so it was not used.",
            "Give --key -, and type it or pipe it in.",
        )
    if sys.stdin.isatty():
        return Key(getpass.getpass(f"Key for {options.name}: "))
    return Key(sys.stdin.readline())
