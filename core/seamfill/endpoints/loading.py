"""From TOML to endpoints and models, with a mistake reported where it stands."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import re
import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from seamfill.endpoints.entries import ANY, Catalog, Endpoint, Model, Price
from seamfill.errors import BadInput
from seamfill.geometry import Size, SizeRule

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["HEADER", "built_in", "check_catalog", "dotted_keys", "load_catalog"]

Table = dict[str, Any]

_KEY = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""  # of TOML

HEADER = re.compile(r"\s*\[([^\[\]]+)\]\s*(#.*)?$")
"""A line that begins a table."""

_ITS_OWN = {"title", "base_url", "base_url_variables", "key_variables", "signs"}
"""What an endpoint does not take over from the one that it is like: who it is, and its key."""

# Models of which nothing is known get what nearly every server takes; what the user asks for
# beyond that is passed on as it is written.
_UNKNOWN: Table = {
    "sizes": ["1024x1024", "1536x1024", "1024x1536"],
    "max_images": 16,
    "qualities": [ANY],
    "backgrounds": [ANY],
    "fidelities": [ANY],
    "moderations": [ANY],
    "complexities": [ANY],
    "output_formats": [ANY],
    "response_formats": [ANY],
    "compression": True,
    "safety_identifier": True,
    "markup": True,
    "stream": True,
}


def load_catalog(path: Path | None = None) -> Catalog:
    """The built-in catalogue with the user's own entries laid over it.

    Parameters
    ----------
    path : Path, optional
        The user's file; ``catalog.toml`` in the configuration folder when omitted.

    Returns
    -------
    Catalog

    Raises
    ------
    BadInput
        If the user's file cannot be read; it names the line.
    """
    if path is None:
        from seamfill.paths import user_catalog

        path = user_catalog()
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return built_in()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"The catalogue {path} cannot be read: {error}.") from error
    return _user_catalog(path, text)


@functools.cache
def _built_in_tables() -> Table:
    text = resources.files("seamfill.endpoints").joinpath("catalog.toml").read_text("utf-8")
    return tomllib.loads(text)


@functools.cache
def built_in() -> Catalog:
    """The catalogue as it comes, without the user's own entries."""
    return _catalog(_built_in_tables())


def check_catalog(path: Path, text: str) -> None:
    """See that a text can be the user's catalogue.

    Parameters
    ----------
    path : Path
        Named in the error.
    text : str
        TOML.

    Raises
    ------
    BadInput
        If it cannot; it names the line.
    """
    _user_catalog(path, text)


@functools.lru_cache(maxsize=4)
def _user_catalog(path: Path, text: str) -> Catalog:
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(
            f"The catalogue {path} is not valid TOML: {error}.", "Correct that line."
        ) from error
    try:
        return _catalog(_merged(_built_in_tables(), own))
    except _MistakeError as mistake:
        line = _line_of(text, mistake.where)
        place = f"{path}, line {line}" if line else str(path)
        name = ".".join(mistake.where)
        raise BadInput(f"{place}: {name}: {mistake}.", "Correct that entry.") from mistake


class _MistakeError(Exception):
    """An entry that cannot be understood, and the keys that lead to it."""

    def __init__(self, where: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.where = where


def _catalog(tables: Table) -> Catalog:
    unknown = sorted(set(tables) - {"models", "endpoints", "default_endpoint"})
    if unknown:
        raise _MistakeError((unknown[0],), "there are only [models.…] and [endpoints.…]")
    models = _subtables(tables, ("models",))
    endpoints = _subtables(tables, ("endpoints",))
    default = _value(tables.get("default_endpoint", ""), str, ("default_endpoint",))
    if default and default not in endpoints:
        raise _MistakeError(("default_endpoint",), f"there is no endpoint {default!r}")
    known = {name: _known(name, models, {}) for name in models}
    full = {name: _endpoint_lineage(name, endpoints) for name in endpoints}
    entries = {name: _endpoint(name, table, models, known) for name, table in full.items()}
    return Catalog(entries, default)


def _endpoint_lineage(
    name: str, endpoints: Mapping[str, Table], seen: tuple[str, ...] = ()
) -> Table:
    """An endpoint's table with all that it inherits; the models that it names are all it has."""
    table = endpoints[name]
    if "like" not in table:
        return table
    like = str(table["like"])
    if like not in endpoints or like in (*seen, name):
        problem = "is like itself" if like in endpoints else "is no endpoint"
        raise _MistakeError(("endpoints", name, "like"), f"{like!r} {problem}")
    other = _endpoint_lineage(like, endpoints, (*seen, name))
    left = _ITS_OWN | ({"default_model"} if "models" in table else set())
    inherited = {key: value for key, value in other.items() if key not in left}
    every = _merged({"every": inherited.get("every", {})}, {"every": table.get("every", {})})
    return {**inherited, **table, **every}


def _endpoint(
    name: str, table: Table, models: Mapping[str, Table], known: Mapping[str, Model]
) -> Endpoint:
    where = ("endpoints", name)
    plain = {key: value for key, value in table.items() if key not in {"models", "every"}}
    every = table.get("every", {})
    offered = _subtables(table, (*where, "models"), "models")
    if not isinstance(every, dict):
        raise _MistakeError((*where, "every"), "this has to be a table")
    of_a_kind = "like" in every
    # What holds for all models is not what one of them is called.
    every = _spread(every, models, (*where, "every"))
    every = {key: value for key, value in every.items() if key not in {"title", "named"}}
    entries: Table = {}
    for model, differs in offered.items():
        lineage = ("models", model) if model in models else (*where, "models", model)
        base = _here(model, models, every) if model in models else _unknown(model, models, every)
        full = base | _spread(differs, models, (*where, "models", model))
        entries[model] = _model(model, full, lineage)
    guess = {**_UNKNOWN, **every, "known": False}
    if every:
        known = {other: _known(other, models, every) for other in models}
    # Where all models are of one kind, a name tells no more than which family it is of.
    plain |= {
        "models": entries,
        "known": {
            other: model
            for other, model in known.items()
            if model.matches or (model.named and model.reads_prompt and not of_a_kind)
        },
        "fallback": _model("", guess, (*where, "every")),
    }
    endpoint: Endpoint = _filled(Endpoint, {"title": name, **plain, "name": name}, where)
    if endpoint.default_model or not endpoint.models:
        return endpoint
    return dataclasses.replace(endpoint, default_model=next(iter(endpoint.models)))


def _known(name: str, models: Mapping[str, Table], every: Table) -> Model:
    """A model as it is at an endpoint that does not list it."""
    return _model(name, _here(name, models, every), ("models", name))


def _here(name: str, models: Mapping[str, Table], every: Table) -> Table:
    """A model's table, and what holds for all models of an endpoint."""
    own = _lineage(name, models, ("models", name))
    if "matches" in own:  # a family, which is told from the endpoint's others by what it says
        return {**_UNKNOWN, **every, **own}
    return {**own, **every}


def _unknown(name: str, models: Mapping[str, Table], every: Table) -> Table:
    """What is assumed of a model that an endpoint lists: what its family has, if it is of one."""
    plain = name.rpartition("/")[2].lower()
    for family, table in models.items():
        if any(fnmatchcase(plain, str(pattern)) for pattern in table.get("matches", ())):
            here = _here(family, models, every)
            return {key: value for key, value in here.items() if key not in {"title", "matches"}}
    return {**_UNKNOWN, **every}


def _lineage(
    name: str, models: Mapping[str, Table], where: tuple[str, ...], seen: tuple[str, ...] = ()
) -> Table:
    """A model's table with all that it inherits."""
    if name not in models:
        raise _MistakeError((*where, "like"), f"there is no model {name!r}")
    if name in seen:
        raise _MistakeError((*where, "like"), f"{name!r} is like itself")
    table = models[name]
    if "like" not in table:
        return dict(table)
    inherited = _lineage(str(table["like"]), models, ("models", name), (*seen, name))
    own = {key: value for key, value in table.items() if key != "like"}
    return {**inherited, **own}


def _spread(table: Table, models: Mapping[str, Table], where: tuple[str, ...]) -> Table:
    """A table with what its own ``like`` brings."""
    if "like" not in table:
        return table
    own = {key: value for key, value in table.items() if key != "like"}
    return {**_lineage(str(table["like"]), models, where), **own}


def _model(name: str, table: Table, where: tuple[str, ...]) -> Model:
    model: Model = _filled(Model, {"title": name, **table, "name": name}, where)
    return model


def _filled(kind: type, table: Table, where: tuple[str, ...]) -> Any:
    """A dataclass from a table; every value checked against the field's type."""
    hints = _hints(kind)
    for key in table:
        if key not in hints:
            known = ", ".join(sorted(hints))
            raise _MistakeError((*where, key), f"there is no such key; there are {known}")
    values = {
        key: value if dataclasses.is_dataclass(value) else _value(value, hints[key], (*where, key))
        for key, value in table.items()
    }
    return kind(**values)


@functools.cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind, localns={"datetime": datetime, "Mapping": Mapping})


def _value(value: Any, wanted: Any, where: tuple[str, ...]) -> Any:
    origin, options = get_origin(wanted), get_args(wanted)
    if wanted is SizeRule:
        return _size_rule(value, where)
    if wanted is Model or _holds_models(options):
        return value
    if type(None) in options:
        return _value(value, next(o for o in options if o is not type(None)), where)
    if wanted is Price:
        return _filled(Price, _table(value, where), where)
    if origin is Literal:
        if value not in options:
            raise _MistakeError(where, f"{value!r} is none of {', '.join(map(str, options))}")
        return value
    if origin is tuple:
        return _tuple(value, options, where)
    if origin is Mapping:
        return {
            key: _value(item, options[1], (*where, key))
            for key, item in _table(value, where).items()
        }
    return _scalar(value, wanted, where)


def _holds_models(options: tuple[Any, ...]) -> bool:
    return len(options) == 2 and options[1] is Model


def _tuple(value: Any, options: tuple[Any, ...], where: tuple[str, ...]) -> tuple[Any, ...]:
    if isinstance(value, dict):  # pairs, such as a query
        return tuple((key, _scalar(item, str, (*where, key))) for key, item in value.items())
    if not isinstance(value, list):
        raise _MistakeError(where, f"{value!r} has to be a list")
    if options[-1] is Ellipsis:
        return tuple(_value(item, options[0], where) for item in value)
    if len(value) != len(options):
        raise _MistakeError(where, f"{value!r} has to hold {len(options)} values")
    return tuple(_value(item, kind, where) for item, kind in zip(value, options, strict=True))


def _scalar(value: Any, wanted: Any, where: tuple[str, ...]) -> Any:
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        names = {str: "text in quotes", int: "a whole number", float: "a number",
                 bool: "true or false", datetime.date: "a date such as 2027-01-31"}  # fmt: skip
        raise _MistakeError(where, f"{value!r} has to be {names[wanted]}")
    return value


def _size_rule(value: Any, where: tuple[str, ...]) -> SizeRule:
    if isinstance(value, list):
        return SizeRule(fixed=tuple(_size(item, where) for item in value))
    rule: SizeRule = _filled(SizeRule, _table(value, where), where)
    return rule


def _size(value: Any, where: tuple[str, ...]) -> Size:
    match = re.fullmatch(r"([1-9]\d*)x([1-9]\d*)", str(value))
    if match is None:
        raise _MistakeError(where, f"{value!r} is not a size such as '1024x1536'")
    return Size(int(match[1]), int(match[2]))


def _table(value: Any, where: tuple[str, ...]) -> Table:
    if not isinstance(value, dict):
        raise _MistakeError(where, "this has to be a table")
    return value


def _subtables(table: Table, where: tuple[str, ...], key: str | None = None) -> dict[str, Table]:
    tables = _table(table.get(key or where[-1], {}), where)
    return {name: _table(entry, (*where, name)) for name, entry in tables.items()}


def _merged(base: Table, over: Table) -> Table:
    """Tables laid over tables, key by key; anything else replaces."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        both = isinstance(below, dict) and isinstance(value, dict)
        merged[key] = _merged(below, value) if both else value  # type: ignore[arg-type]
    return merged


def _line_of(text: str, where: tuple[str, ...]) -> int | None:
    """The line of a key, or of the table nearest to it; `tomllib` keeps no positions."""
    found, depth, table = None, 0, dotted_keys("")
    for number, line in enumerate(text.splitlines(), 1):
        if header := HEADER.match(line):
            table = path = dotted_keys(header[1])
        elif assignment := re.match(rf"\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*=", line):
            path = (*table, *dotted_keys(assignment[1]))
        else:
            continue
        shared = min(len(path), len(where))
        if shared > depth and path[:shared] == where[:shared]:
            found, depth = number, shared
    return found


def dotted_keys(dotted: str) -> tuple[str, ...]:
    """The keys of a dotted one, without quotes.

    Parameters
    ----------
    dotted : str

    Returns
    -------
    tuple of str
    """
    parts = re.findall(_KEY, dotted)
    return tuple(part.strip("\"'") for part in parts)
